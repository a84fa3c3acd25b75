from django.db import models


class StaffRole(models.TextChoices):
    """What somebody does for a supplier; the account's kind is `supplier_<role>`."""

    MANAGER = "manager"
    SALES = "sales"


class LinkStatus(models.TextChoices):
    """How far consumer and supplier know each other; only an accepted link opens catalogue and orders."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DENIED = "denied"
    BLOCKED = "blocked"


class OrderStatus(models.TextChoices):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class OrderOrigin(models.TextChoices):
    """Who made an order: somebody by hand, or the drafting of our stations' demand."""

    MANUAL = "manual"
    DEMAND = "demand"


class ComplaintStatus(models.TextChoices):
    OPEN = "open"
    ESCALATED = "escalated"
    RESOLVED = "resolved"

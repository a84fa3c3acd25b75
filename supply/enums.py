from collections.abc import Mapping

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


LINK_MOVES: Mapping[str, frozenset[str]] = {
    LinkStatus.PENDING: frozenset({LinkStatus.ACCEPTED, LinkStatus.DENIED}),
    LinkStatus.DENIED: frozenset({LinkStatus.PENDING}),
    LinkStatus.ACCEPTED: frozenset({LinkStatus.BLOCKED}),
    LinkStatus.BLOCKED: frozenset(),
}
ORDER_MOVES: Mapping[str, frozenset[str]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.ACCEPTED, OrderStatus.REJECTED}),
    OrderStatus.ACCEPTED: frozenset({OrderStatus.IN_PROGRESS}),
    OrderStatus.IN_PROGRESS: frozenset({OrderStatus.COMPLETED}),
    OrderStatus.REJECTED: frozenset(),
    OrderStatus.COMPLETED: frozenset(),
}
COMPLAINT_MOVES: Mapping[str, frozenset[str]] = {
    ComplaintStatus.OPEN: frozenset({ComplaintStatus.ESCALATED, ComplaintStatus.RESOLVED}),
    ComplaintStatus.ESCALATED: frozenset({ComplaintStatus.RESOLVED}),
    ComplaintStatus.RESOLVED: frozenset(),
}

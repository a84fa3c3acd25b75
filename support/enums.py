"""Values of the columns of schema support (data model, section 3)."""

from django.db.models import TextChoices


class EscalationMethod(TextChoices):
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    PREFERRED_METHOD = "preferred_method", "As the customer prefers"


class EscalationStatus(TextChoices):
    PENDING = "pending", "Pending"
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In progress"
    WAITING_CUSTOMER = "waiting_customer", "Waiting for the customer"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    ERROR = "error", "Notice failed"


SETTLED_STATUSES = (EscalationStatus.RESOLVED, EscalationStatus.CLOSED)
"""M-7: an escalation in any other state is open, and the only one of its conversation."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User
from supply.enums import ComplaintStatus
from supply.models.consumer import Consumer
from supply.models.order import Order


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def naming(self, user_id: UUID) -> "ComplaintQuerySet":
        """Complaints that name the account as sales representative or manager."""
        return self.filter(Q(sales_rep=user_id) | Q(manager=user_id))

    def with_status(self, status: str) -> "ComplaintQuerySet":
        """Complaints in one state."""
        return self.filter(status=status)


class Complaint(TimestampedModel):
    """What a consumer complains about an order; the named sales representative and manager deal with it."""

    privacy = Classification(
        public="order consumer sales_rep manager status", personal="description resolution"
    )

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="complaints", help_text="Order that went wrong."
    )
    consumer = models.ForeignKey(
        Consumer, on_delete=models.CASCADE, related_name="complaints", help_text="Who complains."
    )
    sales_rep = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_sales_rep",
        help_text="Account of the supplier's sales representative who is named.",
    )
    manager = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_manager",
        help_text="Account of the supplier's manager, or owner, who is named.",
    )
    status = EnumField(
        ComplaintStatus, default=ComplaintStatus.OPEN, help_text="State of the complaint; resolved is final."
    )
    description = models.TextField(help_text="What went wrong, in the consumer's words.")
    resolution = models.TextField(null=True, blank=True, help_text="How it was settled; resolving needs one.")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "complaints")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=ComplaintStatus.RESOLVED)
                | (Q(resolution__isnull=False) & ~Q(resolution="")),
                name="ck_complaints_resolution",
            )
        ]
        indexes = [models.Index(fields=["status"], name="ix_complaints_status")]

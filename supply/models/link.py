from uuid import UUID

from django.db import models

from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from supply.enums import LinkStatus
from supply.models.consumer import Consumer
from supply.models.supplier import Supplier


class LinkQuerySet(models.QuerySet["Link"]):
    def of_suppliers(self, suppliers: list[UUID]) -> "LinkQuerySet":
        """Links that consumers asked these suppliers for."""
        return self.filter(supplier__in=suppliers)

    def with_status(self, status: str) -> "LinkQuerySet":
        """Links in one state."""
        return self.filter(status=status)

    def accepted(self) -> "LinkQuerySet":
        """Links that open the catalogue and orders."""
        return self.with_status(LinkStatus.ACCEPTED)


class Link(TimestampedModel):
    """The acquaintance of a consumer with a supplier; without an accepted one nothing is sold."""

    privacy = Classification(public="consumer supplier status")

    consumer = models.ForeignKey(
        Consumer,
        on_delete=models.CASCADE,
        related_name="links",
        db_index=False,
        help_text="Who asked for the link.",
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.CASCADE,
        related_name="links",
        db_index=False,
        help_text="Who decides about the link.",
    )
    status = EnumField(
        LinkStatus,
        default=LinkStatus.PENDING,
        help_text="State of the link; blocked is final, denied may be reopened.",
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "links")
        constraints = [
            models.UniqueConstraint(fields=["consumer", "supplier"], name="uq_consumer_supplier"),
        ]
        indexes = [
            models.Index(fields=["supplier", "status"], name="ix_links_supplier_status"),
            models.Index(fields=["status"], name="ix_links_status"),
        ]

"""Suppliers and the people who work for them."""

from uuid import UUID

from django.db import models

from common.db import table
from common.fields import EnumField
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification
from identity.models import User
from supply.enums import StaffRole


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def active(self) -> "SupplierQuerySet":
        """Suppliers that consumers can find and ask for a link."""
        return self.filter(is_active=True)

    def by_name(self) -> "SupplierQuerySet":
        """Suppliers in the order of their names."""
        return self.order_by("company_name", "pk")

    def named_like(self, text: str) -> "SupplierQuerySet":
        """Suppliers whose name holds the text, in any case; `%` and `_` mean themselves."""
        return self.filter(company_name__icontains=text)


class Supplier(TimestampedModel):
    """A food distributor that sells on the exchange, one per owner."""

    privacy = Classification(public="user company_name is_active")

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        related_name="supplier",
        help_text="Account of the owner, who may do everything for the supplier.",
    )
    company_name = models.CharField(max_length=255, help_text="Name under which consumers find the supplier.")
    is_active = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether consumers find the supplier, link to it and order from it.",
    )

    objects = SupplierQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "suppliers")
        indexes = [models.Index(fields=["company_name"], name="ix_suppliers_name")]


class SupplierStaffQuerySet(models.QuerySet["SupplierStaff"]):
    def of_suppliers(self, suppliers: list[UUID]) -> "SupplierStaffQuerySet":
        """Staff of these suppliers."""
        return self.filter(supplier__in=suppliers)

    def managers(self) -> "SupplierStaffQuerySet":
        """Staff who decide about links and orders."""
        return self.filter(staff_role=StaffRole.MANAGER)


class SupplierStaff(CreatedModel):
    """Somebody who works for a supplier; the owner has no row here."""

    privacy = Classification(public="user supplier staff_role")

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="supplier_staff",
        db_index=False,
        help_text="Account of the person.",
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.CASCADE,
        related_name="supplier_staff",
        help_text="Supplier the person works for.",
    )
    staff_role = EnumField(
        StaffRole,
        help_text="Managers decide about links, products and orders; sales people talk.",
    )

    objects = SupplierStaffQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "supplier_staff")
        verbose_name = "supplier staff member"
        verbose_name_plural = "supplier staff"
        constraints = [models.UniqueConstraint(fields=["user", "supplier"], name="uq_supplier_staff")]

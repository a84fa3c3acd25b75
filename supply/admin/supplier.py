"""Suppliers: who owns them, who works there, whether they trade."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.forms import RefusableForm
from common.admin.options import ReadOnlyInline
from common.admin.theme import BooleanFilter, DateRangeFilter
from supply.admin.labels import person
from supply.admin.pages import EXCHANGE, ExchangeAdmin
from supply.models import Product, Supplier, SupplierStaff


class SupplierForm(RefusableForm):
    class Meta:
        model = Supplier
        fields = ("company_name", "is_active")


class StaffOfSupplier(ReadOnlyInline[SupplierStaff, Supplier]):
    model = SupplierStaff
    verbose_name_plural = "staff"
    show_change_link = True
    fields = ("who", "staff_role", "created_at")
    readonly_fields = ("who",)
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupplierStaff]:
        return super().get_queryset(request).select_related("user")

    @admin.display(description="Person")
    def who(self, member: SupplierStaff) -> str:
        return person(member.user)


@admin.register(Supplier)
class SupplierAdmin(ExchangeAdmin[Supplier]):
    """Owners sign up by themselves; administrators rename a supplier or take it off the exchange."""

    codes = AdminCodes(view=EXCHANGE, change=EXCHANGE)
    form = SupplierForm
    plain_search = {"email": "user__email"}
    list_select_related = ("user",)
    list_display = ("company_name", "owner", "active_products", "is_active", "created_at")
    list_filter = (("is_active", BooleanFilter), ("created_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("company_name",)
    search_help_text = "Name, or the owner's e-mail"
    fieldsets = ((None, {"fields": ("company_name", "owner", "is_active", "created_at")}),)
    inlines = (StaffOfSupplier,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supplier]:
        offered = Product.objects.active().filter(supplier=OuterRef("pk")).order_by()
        number = offered.values("supplier").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(active_number=Coalesce(Subquery(number), 0))

    @admin.display(description="Owner")
    def owner(self, supplier: Supplier) -> str:
        return person(supplier.user)

    @admin.display(description="Products on offer")
    def active_products(self, supplier: Any) -> int:
        return int(supplier.active_number)

    def get_readonly_fields(self, request: HttpRequest, obj: Supplier | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "owner"]

    def row_label(self, obj: Supplier) -> str:
        return obj.company_name

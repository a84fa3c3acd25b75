"""People who work for suppliers: hired and dismissed here as by the owner, through the services."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.theme import ChoicesFilter, DateRangeFilter
from supply.admin.labels import person
from supply.admin.pages import EXCHANGE, ExchangeAdmin
from supply.models import SupplierStaff
from supply.services.staff import add_staff, remove_staff


class NewStaffForm(RefusableForm):
    """A member of staff with the account that is made for them."""

    email = forms.EmailField(label="E-mail", max_length=255)
    password = forms.CharField(
        label="First password",
        min_length=8,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, an upper-case letter, a lower-case letter and a digit among them.",
    )

    class Meta:
        model = SupplierStaff
        fields = ("supplier", "staff_role")


@admin.register(SupplierStaff)
class SupplierStaffAdmin(ExchangeAdmin[SupplierStaff]):
    codes = AdminCodes(view=EXCHANGE, add=EXCHANGE, delete=EXCHANGE)
    audits_saves = False
    form = NewStaffForm
    autocomplete_fields = ("supplier",)
    plain_search = {"email": "user__email"}
    list_select_related = ("user", "supplier")
    list_display = ("who", "supplier_name", "staff_role", "created_at")
    list_filter = (
        ("staff_role", ChoicesFilter),
        ("supplier", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("user__full_name", "supplier__company_name")
    search_help_text = "Person, supplier, or the person's e-mail"
    removal_explanation = "Without a place at any other supplier the account is deactivated."

    @admin.display(description="Person")
    def who(self, member: SupplierStaff) -> str:
        return person(member.user)

    @admin.display(description="Supplier", ordering="supplier__company_name")
    def supplier_name(self, member: SupplierStaff) -> str:
        return member.supplier.company_name

    def get_fieldsets(self, request: HttpRequest, obj: SupplierStaff | None = None) -> Any:
        shown = ("who", "supplier_name", "staff_role", "created_at")
        asked = ("supplier", "staff_role", "email", "password")
        return ((None, {"fields": asked if obj is None else shown}),)

    def get_readonly_fields(self, request: HttpRequest, obj: SupplierStaff | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "who", "supplier_name"]

    def save_model(self, request: HttpRequest, obj: SupplierStaff, form: Any, change: bool) -> None:
        data = form.cleaned_data
        saved = add_staff(
            supplier=data["supplier"],
            email=data["email"],
            password=data["password"],
            staff_role=data["staff_role"],
            by=self.actor(request),
            at=timezone.now(),
        )
        obj.__dict__.update(saved.__dict__)

    def remove(
        self, request: HttpRequest, obj: SupplierStaff, *, reason: str, by: Actor, at: datetime
    ) -> None:
        remove_staff(member=obj, by=by, at=at)

    def row_label(self, obj: SupplierStaff) -> str:
        return f"{person(obj.user)}, {obj.get_staff_role_display().lower()}"

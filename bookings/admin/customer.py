"""Customers: found by pasted e-mail or phone, contacts masked, written through their services."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.admin.customer_privacy import EraseCustomer, ExportCustomer, history_table
from bookings.admin.labels import booking_badge
from bookings.admin.trail import TrailAdmin
from bookings.models import Booking, Customer
from bookings.services.customers import CustomerChanges, create_customer, delete_customer, update_customer
from bookings.services.removals import restore_customer
from common.actors import Actor
from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import ReadOnlyInline
from common.admin.theme import BooleanFilter

READER = "admin_reader"
PLAIN = ("first_name", "last_name", "timezone", "notes")


class CustomerForm(RefusableForm):
    """Contacts are written, never shown: an empty box leaves them as they are."""

    new_email = forms.EmailField(label="New e-mail", max_length=255, required=False)
    new_phone = forms.CharField(label="New phone", max_length=25, required=False)

    class Meta:
        model = Customer
        fields = ("station", *PLAIN, "preferred_contact", "tags")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance._state.adding:
            for name in ("new_email", "new_phone"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, "A new customer needs this.")
        return data

    def changes(self) -> CustomerChanges:
        """Return what the form asks the service to set."""
        data = self.cleaned_data
        return CustomerChanges(
            **{name: data[name] or "" for name in PLAIN},
            email=data["new_email"] or None,
            phone=data["new_phone"] or None,
            preferred_contact=data["preferred_contact"] or None,
            tags=tuple(data["tags"] or ()),
        )


class BookingsOfCustomer(ReadOnlyInline[Booking, Customer]):
    model = Booking
    fk_name = "customer"
    fields = ("reference", "date", "slot", "state", "total")
    readonly_fields = ("state", "total")
    ordering = ("-starts_at",)
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request).filter(deleted_at__isnull=True)

    @admin.display(description="State")
    def state(self, booking: Booking) -> str:
        return booking_badge(booking)

    @admin.display(description="Total")
    def total(self, booking: Booking) -> str:
        return money(booking.total_due_cents, booking.currency)


class RestoreCustomer(ObjectAction[Customer]):
    name = "restore"
    label = "Restore"
    icon = "restore_from_trash"
    code = "customer.delete"

    def is_offered(self, obj: Customer) -> bool:
        return obj.deleted_at is not None and obj.erased_at is None

    def run(self, call: ActionCall[Customer]) -> str:
        restore_customer(customer=call.obj, by=call.by, at=call.at, expected_updated_at=call.seen_at)
        return "The customer is restored."


@admin.register(Customer)
class CustomerAdmin(TrailAdmin[Customer]):
    codes = AdminCodes(
        view="customer.read", add="customer.create", change="customer.update", delete="customer.delete"
    )
    station_lookups = ("station",)
    audits_saves = False
    form = CustomerForm
    contact_search = {"email": "email_bidx", "phone": "phone_bidx"}
    object_actions = (RestoreCustomer, ExportCustomer, EraseCustomer)
    list_select_related = ("station",)
    list_display = ("full_name", "email_masked", "phone_masked", "station_code", "created_at", "legal_hold")
    list_filter = (
        ("station", ScopedRelatedFilter),
        ("consent_email", BooleanFilter),
        ("consent_sms", BooleanFilter),
        DeletedFilter,
    )
    search_fields = ("^last_name", "^first_name")
    search_help_text = "Name, e-mail or phone"
    removal_explanation = "Customers with a booking ahead stay."
    inlines = (BookingsOfCustomer,)

    @admin.display(description="Name", ordering="last_name")
    def full_name(self, customer: Customer) -> str:
        return f"{customer.first_name} {customer.last_name}"

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, customer: Customer) -> str:
        return str(customer.station.code)

    @admin.display(description="What happened")
    def history(self, customer: Customer) -> SafeString:
        return history_table(customer, reader=vars(customer)[READER])

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Customer | None:
        """Return the row, which knows who reads it: fields of a page are not told the request."""
        customer = super().get_object(request, *args, **kwargs)
        if customer is not None:
            vars(customer)[READER] = self.actor(request)
        return customer

    def row_label(self, obj: Customer) -> str:
        email, phone = self.masked["email"].masked(obj), self.masked["phone"].masked(obj)
        return f"{obj.first_name} {obj.last_name}, {email}, {phone}"

    def get_fieldsets(self, request: HttpRequest, obj: Customer | None = None) -> Any:
        contacts: tuple[Any, ...] = ("email_masked", "new_email", "phone_masked", "new_phone")
        if obj is None:
            contacts = ("new_email", "new_phone")
        elif not self.has_change_permission(request, obj):
            contacts = ("email_masked", "phone_masked")
        kept = () if obj is None else (("History", {"fields": ("history",)}), ("Kept", {"fields": KEPT}))
        return (
            (None, {"fields": ("station", ("first_name", "last_name"))}),
            ("Contact", {"fields": (*contacts, "preferred_contact", "timezone")}),
            ("About", {"fields": ("tags", "notes")}),
            *kept,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), *KEPT]
        return fixed if obj is None else [*fixed, "station", "history"]

    def get_inlines(self, request: HttpRequest, obj: Customer | None) -> Any:
        return () if obj is None else super().get_inlines(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        by, at, changes = self.actor(request), timezone.now(), form.changes()
        if change:
            saved = update_customer(
                customer=obj, changes=changes, by=by, at=at, expected_updated_at=form.seen_at
            )
        else:
            saved = create_customer(
                station=obj.station,
                first_name=changes.first_name or "",
                last_name=changes.last_name or "",
                email=form.cleaned_data["new_email"],
                phone=form.cleaned_data["new_phone"],
                by=by,
                at=at,
                details=changes,
            )
        obj.__dict__.update(saved.__dict__)

    def remove(self, request: HttpRequest, obj: Customer, *, reason: str, by: Actor, at: datetime) -> None:
        del request
        delete_customer(customer=obj, reason=reason, by=by, at=at)


KEPT = (
    "consent_email",
    "consent_sms",
    "consent_updated_at",
    "legal_hold",
    "created_at",
    "updated_at",
    "deleted_at",
    "delete_reason",
    "erased_at",
)

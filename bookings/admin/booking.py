"""Bookings: found, read and moved; every write is a service's."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.admin.booking_actions import ACTIONS, Complete
from bookings.admin.booking_add import BookingAddPage
from bookings.admin.booking_decisions import ANSWERS, DECISIONS
from bookings.admin.booking_filters import NeedsFilter, WhenFilter
from bookings.admin.booking_menu import ChangeMenu
from bookings.admin.booking_money import RequestDeposit
from bookings.admin.booking_page import build_page
from bookings.admin.labels import booking_badge
from bookings.admin.trail import TrailAdmin
from bookings.models import Booking, BookingReminder, Payment, PriceAdjustment
from bookings.services.changes import BookingChanges, change_booking
from bookings.services.transitions import TERMINAL
from common.admin.codes import AdminCodes
from common.admin.display import local_time, money
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.masking import Masked
from common.admin.options import ReadOnlyInline
from common.admin.theme import ChoicesFilter, DateRangeFilter

REFERENCE = re.compile(r"(?:MH-)?([0-9A-F]{8})", re.IGNORECASE)
GUESTS = ("party_adults", "party_kids", "party_toddlers")


class BookingForm(RefusableForm):
    """What BK-4 lets staff change; the venue is written, never shown."""

    new_address = forms.CharField(label="New address", max_length=300, required=False)
    new_postal_code = forms.CharField(label="New ZIP code", max_length=10, required=False)

    class Meta:
        model = Booking
        fields = (*GUESTS, "allergens", "special_requests", "notes")
        labels = {"party_adults": "Adults", "party_kids": "Kids", "party_toddlers": "Toddlers"}
        help_texts = {"party_adults": "13 and older", "party_kids": "6 to 12", "party_toddlers": "Under 6"}

    def changes(self) -> BookingChanges:
        """Return what differs from what the form showed."""
        data = {name: self.cleaned_data[name] for name in self.changed_data}
        allergens = data.get("allergens")
        return BookingChanges(
            adults=data.get("party_adults"),
            kids=data.get("party_kids"),
            toddlers=data.get("party_toddlers"),
            allergens=None if allergens is None else tuple(allergens),
            special_requests=data["special_requests"] or "" if "special_requests" in data else None,
            notes=data["notes"] or "" if "notes" in data else None,
            address=data.get("new_address"),
            postal_code=data.get("new_postal_code"),
        )


class Payments(ReadOnlyInline[Payment, Booking]):
    model = Payment
    fields = ("payment_type", "payment_method", "status", "amount", "received_at")
    readonly_fields = ("amount",)
    ordering = ("-id",)

    @admin.display(description="Amount")
    def amount(self, payment: Payment) -> str:
        return money(payment.amount_cents, payment.currency)


class Adjustments(ReadOnlyInline[PriceAdjustment, Booking]):
    model = PriceAdjustment
    fields = ("kind", "reason", "amount", "created_at")
    readonly_fields = ("amount", "created_at")
    ordering = ("id",)

    @admin.display(description="Amount")
    def amount(self, adjustment: PriceAdjustment) -> str:
        return money(adjustment.amount_cents, adjustment.currency)


class Reminders(ReadOnlyInline[BookingReminder, Booking]):
    model = BookingReminder
    fields = ("purpose", "reminder_type", "scheduled_for", "status", "sent_at")
    ordering = ("scheduled_for",)


@admin.register(Booking)
class BookingAdmin(BookingAddPage, TrailAdmin[Booking]):
    codes = AdminCodes(view="booking.read", add="booking.create", change="booking.update")
    station_lookups = ("station",)
    audits_saves = False
    form = BookingForm
    masked = {
        "customer_email": Masked("customer.email", "E-mail"),
        "customer_phone": Masked("customer.phone", "Phone"),
    }
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    object_actions = (*ANSWERS, *ACTIONS, *DECISIONS, ChangeMenu)
    bulk_actions = (Complete, RequestDeposit)
    change_form_outer_before_template = "bookings/admin/booking_summary.html"
    list_select_related = ("station", "customer", "chef")
    list_display = ("reference", "when", "station_code", "guest", "guests", "state", "cook", "total")
    list_filter = (
        WhenFilter,
        NeedsFilter,
        ("status", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("chef", ScopedRelatedFilter),
        ("source", ChoicesFilter),
        ("date", DateRangeFilter),
        DeletedFilter,
    )
    list_filter_submit = True
    search_fields = ("^customer__last_name", "^customer__first_name")
    search_help_text = "Reference, name, e-mail or phone"
    inlines = (Payments, Adjustments, Reminders)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request).select_related("station", "customer", "chef", "deposit")

    @admin.display(description="When", ordering="starts_at")
    def when(self, booking: Booking) -> str:
        return local_time(booking.starts_at, booking.station.timezone)

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, booking: Booking) -> str:
        return str(booking.station.code)

    @admin.display(description="Customer", ordering="customer__last_name")
    def guest(self, booking: Booking) -> str:
        return f"{booking.customer.first_name} {booking.customer.last_name}"

    @admin.display(description="Guests")
    def guests(self, booking: Booking) -> int:
        return booking.party_adults + booking.party_kids + booking.party_toddlers

    @admin.display(description="State", ordering="status")
    def state(self, booking: Booking) -> SafeString:
        return booking_badge(booking)

    @admin.display(description="Chef", ordering="chef__name")
    def cook(self, booking: Booking) -> str:
        return booking.chef.name if booking.chef else "-"

    @admin.display(description="Total", ordering="total_due_cents")
    def total(self, booking: Booking) -> str:
        return money(booking.total_due_cents, booking.currency)

    @admin.display(description="Address")
    def address_masked(self, booking: Booking) -> str:
        return booking.postal_code or "-"

    def row_label(self, obj: Booking) -> str:
        return str(obj.reference)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Booking], search_term: str
    ) -> tuple[QuerySet[Booking], bool]:
        reference = REFERENCE.fullmatch(search_term.strip())
        if reference is not None:
            return queryset.filter(reference=f"MH-{reference[1].upper()}"), False
        return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: HttpRequest, obj: Booking | None = None) -> Any:
        venue: tuple[Any, ...] = ("address_masked",)
        if self.is_open(request, obj):
            venue = ("address_masked", ("new_address", "new_postal_code"))
        return (
            ("Party", {"fields": (GUESTS, "allergens", "special_requests")}),
            ("Venue", {"fields": venue}),
            ("For the house", {"fields": ("notes", "override_reason", "source", "created_by", "created_at")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Booking | None = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), "override_reason", "source", "created_by"]
        return fixed if self.is_open(request, obj) else [*fixed, *GUESTS, "allergens", "special_requests"]

    def is_open(self, request: HttpRequest, obj: Booking | None) -> bool:
        """Tell whether more than the notes can still be changed (BK-4)."""
        return obj is not None and obj.status not in TERMINAL and self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Booking | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def save_model(self, request: HttpRequest, obj: Booking, form: Any, change: bool) -> None:
        del change
        seen = form.cleaned_data.get("seen")
        saved = change_booking(
            booking=obj,
            changes=form.changes(),
            expected_version=int(seen) if seen else None,
            by=self.actor(request),
            at=timezone.now(),
        )
        obj.__dict__.update(saved.__dict__)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj: Booking | None = kwargs.get("obj")
        if obj is not None:
            context.update(self.action_context(request, obj))
            context["subtitle"] = obj.reference
        return super().render_change_form(request, context, *args, **kwargs)

    def action_context(self, request: HttpRequest, obj: Booking) -> dict[str, Any]:
        page = build_page(obj)
        contact = {
            name: getattr(self, f"{name}_masked")(obj) for name in ("customer_email", "customer_phone")
        }
        state = {"state_badge": booking_badge(obj)}
        return {"page": page, **contact, **state, "aside_template": "bookings/admin/booking_aside.html"}

"""Shapes of bookings: the row of a list and of every action, and the one detail with personal data."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, ClassVar

import orjson
from rest_framework import serializers

from bookings.enums import BookingSource, BookingStatus, BookingWindow, CancellationStatus, DepositStatus
from bookings.models import Booking
from bookings.policies import Audience, audience_of
from bookings.selectors.booking_rows import OF_THE_CUSTOMER, OF_THE_HOST, OF_THE_STAFF, OPEN


class BookingRow(serializers.Serializer[Any]):
    """A booking without contact data; what the reader may not see is null."""

    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00", "zone": "primary", "lane": 1}

    id = serializers.UUIDField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=BookingStatus.choices)
    station_id = serializers.UUIDField()
    date = serializers.DateField(help_text="Station-local")
    slot = serializers.CharField(help_text="HH:MM, station-local")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    zone = serializers.CharField()
    party_adults = serializers.IntegerField()
    party_kids = serializers.IntegerField()
    party_toddlers = serializers.IntegerField()
    chef_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    customer_id = serializers.UUIDField(allow_null=True)
    first_name = serializers.CharField(allow_null=True)
    last_name = serializers.CharField(allow_null=True)
    postal_code = serializers.CharField(allow_null=True)
    total_due_cents = serializers.IntegerField(allow_null=True)
    deposit_due_cents = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    customer_deposit_deadline = serializers.DateTimeField(allow_null=True)
    cancellation_status = serializers.ChoiceField(choices=CancellationStatus.choices, allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)
    lane = serializers.IntegerField(allow_null=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a declared field, no attribute
        choices=BookingSource.choices, allow_null=True
    )
    is_urgent = serializers.BooleanField(allow_null=True)
    hold_on_request = serializers.BooleanField(allow_null=True)

    def to_representation(self, instance: Booking | dict[str, Any]) -> Any:
        """Return the row of `list_booking_rows` or of an instance, as far as the reader may see it."""
        reader = self.context["view"].actor
        if not isinstance(instance, dict):
            return shown_row(_row_of(instance), audience_of(reader, instance.station_id))
        audience = audience_of(reader, instance["station_id"])
        if audience is Audience.STAFF:
            return orjson.Fragment(instance["row"])
        return shown_row(orjson.loads(instance["row"]), audience)


def shown_row(row: dict[str, Any], audience: Audience) -> dict[str, Any]:
    """Blank what the reader may not see; the dict is changed in place."""
    if audience is not Audience.STAFF:
        row.update(dict.fromkeys(OF_THE_STAFF))
    if audience is Audience.CHEF:
        row.update(dict.fromkeys((*OF_THE_HOST, *OF_THE_CUSTOMER)))
    return row


def _row_of(booking: Booking) -> dict[str, Any]:
    row = {name: getattr(booking, name) for name in (*OPEN, *OF_THE_HOST, *OF_THE_STAFF)}
    row.update({name: getattr(booking.customer, name) for name in OF_THE_CUSTOMER})
    return {name: _as_listed(value) for name, value in row.items()}


def _as_listed(value: Any) -> Any:
    """Write times as the list does: `HH:MM`, and instants with microseconds."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat("minutes") if isinstance(value, time) else value


class MenuItemAnswer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["protein", "extra_protein", "addon"])
    code = serializers.CharField()
    quantity = serializers.IntegerField()


class DepositAnswer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=DepositStatus.choices)
    amount_cents = serializers.IntegerField()
    payment_method = serializers.CharField(allow_null=True)
    requested_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class LineAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"code": "adults", "label": "Adults"}

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field, no attribute
    quantity = serializers.IntegerField()
    unit_cents = serializers.IntegerField()
    amount_cents = serializers.IntegerField()
    taxable = serializers.BooleanField()


class BookingDetail(BookingRow):
    """A booking in clear text for holders of the read code; each reading is audited (P-3)."""

    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_null=True)
    menu_items = MenuItemAnswer(many=True, allow_null=True)
    allergens = serializers.ListField(child=serializers.CharField(), allow_null=True)
    special_requests = serializers.CharField(allow_null=True)
    notes = serializers.CharField(allow_null=True, help_text="Internal")
    requested_time = serializers.CharField(allow_null=True)
    lines = LineAnswer(many=True, allow_null=True)
    paid_cents = serializers.IntegerField(allow_null=True)
    balance_cents = serializers.IntegerField(allow_null=True)
    deposit = DepositAnswer(allow_null=True)
    internal_deadline = serializers.DateTimeField(allow_null=True)
    deposit_confirmed_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    hold_reason = serializers.CharField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancellation_requested_at = serializers.DateTimeField(allow_null=True)
    booking_window = serializers.ChoiceField(choices=BookingWindow.choices, allow_null=True)
    override_reason = serializers.CharField(allow_null=True)
    sms_consent = serializers.BooleanField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the row with what the disclosure of `context` allows on top."""
        booking: Booking = instance
        reader = self.context["view"].actor
        shown = frozenset(self.context["disclosed"])
        audience = audience_of(reader, booking.station_id)
        return {
            **shown_row(_row_of(booking), audience),
            **dict.fromkeys(_DETAILS),
            **_personal(booking, shown),
            **({} if audience is Audience.CHEF else _money(booking, self.context["paid_cents"])),
            **({} if audience is not Audience.STAFF else _internal(booking)),
        }


_DETAILS = BookingDetail().fields.keys() - BookingRow().fields.keys()
_DEPOSIT = tuple(DepositAnswer().fields)


def _personal(booking: Booking, shown: frozenset[str]) -> dict[str, Any]:
    customer = booking.customer
    values: dict[str, Any] = {}
    if "name" in shown or "first_name" in shown:
        values["first_name"] = customer.first_name
    for name in ("email", "phone"):
        if name in shown:
            values[name] = getattr(customer, name)
    for name in ("address", "allergens", "special_requests", "notes"):
        if name in shown:
            values[name] = getattr(booking, name)
    if shown:
        values["menu_items"] = booking.menu_items
        values["requested_time"] = booking.metadata.get("requested_time")
    return values


def _money(booking: Booking, paid_cents: int) -> dict[str, Any]:
    deposit = booking.deposit
    return {
        "lines": booking.metadata.get("quote", {}).get("lines", []),
        "paid_cents": paid_cents,
        "balance_cents": booking.total_due_cents - paid_cents,
        "deposit": {name: getattr(deposit, name) for name in _DEPOSIT},
        **{
            name: getattr(booking, name)
            for name in (
                "deposit_confirmed_at",
                "cancelled_at",
                "cancellation_requested_at",
                "sms_consent",
                "updated_at",
            )
        },
    }


def _internal(booking: Booking) -> dict[str, Any]:
    names = ("internal_deadline", "held_at", "hold_reason", "booking_window", "override_reason")
    return {name: getattr(booking, name) for name in names}


class ReasonAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class NextActionAnswer(ReasonAnswer):
    at = serializers.DateTimeField()


class ExplanationAnswer(serializers.Serializer[Any]):
    """BK-20."""

    examples: ClassVar[Mapping[str, Any]] = {"why": "The deposit has not arrived yet."}

    state = serializers.ChoiceField(choices=BookingStatus.choices)
    why = serializers.CharField()
    blockers = ReasonAnswer(many=True)
    next_action = NextActionAnswer(allow_null=True)

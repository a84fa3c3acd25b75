"""Bodies that describe a party; `as_request` turns the validated values into what the services take."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.enums import BookingSource
from bookings.requests import BookingRequest, MenuChoice
from common.api.serializers import StrictSerializer

MAX_PORTIONS = 500
MAX_CODES = 50
MAX_GUESTS = 1_000


@extend_schema_field(
    {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$", "examples": ["18:00"]}
)
class WholeMinuteField(serializers.TimeField):
    """A time of day in whole minutes, station-local."""

    def to_internal_value(self, value: Any) -> time:
        parsed: time = super().to_internal_value(value)
        if parsed.second or parsed.microsecond:
            self.fail("invalid", format="HH:MM")
        return parsed


def portions() -> serializers.DictField:
    """Return a field of portions by code, such as {"chicken": 8}."""
    return serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_PORTIONS), required=False
    )


def degrees(limit: int, *, allow_null: bool = True) -> serializers.DecimalField:
    """Return an optional field of a coordinate between -limit and limit."""
    return serializers.DecimalField(
        max_digits=10,
        decimal_places=7,
        min_value=-limit,
        max_value=limit,
        required=False,
        allow_null=allow_null,
    )


class MenuInput(StrictSerializer):
    """Q-3: two proteins per adult and kid, one per toddler, or nothing yet."""

    proteins = portions()
    extra_proteins = portions()
    addons = portions()

    def validate(self, attrs: dict[str, dict[str, int]]) -> MenuChoice:
        errors = {
            name: [f"At most {MAX_CODES} codes of at most 50 characters."]
            for name, chosen in attrs.items()
            if len(chosen) > MAX_CODES or any(len(code) > MAX_CODES for code in chosen)
        }
        if errors:
            raise serializers.ValidationError(errors)
        return MenuChoice(**attrs)


class PartyInput(StrictSerializer):
    """When, where, how many and what they eat: all that a price depends on."""

    station_id = serializers.UUIDField(required=False, allow_null=True)
    date = serializers.DateField()
    slot = WholeMinuteField()
    adults = serializers.IntegerField(min_value=-MAX_GUESTS, max_value=MAX_GUESTS)
    kids = serializers.IntegerField(min_value=-MAX_GUESTS, max_value=MAX_GUESTS, required=False)
    toddlers = serializers.IntegerField(min_value=-MAX_GUESTS, max_value=MAX_GUESTS, required=False)
    menu = MenuInput(required=False)
    postal_code = serializers.CharField(max_length=10)
    latitude = degrees(90)
    longitude = degrees(180)
    tier = serializers.CharField(max_length=32, required=False)
    coupon_code = serializers.CharField(max_length=50, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("latitude") is None) != (attrs.get("longitude") is None):
            raise serializers.ValidationError({"latitude": ["Give latitude and longitude together."]})
        return attrs


class QuoteInput(PartyInput):
    """A party to be priced; with a contact, somebody outside of our area is called back."""

    first_name = serializers.CharField(max_length=100, required=False)
    last_name = serializers.CharField(max_length=100, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    phone = serializers.CharField(max_length=30, required=False)


class QuoteMailInput(QuoteInput):
    """A party whose quote is mailed (Q-18)."""

    first_name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)


class BookingInput(PartyInput):
    """A party to be booked by its host."""

    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)
    phone = serializers.CharField(max_length=30)
    address = serializers.CharField(max_length=500)
    allergens = serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=20, required=False, allow_empty=True
    )
    requested_time = WholeMinuteField(required=False, allow_null=True)
    requested_chef_id = serializers.UUIDField(required=False, allow_null=True)
    special_requests = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    sms_consent = serializers.BooleanField(required=False)
    email_consent = serializers.BooleanField(required=False)
    terms_accepted = serializers.BooleanField(required=False)
    quote_hash = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)


class StaffBookingInput(BookingInput):
    """A party that staff book for a customer."""

    zone = serializers.CharField(max_length=50, required=False)
    notes = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    source = serializers.ChoiceField(choices=BookingSource.choices, required=False)  # type: ignore[assignment]  # same name as an attribute of Field
    override_reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    ask_deposit = serializers.BooleanField(required=False)


NO_CONTACT = {"first_name": "", "last_name": "", "email": "", "phone": "", "address": ""}


def as_request(values: Mapping[str, Any]) -> BookingRequest:
    """Return the request of a validated body; a quote has no address and may have no contact."""
    given = {**NO_CONTACT, **values}
    if "allergens" in given:
        given["allergens"] = tuple(given["allergens"])
    return BookingRequest(**given)

"""Bodies of the staff endpoints; services check what has to hold whoever asks."""

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from bookings.api.inputs import MAX_GUESTS, MenuInput, degrees
from bookings.enums import ContactPreference
from bookings.inputs import MANUAL_METHODS
from common.api.serializers import QuerySerializer, StrictSerializer

MAX_TEXT = 2_000
MAX_MINUTES = 600


def words() -> serializers.ListField:
    """Return a field of at most 20 short words."""
    return serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=20, required=False, allow_empty=True
    )


def count() -> serializers.IntegerField:
    """Return a field of guests; the rules say how many are welcome."""
    return serializers.IntegerField(min_value=-MAX_GUESTS, max_value=MAX_GUESTS, required=False)


def text() -> serializers.CharField:
    """Return a field of free text that may be emptied."""
    return serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)


class ChangeInput(StrictSerializer):
    """BK-4; address and postal_code go together."""

    adults = count()
    kids = count()
    toddlers = count()
    menu = MenuInput(required=False)
    allergens = words()
    address = serializers.CharField(max_length=500, required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    latitude = degrees(90)
    longitude = degrees(180)
    special_requests = text()
    notes = text()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("latitude") is None) != (attrs.get("longitude") is None):
            raise serializers.ValidationError({"latitude": ["Give latitude and longitude together."]})
        if "allergens" in attrs:
            attrs["allergens"] = tuple(attrs["allergens"])
        return attrs


class ConfirmDepositInput(StrictSerializer):
    """Method and reference of the money, or `waive` with a reason."""

    method = serializers.ChoiceField(choices=[method.value for method in MANUAL_METHODS], required=False)
    reference = serializers.CharField(max_length=255, required=False)
    waive = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=500, required=False)


class AssignChefInput(StrictSerializer):
    """null clears; `override` lets a chef go whose way takes too long (booking.override)."""

    chef_id = serializers.UUIDField(allow_null=True)
    override = serializers.BooleanField(required=False)


class CustomerChangesInput(StrictSerializer):
    first_name = serializers.CharField(max_length=100, required=False)
    last_name = serializers.CharField(max_length=100, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    timezone = serializers.CharField(max_length=50, required=False)
    preferred_contact = serializers.ChoiceField(choices=ContactPreference.choices, required=False)
    tags = words()
    notes = text()

    def validate_timezone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError("Must be an IANA zone such as America/Los_Angeles.")
        return value

    def validate_tags(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)


class CustomerInput(CustomerChangesInput):
    station_id = serializers.UUIDField(required=False)
    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)
    phone = serializers.CharField(max_length=30)


class ChefChangesInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    zones = words()
    skills = words()
    google_calendar_id = serializers.CharField(max_length=255, required=False)
    buffer_setup_minutes = serializers.IntegerField(min_value=0, max_value=MAX_MINUTES, required=False)
    buffer_teardown_minutes = serializers.IntegerField(min_value=0, max_value=MAX_MINUTES, required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("zones", "skills"):
            if name in attrs:
                attrs[name] = tuple(attrs[name])
        return attrs


class ChefInput(ChefChangesInput):
    """`station_id` null: a chef of every station, which only the company's own staff may add (R-9)."""

    station_id = serializers.UUIDField(required=False, allow_null=True)
    name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)


class DatesQuery(QuerySerializer):
    """Dates from start to end, both included, at most 62."""

    start = serializers.DateField()
    end = serializers.DateField()


class LanesQuery(DatesQuery):
    """Dates from start to end, both included, at most 62; without station_id the only one linked."""

    station_id = serializers.UUIDField(required=False)


class CalendarQuery(QuerySerializer):
    """The week (from Monday) or the month that holds the date."""

    station_id = serializers.UUIDField(required=False)
    date = serializers.DateField()
    view = serializers.ChoiceField(choices=["week", "month"], required=False, default="week")

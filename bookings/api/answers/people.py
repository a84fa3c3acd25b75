"""Shapes of customers and chefs: contacts masked in lists, clear in details; internal words for staff."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from bookings.enums import ContactPreference
from bookings.models import Chef, Customer
from common.actors import Actor
from common.crypto.mask import mask_email, mask_phone

INTERNAL = ("tags", "notes", "legal_hold")


class CustomerRow(serializers.Serializer[Any]):
    """A customer with masked contacts."""

    id = serializers.UUIDField()
    station_id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    consent_sms = serializers.BooleanField()
    consent_email = serializers.BooleanField()
    timezone = serializers.CharField()
    preferred_contact = serializers.ChoiceField(choices=ContactPreference.choices, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(), allow_null=True)
    legal_hold = serializers.BooleanField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Customer) -> dict[str, Any]:
        """Return plain values; contacts as `j•••@e•••.com` and `•••• 67`."""
        row = {name: getattr(instance, name) for name in self.fields.keys()}  # noqa: SIM118 -- the stubs say that fields iterate over fields
        row["email"], row["phone"] = mask_email(instance.email), mask_phone(instance.phone)
        return _shown(row, instance, self.context["view"].actor)


class CustomerDetail(CustomerRow):
    """A customer in clear text; each reading is audited (P-3)."""

    notes = serializers.CharField(allow_null=True, help_text="Internal")

    def to_representation(self, instance: Customer) -> dict[str, Any]:
        """Return plain values."""
        row = {name: getattr(instance, name) for name in self.fields.keys()}  # noqa: SIM118 -- the stubs say that fields iterate over fields
        return _shown(row, instance, self.context["view"].actor)


class ChefRow(serializers.Serializer[Any]):
    """A chef with masked contacts."""

    examples: ClassVar[Mapping[str, Any]] = {"name": "Ken Sato", "email": "ken@example.com"}

    id = serializers.UUIDField()
    station_id = serializers.UUIDField(allow_null=True, help_text="null: every station")
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField(allow_null=True)
    zones = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())
    buffer_setup_minutes = serializers.IntegerField()
    buffer_teardown_minutes = serializers.IntegerField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Chef) -> dict[str, Any]:
        """Return plain values; contacts masked."""
        row = {name: getattr(instance, name) for name in self.fields.keys()}  # noqa: SIM118 -- the stubs say that fields iterate over fields
        row["email"] = mask_email(instance.email)
        row["phone"] = None if instance.phone is None else mask_phone(instance.phone)
        return row


class ChefDetail(ChefRow):
    """A chef in clear text; each reading is audited (P-3)."""

    google_calendar_id = serializers.CharField(allow_null=True)

    def to_representation(self, instance: Chef) -> dict[str, Any]:
        """Return plain values."""
        return {name: getattr(instance, name) for name in self.fields.keys()}  # noqa: SIM118 -- the stubs say that fields iterate over fields


def _shown(row: dict[str, Any], customer: Customer, reader: Actor) -> dict[str, Any]:
    if not reader.scope("customer.read").includes(customer.station_id):
        row.update({name: None for name in INTERNAL if name in row})
    return row

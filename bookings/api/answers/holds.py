"""Shapes of holds for staff: contacts masked in lists, clear in details."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from bookings.enums import HoldCancellationReason, HoldStatus
from bookings.models import ReservationHold
from common.crypto.mask import mask_email, mask_phone


class HoldRow(serializers.Serializer[Any]):
    """A hold with masked contacts."""

    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00", "lane": 1}

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=HoldStatus.choices)
    cancellation_reason = serializers.ChoiceField(choices=HoldCancellationReason.choices, allow_null=True)
    station_id = serializers.UUIDField()
    date = serializers.DateField()
    slot = serializers.CharField(help_text="HH:MM, station-local")
    lane = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    party_adults = serializers.IntegerField()
    party_kids = serializers.IntegerField()
    party_toddlers = serializers.IntegerField()
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    deposit_cents = serializers.IntegerField()
    currency = serializers.CharField()
    signing_deadline_at = serializers.DateTimeField()
    agreement_signed_at = serializers.DateTimeField(allow_null=True)
    payment_deadline_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(help_text="The deadline in force")
    booking_id = serializers.UUIDField(allow_null=True, help_text="What it became")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: ReservationHold) -> dict[str, Any]:
        """Return plain values; contacts as `j•••@e•••.com` and `•••• 67`."""
        row: dict[str, Any] = {
            name: getattr(instance, name, None)
            for name in self.fields.keys()  # noqa: SIM118 -- the stubs say that fields iterate over fields
        }
        row["slot"] = instance.slot.isoformat("minutes")
        # Django does not read a generated column back after a write.
        row["expires_at"] = instance.payment_deadline_at or instance.signing_deadline_at
        row["booking_id"] = instance.converted_to_booking_id
        row["email"], row["phone"] = mask_email(instance.email), mask_phone(instance.phone)
        return row


class HoldDetail(HoldRow):
    """A hold in clear text; each reading is audited (P-3)."""

    name = serializers.CharField()
    signer_name = serializers.CharField(allow_null=True)
    agreement_version = serializers.CharField(allow_null=True)

    def to_representation(self, instance: ReservationHold) -> dict[str, Any]:
        """Return plain values."""
        row = super().to_representation(instance)
        return {**row, "email": instance.email, "phone": instance.phone}


class NewHoldRow(HoldRow):
    """The only answer that shows the token of the customer's link."""

    token = serializers.CharField()

    def to_representation(self, instance: ReservationHold) -> dict[str, Any]:
        """Return plain values and the token of `context`."""
        return {**super().to_representation(instance), "token": self.context["token"]}

"""Shapes of the public answers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.models import Booking, ReservationHold
from common.api.serializers import SharedFields
from identity.models import Station


class StationAnswer(serializers.ModelSerializer[Station]):
    class Meta:
        model = Station
        fields = (
            "id",
            "code",
            "name",
            "display_name",
            "phone",
            "email",
            "city",
            "state",
            "postal_code",
            "timezone",
        )


class SlotAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"slot": "18:00"}

    date = serializers.DateField()
    slot = serializers.CharField(help_text="HH:MM, station-local")
    available = serializers.BooleanField()
    reason = serializers.ChoiceField(
        choices=["full", "lead_time", "closed", "blackout", "nonexistent"], allow_null=True
    )
    starts_at = serializers.DateTimeField(allow_null=True)


class AvailabilityAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    timezone = serializers.CharField()
    results = SlotAnswer(many=True)


class BookedDatesAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    results = serializers.ListField(child=serializers.DateField())


class PriceListTier(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"level": "standard"}

    level = serializers.CharField()
    name = serializers.CharField()
    adult_cents = serializers.IntegerField()
    kid_cents = serializers.IntegerField()
    minimum_cents = serializers.IntegerField()
    min_guests = serializers.IntegerField()
    max_guests = serializers.IntegerField()


class PriceListItem(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"code": "chicken", "name": "Chicken", "category": "protein"}

    code = serializers.CharField()
    name = serializers.CharField()
    price_cents = serializers.IntegerField()
    category = serializers.CharField()


class PriceListTravel(serializers.Serializer[Any]):
    free_miles = serializers.CharField()
    price_per_mile_cents = serializers.IntegerField()
    max_miles = serializers.CharField(allow_null=True)


class PriceListAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    currency = serializers.CharField()
    tier = PriceListTier()
    proteins = PriceListItem(many=True)
    addons = PriceListItem(many=True)
    extra_protein_cents = serializers.IntegerField(allow_null=True)
    tax_rate_bps = serializers.IntegerField()
    deposit_cents = serializers.IntegerField()
    card_fee = serializers.BooleanField()
    travel = PriceListTravel()


class PolicyAnswer(serializers.Serializer[Any]):
    """A text that customers agree to; `text_hash` is the SHA-256 of `text` in UTF-8."""

    code = serializers.ChoiceField(choices=["agreement"])
    version = serializers.CharField()
    text = serializers.CharField()
    text_hash = serializers.CharField()


class PoliciesAnswer(serializers.Serializer[Any]):
    station_id = serializers.UUIDField()
    results = PolicyAnswer(many=True)


class QuoteLine(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"code": "adults", "label": "Adults"}

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member named like an attribute of Field
    quantity = serializers.IntegerField()
    unit_cents = serializers.IntegerField()
    amount_cents = serializers.IntegerField()
    taxable = serializers.BooleanField()


class QuoteTip(serializers.Serializer[Any]):
    percent = serializers.IntegerField()
    amount_cents = serializers.IntegerField()


class QuoteMethod(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"method": "zelle"}

    method = serializers.CharField()
    amount_cents = serializers.IntegerField()
    fee_cents = serializers.IntegerField()


class QuoteAnswer(serializers.Serializer[Any]):
    """Q-13."""

    station_id = serializers.UUIDField()
    currency = serializers.CharField()
    lines = QuoteLine(many=True)
    subtotal_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    travel_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    deposit_cents = serializers.IntegerField()
    balance_cents = serializers.IntegerField()
    road_miles = serializers.CharField()
    minimum_applied = serializers.BooleanField()
    tips = QuoteTip(many=True)
    methods = QuoteMethod(many=True)
    price_book_hash = serializers.CharField()
    quote_hash = serializers.CharField()


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "examples": ["18:00"]})
class WallTimeField(serializers.TimeField):
    """A station-local time of day as HH:MM, the spelling in which it is asked for."""

    def __init__(self) -> None:
        super().__init__(format="%H:%M", read_only=True)


class PublicBookingAnswer(SharedFields, serializers.ModelSerializer[Booking]):
    """What the host of a party is told; nothing that a stranger's guess could turn into a contact."""

    slot = WallTimeField()

    class Meta:
        model = Booking
        fields = (
            "id",
            "reference",
            "status",
            "station_id",
            "date",
            "slot",
            "starts_at",
            "ends_at",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "deposit_due_cents",
            "total_due_cents",
            "currency",
            "customer_deposit_deadline",
            "version",
        )


class HoldAnswer(serializers.ModelSerializer[ReservationHold]):
    slot = WallTimeField()
    expires_at = serializers.SerializerMethodField()

    class Meta:
        model = ReservationHold
        fields = (
            "id",
            "status",
            "station_id",
            "date",
            "slot",
            "starts_at",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "deposit_cents",
            "currency",
            "signing_deadline_at",
            "agreement_signed_at",
            "payment_deadline_at",
            "expires_at",
        )

    def get_expires_at(self, hold: ReservationHold) -> str:
        """Return the deadline in force: signing at first, payment after the signature."""
        # Django does not read a generated column back after a write.
        deadline = hold.payment_deadline_at or hold.signing_deadline_at
        return deadline.isoformat().replace("+00:00", "Z")


class NewHoldAnswer(HoldAnswer):
    """The only answer that shows the token."""

    token = serializers.SerializerMethodField()

    class Meta:
        model = ReservationHold
        fields = (*HoldAnswer.Meta.fields, "token")

    def get_token(self, hold: ReservationHold) -> str:
        token: str = self.context["token"]
        return token

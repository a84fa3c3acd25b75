"""Shapes of payments: figures in lists, who sent them in details; internal words for staff."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Payment
from bookings.services.payment_rows import station_of

INTERNAL = ("recorded_by_id", "notes", "dispute")


class PaymentRow(serializers.Serializer[Any]):
    """A payment without personal data; `charged_cents` is what the payer's account was charged."""

    id = serializers.UUIDField()
    booking_id = serializers.UUIDField(allow_null=True)
    hold_id = serializers.UUIDField(allow_null=True)
    payment_type = serializers.ChoiceField(choices=PaymentType.choices)
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    status = serializers.ChoiceField(choices=PaymentStatus.choices)
    amount_cents = serializers.IntegerField(help_text="What counts towards the price")
    fee_cents = serializers.IntegerField(help_text="Card fee on top, never credited")
    charged_cents = serializers.IntegerField()
    refunded_amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    refunded_payment_id = serializers.UUIDField(allow_null=True, help_text="Set on refunds only")
    received_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Payment) -> dict[str, Any]:
        """Return plain values; what is internal is null for others than staff."""
        row = {
            name: getattr(instance, name, None)
            for name in self.fields.keys()  # noqa: SIM118 -- the stubs say that fields iterate over fields
        }
        row["charged_cents"] = instance.amount_cents + instance.fee_cents
        return row


class DisputeAnswer(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"id": "dp_1QX", "status": "needs_response"}

    id = serializers.CharField()
    status = serializers.CharField()
    reason = serializers.CharField()
    amount_cents = serializers.IntegerField()


class PaymentDetail(PaymentRow):
    """A payment in clear text."""

    payment_reference = serializers.CharField(allow_null=True)
    sender_name = serializers.CharField(allow_null=True)
    sender_email = serializers.CharField(allow_null=True)
    sender_phone = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)
    refund_reason = serializers.CharField(allow_null=True)
    failure_reason = serializers.CharField(allow_null=True)
    stripe_payment_intent_id = serializers.CharField(allow_null=True)
    stripe_refund_id = serializers.CharField(allow_null=True)
    recorded_by_id = serializers.UUIDField(allow_null=True, help_text="Internal")
    notes = serializers.CharField(allow_null=True, help_text="Internal")
    dispute = DisputeAnswer(allow_null=True, help_text="Internal; the open dispute of a card payment")

    def to_representation(self, instance: Payment) -> dict[str, Any]:
        """Return plain values."""
        row = super().to_representation(instance)
        row["dispute"] = instance.metadata.get("dispute")
        if not self.context["view"].actor.scope("payment.read").includes(station_of(instance)):
            row.update(dict.fromkeys(INTERNAL))
        return row

"""Bodies of what staff and hosts decide about a booking; services check what has to hold whoever asks."""

from rest_framework import serializers

from bookings.api.inputs import WholeMinuteField
from bookings.enums import ReminderType
from bookings.services.cancellations import REASON_CODES
from bookings.services.custom_reminders import MAX_MESSAGE
from common.api.serializers import ReasonField, StrictSerializer

MAX_CENTS = 10_000_000


class RescheduleInput(StrictSerializer):
    """The new slot; `waive_fee` with a reason and `override_reason` (notice) need booking.override."""

    date = serializers.DateField()
    slot = WholeMinuteField()
    waive_fee = serializers.BooleanField(required=False)
    reason = ReasonField(required=False)
    override_reason = ReasonField(required=False)


class CancellationInput(StrictSerializer):
    """Why; the code decides the refund together with the time."""

    reason = ReasonField()
    reason_code = serializers.ChoiceField(choices=[code.value for code in REASON_CODES])


class ApprovalInput(StrictSerializer):
    """Remarks that stay in the house."""

    note = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class AdjustInput(StrictSerializer):
    """Signed cents on the taxable base, and why (Q-17)."""

    amount_cents = serializers.IntegerField(min_value=-MAX_CENTS, max_value=MAX_CENTS)
    reason = ReasonField()


class ReminderInput(StrictSerializer):
    """A message to the customer at a time between now and the party (BK-18)."""

    reminder_type = serializers.ChoiceField(choices=ReminderType.choices)
    scheduled_for = serializers.DateTimeField()
    message = serializers.CharField(max_length=MAX_MESSAGE)

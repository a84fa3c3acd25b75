"""Forms in front of decisions about a booking."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_naive

from bookings.enums import ReminderType
from bookings.models import Booking
from bookings.selectors.stations import slot_calendar
from bookings.services.cancellations import REASON_CODES
from bookings.services.custom_reminders import MAX_MESSAGE
from common.admin.forms import ActionForm, ReasonField

REASONS = [(code.value, code.label) for code in REASON_CODES]


class SlotForm(ActionForm):
    """Where a booking moves; the slots are those of its station."""

    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    slot = forms.TypedChoiceField(choices=())
    waive_fee = forms.BooleanField(label="Leave out the fee", required=False)
    reason = ReasonField(label="Why without the fee", required=False)
    override_reason = ReasonField(label="Why at such short notice", required=False)

    def prepare(self) -> None:
        if isinstance(self.obj, Booking):
            field = self.fields["slot"]
            slots = slot_calendar(self.obj.station).slots
            field.choices = [(slot.isoformat("minutes"), f"{slot:%H:%M}") for slot in slots]  # type: ignore[attr-defined]  # a choice field
            field.coerce = forms.TimeField().to_python  # type: ignore[attr-defined]  # same
            self.fields["date"].initial, field.initial = self.obj.date, f"{self.obj.slot:%H:%M}"


class ReminderForm(ActionForm):
    """A message of one's own; its time is wall time of the booking's station."""

    reminder_type = forms.ChoiceField(label="By", choices=ReminderType.choices)
    scheduled_for = forms.DateTimeField(
        label="When", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    message = forms.CharField(max_length=MAX_MESSAGE, widget=forms.Textarea(attrs={"rows": 3}))

    def prepare(self) -> None:
        if isinstance(self.obj, Booking):
            self.fields["scheduled_for"].help_text = f"Wall time in {self.obj.station.timezone}."

    def clean_scheduled_for(self) -> datetime:
        """Return the instant that the station's clocks show as what was typed."""
        typed = make_naive(self.cleaned_data["scheduled_for"])
        zone = self.obj.station.timezone if isinstance(self.obj, Booking) else "UTC"
        return typed.replace(tzinfo=ZoneInfo(zone))

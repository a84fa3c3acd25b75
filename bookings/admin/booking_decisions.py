"""What staff decide about a booking from its page: moved, cancelled in two steps, set right, hidden."""

from django import forms

from bookings.admin.booking_words import REASONS, ReminderForm, SlotForm
from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.models import Booking
from bookings.services.cancellations import (
    approve_cancellation,
    reject_cancellation,
    request_cancellation,
)
from bookings.services.corrections import correct_booking, reinstate_booking
from bookings.services.custom_reminders import add_reminder
from bookings.services.removals import delete_booking, restore_booking
from bookings.services.reschedules import Reschedule, reschedule_booking
from bookings.services.transitions import TERMINAL
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import local_time
from common.admin.forms import ActionForm, ReasonForm


class CancellationForm(ReasonForm):
    reason_code = forms.ChoiceField(
        label="Kind of reason",
        choices=REASONS,
        help_text="Company cancelled and duplicate are refunded in full, weather without cover never is.",
    )
    field_order = ("reason_code", "reason")


class NoteForm(ActionForm):
    note = forms.CharField(
        label="Remarks", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class MoveBooking(ObjectAction[Booking]):
    name = "reschedule"
    label = "Reschedule"
    icon = "event_repeat"
    code = "booking.reschedule"
    form_class = SlotForm
    from_query = ("date", "slot")
    explanation = (
        "The first move up to 24 hours before the start is free, any other adds the fee. "
        "After the refund cut-off the deposit is locked."
    )

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES

    def run(self, call: ActionCall[Booking]) -> str:
        names = ("date", "slot", "waive_fee", "reason", "override_reason")
        move = Reschedule(**{name: call.data[name] for name in names})
        booking = reschedule_booking(
            booking=call.obj, move=move, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} takes place {local_time(booking.starts_at, booking.station.timezone)}."


class RequestCancellation(ObjectAction[Booking]):
    name = "request-cancellation"
    label = "Ask to cancel"
    icon = "event_busy"
    code = "booking.request_cancel"
    form_class = CancellationForm
    destructive = True
    primary = False
    explanation = "Somebody else has to approve it; until then the slot stays taken."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and obj.cancellation_requested_at is None

    def run(self, call: ActionCall[Booking]) -> str:
        booking = request_cancellation(
            booking=call.obj,
            reason=call.data["reason"],
            reason_code=call.data["reason_code"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference}: the request waits for approval."


class ApproveCancellation(ObjectAction[Booking]):
    name = "approve-cancellation"
    label = "Approve cancellation"
    icon = "thumb_up"
    code = "booking.approve_cancel"
    form_class = NoteForm
    destructive = True
    explanation = "The slot is free at once; the money is settled by the time of the request."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and obj.cancellation_requested_at is not None

    def run(self, call: ActionCall[Booking]) -> str:
        booking = approve_cancellation(
            booking=call.obj,
            note=call.data["note"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is cancelled."


class RejectCancellation(ObjectAction[Booking]):
    name = "reject-cancellation"
    label = "Reject cancellation"
    icon = "thumb_down"
    code = "booking.approve_cancel"
    form_class = ReasonForm
    explanation = "The booking goes on as before; a host who asked is told the reason."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and obj.cancellation_requested_at is not None

    def run(self, call: ActionCall[Booking]) -> str:
        booking = reject_cancellation(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference}: the request is rejected."


class CorrectBooking(ObjectAction[Booking]):
    name = "correct"
    label = "Nobody was there"
    icon = "history"
    code = "booking.correct"
    form_class = ReasonForm
    destructive = True
    primary = False
    explanation = "Makes a completed party a no-show, up to seven days after it; the deposit is forfeited."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.COMPLETED and obj.deleted_at is None)

    def run(self, call: ActionCall[Booking]) -> str:
        booking = correct_booking(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is a no-show."


class ReinstateBooking(ObjectAction[Booking]):
    name = "reinstate"
    label = "Reinstate"
    icon = "restart_alt"
    code = "booking.correct"
    form_class = ReasonForm
    explanation = "Takes the slot again, if it is free; both deposit deadlines start from now."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.CANCELLED and obj.deleted_at is None)

    def run(self, call: ActionCall[Booking]) -> str:
        booking = reinstate_booking(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is back: {booking.get_status_display().lower()}."


class DeleteBooking(ObjectAction[Booking]):
    name = "delete"
    label = "Delete"
    icon = "delete"
    code = "booking.delete"
    form_class = ReasonForm
    destructive = True
    primary = False
    explanation = "Hidden everywhere but in the filter of deleted bookings; can be restored for 30 days."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in TERMINAL and obj.deleted_at is None

    def run(self, call: ActionCall[Booking]) -> str:
        booking = delete_booking(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is deleted."


class RestoreBooking(ObjectAction[Booking]):
    name = "restore"
    label = "Restore"
    icon = "restore_from_trash"
    code = "booking.restore"

    def is_offered(self, obj: Booking) -> bool:
        return obj.deleted_at is not None

    def run(self, call: ActionCall[Booking]) -> str:
        booking = restore_booking(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is restored."


class AddReminder(ObjectAction[Booking]):
    name = "add-reminder"
    label = "Add a reminder"
    icon = "add_alert"
    code = "booking.update"
    form_class = ReminderForm
    primary = False
    explanation = "A message to the customer at a time before the party."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES

    def run(self, call: ActionCall[Booking]) -> str:
        reminder = add_reminder(
            booking=call.obj,
            reminder_type=call.data["reminder_type"],
            scheduled_for=call.data["scheduled_for"],
            message=call.data["message"],
            by=call.by,
            at=call.at,
        )
        return f"The reminder goes out {local_time(reminder.scheduled_for, call.obj.station.timezone)}."


ANSWERS: tuple[type[ObjectAction[Booking]], ...] = (ApproveCancellation, RejectCancellation)
"""What a request waits for; it goes before all else."""
DECISIONS: tuple[type[ObjectAction[Booking]], ...] = (
    MoveBooking,
    ReinstateBooking,
    RestoreBooking,
    AddReminder,
    RequestCancellation,
    CorrectBooking,
    DeleteBooking,
)

"""What staff can do to a booking from its page; each action is one service call."""

from dataclasses import asdict

from django import forms
from django.utils import timezone

from bookings.admin.booking_money import (
    AdjustPrice,
    ConfirmDeposit,
    RecordPayment,
    RequestDeposit,
    WaiveDeposit,
)
from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.models import Booking, Chef
from bookings.selectors.chef_scores import Recommendation, recommend_chefs
from bookings.selectors.chefs import list_assignable_chefs
from bookings.services.assignments import assign_chef
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show, release_booking
from common.admin.actions import ActionCall, ObjectAction
from common.admin.forms import ActionForm, ReasonForm

NO_CHOICE = {"too_far": "too far away", "full_day": "has a full day", "same_slot": "cooks elsewhere then"}


def describe_score(found: Recommendation) -> str:
    """Return the score of a chef with the parts that earned it (BK-16), or why they are no choice."""
    if found.parts is None:
        return NO_CHOICE[found.excluded or ""]
    parts = ", ".join(f"{name} {points}" for name, points in asdict(found.parts).items() if points)
    return f"{found.total} points ({parts})"


class ChefForm(ActionForm):
    chef = forms.ModelChoiceField(queryset=Chef.objects.none(), required=False, empty_label="Nobody")
    override = forms.BooleanField(
        label="Although the way takes too long",
        required=False,
        help_text="Needs the right to override; only for the way between two parties.",
    )

    def prepare(self) -> None:
        if isinstance(self.obj, Booking):
            field = self.fields["chef"]
            field.queryset = list_assignable_chefs(self.obj.station).order_by("name", "pk")  # type: ignore[attr-defined]  # a model choice
            scores = {found.chef.pk: describe_score(found) for found in recommend_chefs(self.obj)}
            field.label_from_instance = lambda chef: f"{chef.name}: {scores[chef.pk]}"  # type: ignore[attr-defined]  # names are for staff
            field.initial = self.obj.chef_id


class AssignChef(ObjectAction[Booking]):
    name = "assign-chef"
    label = "Assign chef"
    icon = "outdoor_grill"
    code = "booking.assign_chef"
    form_class = ChefForm

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES

    def run(self, call: ActionCall[Booking]) -> str:
        chef: Chef | None = call.data["chef"]
        booking = assign_chef(
            booking=call.obj,
            chef=chef,
            override=call.data["override"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference}: {chef.name if chef else 'nobody'} cooks."


class Complete(ObjectAction[Booking]):
    name = "complete"
    label = "Complete"
    icon = "celebration"
    code = "booking.complete"
    explanation = "The party took place. Its slot is given back."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.CONFIRMED and obj.starts_at <= timezone.now())

    def run(self, call: ActionCall[Booking]) -> str:
        booking = complete_booking(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is completed."


class NoShow(ObjectAction[Booking]):
    name = "no-show"
    label = "No-show"
    icon = "person_off"
    code = "booking.complete"
    destructive = True
    primary = False
    explanation = "Nobody was there. The deposit is forfeited and nothing is paid back by itself."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.CONFIRMED and obj.starts_at <= timezone.now())

    def run(self, call: ActionCall[Booking]) -> str:
        booking = mark_no_show(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is a no-show."


class Hold(ObjectAction[Booking]):
    name = "hold"
    label = "Hold"
    icon = "pause_circle"
    code = "booking.hold"
    form_class = ReasonForm
    primary = False
    explanation = "No deposit reminders and no automatic cancellation until it is released."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and not obj.hold_on_request

    def run(self, call: ActionCall[Booking]) -> str:
        booking = hold_booking(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is on hold."


class Release(ObjectAction[Booking]):
    name = "release"
    label = "Release hold"
    icon = "play_circle"
    code = "booking.hold"
    explanation = "Both deposit deadlines start again from now."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and obj.hold_on_request

    def run(self, call: ActionCall[Booking]) -> str:
        booking = release_booking(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is released."


ACTIONS: tuple[type[ObjectAction[Booking]], ...] = (
    ConfirmDeposit,
    RequestDeposit,
    AssignChef,
    Complete,
    Release,
    RecordPayment,
    Hold,
    WaiveDeposit,
    AdjustPrice,
    NoShow,
)

"""The manual queue: which booking money is for, confirmed, found out or denied by staff (section 7)."""

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bookings.selectors.bookings import list_bookings
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import money
from common.admin.forms import ActionForm, ReasonForm
from common.exceptions import FieldError, ValidationFailed
from integra.enums import QUEUED_PAYMENT_STATUSES, PaymentEventStatus
from integra.models import PaymentEvent
from integra.scoring import FULL, Score, Verdict
from integra.selectors.candidates import Found, find_candidates
from integra.services.matches import match_event, unmatch_event
from integra.services.queue import CODE, ignore_event

NOBODY = "Nothing fits."


def found_for(event: PaymentEvent) -> Found:
    """Return what an event may be for, scored now."""
    return find_candidates([event], at=timezone.now())[event.pk]


def parts_in_words(score: Score) -> str:
    """Return the parts of a score, such as `reference .60, name equal .25`."""
    return ", ".join(f"{name.replace('_', ' ')} .{points:02}" for name, points in score.parts.items())


def candidates_table(event: PaymentEvent) -> SafeString | str:
    """Return the best three bookings with every part of their scores."""
    rows = [
        (booking.reference, f"{score.points / FULL:.2f}", parts_in_words(score))
        for score, booking in found_for(event).best
    ]
    if not rows:
        return NOBODY
    return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {} <span>({})</span></li>", rows))


class MatchForm(ActionForm):
    reference = forms.CharField(label="Booking", max_length=11, help_text="Its reference, MH-…")
    notes = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        if not isinstance(self.obj, PaymentEvent):
            return
        found = found_for(self.obj)
        field = self.fields["reference"]
        if found.best:
            field.help_text = candidates_table(self.obj)
        if found.verdict != Verdict.UNMATCHED:
            field.initial = found.best[0][1].reference


class Match(ObjectAction[PaymentEvent]):
    name = "match"
    label = "Match to a booking"
    icon = "join"
    code = CODE
    form_class = MatchForm
    explanation = "The money counts for the booking from now on; a covered deposit confirms it."

    def is_offered(self, obj: PaymentEvent) -> bool:
        return obj.status in QUEUED_PAYMENT_STATUSES

    def run(self, call: ActionCall[PaymentEvent]) -> str:
        reference = call.data["reference"].strip().upper()
        booking = list_bookings(call.by, code=CODE).filter(reference=reference).first()
        if booking is None:
            raise ValidationFailed([FieldError("/reference", "invalid", "There is no such booking.")])
        match_event(event=call.obj, booking=booking, notes=call.data["notes"], by=call.by, at=call.at)
        return f"{money(call.obj.amount_cents, call.obj.currency)} count for {booking.reference}."


class Unmatch(ObjectAction[PaymentEvent]):
    name = "unmatch"
    label = "Take the match back"
    icon = "link_off"
    code = CODE
    form_class = ReasonForm
    destructive = True
    explanation = "The payment no longer counts; a booking that lacks its deposit waits for it again."

    def is_offered(self, obj: PaymentEvent) -> bool:
        return bool(obj.status == PaymentEventStatus.MATCHED)

    def run(self, call: ActionCall[PaymentEvent]) -> str:
        match = unmatch_event(event=call.obj, reason=call.data["reason"], by=call.by, at=call.at)
        return f"The money no longer counts for {match.booking.reference}."


class Ignore(ObjectAction[PaymentEvent]):
    name = "ignore"
    label = "Ignore"
    icon = "visibility_off"
    code = CODE
    form_class = ReasonForm
    primary = False
    explanation = "It is no customer's money. It leaves the queue for good."

    def is_offered(self, obj: PaymentEvent) -> bool:
        return obj.status in QUEUED_PAYMENT_STATUSES

    def run(self, call: ActionCall[PaymentEvent]) -> str:
        ignore_event(event=call.obj, note=call.data["reason"], by=call.by, at=call.at)
        return "It left the queue."

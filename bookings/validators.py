"""Section 3 as refusals: may this party be booked into this slot by this person; pure."""

from datetime import date, datetime, time

from bookings.calendar import (
    MAX_GUESTS,
    MAX_GUESTS_BY_OVERRIDE,
    SlotCalendar,
    near_slot,
    party_fits,
    starts_at,
)
from bookings.exceptions import (
    AllergensRequired,
    BeyondHorizon,
    LeadTimeTooShort,
    PartySizeInvalid,
    SlotInPast,
    SlotNotOffered,
    TermsNotAccepted,
)
from bookings.requests import BookingRequest
from common.exceptions import FieldError, ValidationFailed
from common.reasons import REASON_MIN, check_reason

MAX_DAYS = 62
CLOSED_WORDS = {
    "closed": "The station does not offer this slot on this date.",
    "blackout": "The station is closed on this date.",
    "nonexistent": "This local time does not exist on this date (daylight saving time).",
}


def check_slot(
    calendar: SlotCalendar, day: date, slot: time, *, at: datetime, staff: bool, waive_lead: bool = False
) -> datetime:
    """Return the instant the slot starts, or refuse it: S-5, S-1 and S-8, S-4 in this order."""
    if day > calendar.last_date(at):
        raise BeyondHorizon(last_date=calendar.last_date(at).isoformat())
    if day < calendar.today(at):
        raise SlotInPast
    reason = calendar.closed_reason(day, slot)
    start = starts_at(calendar.zone, day, slot)
    if reason is not None or start is None:
        reason = reason or "nonexistent"
        raise SlotNotOffered(CLOSED_WORDS[reason], reason=reason)
    if start < at:
        raise SlotInPast
    lead = calendar.lead(staff=staff)
    if start - at < lead and not waive_lead:
        hours = int(lead.total_seconds() // 3600)
        raise LeadTimeTooShort(f"This slot has to be booked {hours} hours ahead.", lead_time_hours=hours)
    return start


def check_dates(start: date, end: date) -> None:
    """Refuse a range, both dates included, of none or of more than 62 dates."""
    if not 0 <= (end - start).days < MAX_DAYS:
        message = f"The range holds 1 to {MAX_DAYS} dates, start before end."
        raise ValidationFailed([FieldError("/end", "invalid", message)])


def check_party(request: BookingRequest, *, override: bool) -> None:
    """Refuse a party that is empty or too large (S-6)."""
    if not party_fits(adults=request.adults, kids=request.kids, toddlers=request.toddlers, override=override):
        raise PartySizeInvalid(max_guests=MAX_GUESTS_BY_OVERRIDE if override else MAX_GUESTS)


def check_consents(request: BookingRequest, *, staff: bool, terms_needed: bool = True) -> None:
    """Refuse a request without allergens, or of the public without accepted terms (T1)."""
    if terms_needed and not staff and not request.terms_accepted:
        raise TermsNotAccepted
    if not request.allergens:
        raise AllergensRequired


def check_details(request: BookingRequest, *, override: bool) -> None:
    """Refuse values that contradict each other: a wished-for time far from the slot (S-7), a short reason."""
    errors = []
    if request.requested_time is not None and not near_slot(request.requested_time, request.slot):
        errors.append(
            FieldError("/requested_time", "invalid", "The time has to lie within 60 minutes of the slot.")
        )
    if override:
        try:
            check_override_reason(request.override_reason)
        except ValidationFailed as refusal:
            errors.extend(refusal.errors)
    if errors:
        raise ValidationFailed(errors)


def waives_lead(request: BookingRequest, *, override: bool) -> bool:
    """Tell whether the request carries a reason that waives the lead time (S-4)."""
    return override and len(request.override_reason.strip()) >= REASON_MIN


def check_override_reason(reason: str) -> str:
    """Return the trimmed reason that waives a rule, empty when none is waived."""
    return check_reason(reason, pointer="/override_reason") if reason.strip() else ""

"""BK-13, BK-14: a party moves to another slot; its state stays."""

import datetime as dt
from dataclasses import dataclass, field
from datetime import datetime, time

from bookings.deadlines import CUSTOMER_NOTICE, refund_cutoff
from bookings.enums import OCCUPYING_STATUSES, BookingStatus, PriceAdjustmentKind, ReminderPurpose
from bookings.exceptions import EditCutoffPassed, SlotContended, SlotTaken
from bookings.models import Booking, PriceAdjustment
from bookings.selectors.stations import slot_calendar
from bookings.services.assignments import URGENCY_COLUMNS, clear_urgency, keeps_chef
from bookings.services.attempts import attempt
from bookings.services.deposits import confirm_if_paid
from bookings.services.notices import money_facts, notices
from bookings.services.quotes import PartyChange, requote_booking
from bookings.services.refusals import explain_lost_move
from bookings.services.reminders import cancel_reminders, plan_reminders
from bookings.services.repricing import apply_quote
from bookings.services.slots import Slot, lock_slots, move_lane, slot_of
from bookings.services.transitions import record_change, require_state
from bookings.services.versions import lock_booking, save_version
from bookings.validators import check_override_reason, check_slot
from common.actors import Actor
from common.exceptions import FieldError, NotFound, PermissionDenied, ValidationFailed
from common.ports import alerts
from common.reasons import check_reason
from identity.selectors.station_settings import station_settings

CODE = "booking.reschedule"
OVERRIDE = "booking.override"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """Where a party moves; date and slot are station-local.

    With booking.override `waive_fee` and a reason leave the fee out, and `override_reason` waives the notice.
    """

    date: dt.date
    slot: time
    waive_fee: bool = False
    reason: str = field(default="", repr=False)
    override_reason: str = field(default="", repr=False)


@dataclass(slots=True)
class _Terms:
    """What a move is allowed on and costs."""

    starts_at: datetime
    fee_cents: int
    waived_because: str
    waived_lead: bool
    locks_deposit: bool

    @property
    def permissions(self) -> list[str]:
        return [CODE, *([OVERRIDE] if self.waived_because or self.waived_lead else [])]


def reschedule_booking(
    *, booking: Booking, move: Reschedule, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Move a live booking to a free slot (BK-13); emits booking.rescheduled.

    The first move at least 24 h before the start is free, any other adds the fee. After the refund cut-off it
    locks the deposit (BK-14). 409 `slot_taken` with alternatives; section 3 holds for the new slot; hosts
    move until 24 h before the start (422 `edit_cutoff_passed`).
    """
    try:
        return attempt(lambda: _move(booking, move, expected_version=expected_version, by=by, at=at))
    except (SlotTaken, SlotContended) as refusal:
        staff = by.scope(CODE).includes(booking.station_id)
        explain_lost_move(
            refusal,
            station=booking.station,
            day=move.date,
            slot=move.slot,
            staff=staff,
            at=at,
            own=(booking.date, booking.slot),
        )
        raise


def _move(
    booking: Booking, move: Reschedule, *, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    old, new = _lock_both(booking, move)
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    if slot_of(locked) != old:
        raise SlotContended("The booking was moved meanwhile.")
    require_state(locked, *OCCUPYING_STATUSES)
    terms = _terms(locked, move, by=by, at=at)
    before = {"date": old.date, "slot": old.slot, "lane": locked.lane, "starts_at": locked.starts_at}
    columns = _reprice(locked, move, terms, by=by, at=at)
    locked.lane = move_lane(booking=locked, to=new, at=at)
    locked.date, locked.slot = new.date, new.slot
    locked.starts_at, locked.ends_at = terms.starts_at, terms.starts_at + (locked.ends_at - locked.starts_at)
    if terms.waived_lead:
        locked.override_reason = move.override_reason.strip()
    cleared = _clear_chef(locked)
    clear_urgency(locked)
    moved = ["date", "slot", "lane", "starts_at", "ends_at", "override_reason", "chef_id", *URGENCY_COLUMNS]
    save_version(locked, fields=[*moved, *columns], at=at)
    if locked.status == BookingStatus.CONFIRMED:
        cancel_reminders(booking=locked, purpose=ReminderPurpose.EVENT, at=at)
        plan_reminders(booking=locked, at=at)
    after = {"date": new.date, "slot": new.slot, "lane": locked.lane, "starts_at": locked.starts_at}
    _record(locked, before, after, terms, cleared=cleared, by=by, at=at)
    confirm_if_paid(booking=locked, payment=None, permission=CODE, by=by, at=at)
    if cleared:
        _alert(locked, at=at)
    return locked


def _lock_both(booking: Booking, move: Reschedule) -> tuple[Slot, Slot]:
    """Lock the slot where the booking stands now and the one it wants, in one sorted order (D-2)."""
    now = Booking.objects.filter(pk=booking.pk).only("station_id", "date", "slot").first()
    if now is None:
        raise NotFound("There is no such booking.")
    old = slot_of(now)
    new = Slot(old.station_id, move.date, move.slot)
    if new == old:
        raise ValidationFailed([FieldError("/slot", "invalid", "The party stands in this slot already.")])
    lock_slots(old, new)
    return old, new


def _terms(booking: Booking, move: Reschedule, *, by: Actor, at: datetime) -> _Terms:
    staff = by.scope(CODE).includes(booking.station_id)
    override = by.may(OVERRIDE, booking.station_id)
    notice = booking.starts_at - at
    if not staff and notice < CUSTOMER_NOTICE:
        cutoff = (booking.starts_at - CUSTOMER_NOTICE).isoformat()
        raise EditCutoffPassed(f"This party could be moved until {cutoff}.", cutoff_at=cutoff)
    if (move.waive_fee or move.override_reason.strip()) and not override:
        raise PermissionDenied("Waiving fee or notice needs booking.override.")
    waive_lead = bool(check_override_reason(move.override_reason))
    because = check_reason(move.reason) if move.waive_fee else ""
    calendar = slot_calendar(booking.station)
    start = check_slot(calendar, move.date, move.slot, at=at, staff=staff, waive_lead=waive_lead)
    is_free = _moves(booking) == 0 and notice >= CUSTOMER_NOTICE
    fee = 0 if is_free or move.waive_fee else station_settings(booking.station).reschedule_fee_cents
    cutoff_at = refund_cutoff(zone=booking.station.timezone, day=booking.date, slot=booking.slot)
    return _Terms(
        starts_at=start,
        fee_cents=fee,
        waived_because=because,
        waived_lead=waive_lead and start - at < calendar.lead(staff=staff),
        locks_deposit=at > cutoff_at,
    )


def _moves(booking: Booking) -> int:
    return int(booking.metadata.get("reschedule_count", 0))


def _reprice(booking: Booking, move: Reschedule, terms: _Terms, *, by: Actor, at: datetime) -> list[str]:
    """Add the fee, price the new date by the stored terms (Q-16) and count the move; return the columns."""
    if terms.fee_cents:
        PriceAdjustment.objects.create(
            booking=booking,
            kind=PriceAdjustmentKind.RESCHEDULE_FEE,
            amount_cents=terms.fee_cents,
            reason=f"Moved to {move.date.isoformat()} {move.slot:%H:%M}",
            applied_by_id=by.id,
            currency=booking.currency,
            created_at=at,
        )
    change = PartyChange(date=move.date, slot=move.slot)
    columns = apply_quote(
        booking=booking, quote=requote_booking(booking=booking, change=change, by=by, at=at), by=by, at=at
    )
    marks = {"reschedule_count": _moves(booking) + 1}
    if terms.locks_deposit:
        marks["deposit_locked"] = True
    booking.metadata = {**booking.metadata, **marks}
    return columns


def _clear_chef(booking: Booking) -> bool:
    """Take the chef off a moved booking unless free for it; tell whether one was."""
    if keeps_chef(booking):
        return False
    booking.chef_id = None
    return True


def _record(
    booking: Booking,
    before: dict[str, object],
    after: dict[str, object],
    terms: _Terms,
    *,
    cleared: bool,
    by: Actor,
    at: datetime,
) -> None:
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.rescheduled",
        by=by,
        at=at,
        payload={
            "reference": booking.reference,
            "old": before,
            "new": after,
            "fee_cents": terms.fee_cents,
            "deposit_locked": bool(booking.metadata.get("deposit_locked")),
            "chef_cleared": cleared,
            "total_cents": booking.total_due_cents,
        },
        permissions=terms.permissions,
        reason=terms.waived_because,
        deliveries=notices(
            "booking_rescheduled",
            booking,
            extra={
                **money_facts(booking),
                "old_starts_at": before["starts_at"],
                "fee_cents": terms.fee_cents,
            },
        ),
    )


def _alert(booking: Booking, *, at: datetime) -> None:
    when = f"{booking.date} {booking.slot:%H:%M}"
    alerts.get().raise_alert(
        cause="chef_cleared",
        subject_type="booking",
        subject_id=booking.pk,
        station_id=booking.station_id,
        message=f"{booking.reference} was moved to {when}; its chef is not free then.",
        at=at,
        step=when,
    )

"""Setting right what went wrong: nobody came after all (T9), a cancelled party takes place (T10, T11)."""

from datetime import datetime

from bookings.deadlines import CORRECTION_WITHIN, deposit_deadlines
from bookings.enums import BookingStatus, CancellationReasonCode, DepositStatus
from bookings.exceptions import SlotContended, SlotTaken
from bookings.models import Booking, Deposit, Payment
from bookings.ports import coupons
from bookings.selectors.payments import get_paid_cents
from bookings.services.attempts import attempt, attempted
from bookings.services.deposits import confirm_if_paid
from bookings.services.endings import coupon_of, lock_deposit, settle_deposit_row
from bookings.services.notices import notices
from bookings.services.refusals import explain_lost_move
from bookings.services.slots import claim_lane, lock_slots, slot_of
from bookings.services.transitions import record_change, refusal, require_state
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.reasons import check_reason

CODE = "booking.correct"
REINSTATED_COLUMNS = (
    "status",
    "lane",
    "customer_deposit_deadline",
    "internal_deadline",
    "deposit_confirmed_at",
    "deposit_confirmed_by_id",
    "cancelled_at",
    "cancelled_by_id",
    "cancellation_note",
    "cancellation_requested_at",
    "cancellation_requested_by_id",
    "cancellation_reason_code",
    "cancellation_reason",
)


@attempted
def correct_booking(
    *, booking: Booking, reason: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Note that nobody came to a party that counts as completed (T9), up to 7 days after it, with a reason.

    Forfeits its deposit; emits booking.corrected.
    """
    because = check_reason(reason)
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, BookingStatus.COMPLETED)
    latest = locked.ends_at + CORRECTION_WITHIN
    if at > latest:
        raise refusal(locked, f"This could be corrected until {latest.isoformat()}.")
    deposit = lock_deposit(locked)
    if deposit.status in (DepositStatus.PAID, DepositStatus.CONFIRMED):
        settle_deposit_row(deposit, DepositStatus.FORFEITED, why="No-show", by=by, at=at)
    locked.status = BookingStatus.NO_SHOW
    save_version(locked, fields=["status"], at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.corrected",
        by=by,
        at=at,
        payload={
            "reference": locked.reference,
            "from": BookingStatus.COMPLETED.value,
            "to": BookingStatus.NO_SHOW.value,
            "deposit": str(deposit.status),
        },
        permissions=[CODE],
        reason=because,
    )
    return locked


def reinstate_booking(
    *, booking: Booking, reason: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Take a cancelled party back as new (T10) on the lowest free lane of its slot; emits booking.reinstated.

    Both deadlines start again; a deposit that is paid confirms it at once (T3). Refuses a party of the past
    (409), `slot_taken` with alternatives, and a coupon that is used up meanwhile.
    """
    because = check_reason(reason)

    def work() -> Booking:
        lock_slots(slot_of(booking))
        locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
        require_state(locked, BookingStatus.CANCELLED)
        if locked.starts_at <= at:
            raise refusal(locked, "The party lies in the past.")
        take_back(booking=locked, reason=because, permission=CODE, by=by, at=at)
        confirm_if_paid(booking=locked, payment=None, permission=CODE, by=by, at=at)
        return locked

    try:
        return attempt(work)
    except (SlotTaken, SlotContended) as lost:
        station, day, slot = booking.station, booking.date, booking.slot
        explain_lost_move(lost, station=station, day=day, slot=slot, staff=True, at=at)
        raise


def reinstate_by_payment(*, booking: Booking, payment: Payment, by: Actor, at: datetime) -> bool:
    """Confirm a booking that was cancelled for want of its deposit when that arrives late (T11).

    Tells whether it did: not when the party has begun, the deposit is short, or the lane taken (PY-10). The
    caller has locked the slot, then the booking (D-9). Emits booking.reinstated and booking.confirmed.
    """
    if (
        booking.status != BookingStatus.CANCELLED
        or booking.cancellation_reason_code != CancellationReasonCode.DEPOSIT_TIMEOUT
        or booking.deleted_at is not None
        or booking.starts_at <= at
        or get_paid_cents(booking.pk) < booking.deposit_due_cents
    ):
        return False
    try:
        take_back(booking=booking, reason="", permission="payment.record", by=by, at=at)
    except SlotTaken:
        return False
    confirm_if_paid(booking=booking, payment=payment, permission="payment.record", by=by, at=at)
    return True


def take_back(*, booking: Booking, reason: str, permission: str, by: Actor, at: datetime) -> None:
    """Make a locked cancelled booking new again on a lane of its slot; the claim is written first."""
    claim = claim_lane(slot=slot_of(booking), booking_id=booking.pk, at=at)
    deadlines = deposit_deadlines(counted_from=at, starts_at=booking.starts_at)
    booking.status, booking.lane = BookingStatus.NEW, claim.lane
    booking.customer_deposit_deadline, booking.internal_deadline = deadlines.customer, deadlines.internal
    for column in REINSTATED_COLUMNS[4:]:
        setattr(booking, column, None)
    save_version(booking, fields=REINSTATED_COLUMNS, at=at)
    _reopen(lock_deposit(booking), booking)
    if code := coupon_of(booking):
        coupons.get().redeem(code=code, booking_id=booking.pk, by=by, at=at)
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.reinstated",
        by=by,
        at=at,
        payload={
            "reference": booking.reference,
            "from": BookingStatus.CANCELLED.value,
            "to": BookingStatus.NEW.value,
            "lane": booking.lane,
        },
        permissions=[permission],
        reason=reason,
        deliveries=notices("booking_reinstated", booking),
    )


def _reopen(deposit: Deposit, booking: Booking) -> None:
    """Let the deposit wait again, or count as paid when the ledger still holds it."""
    paid = get_paid_cents(booking.pk) >= booking.deposit_due_cents > 0
    deposit.status = DepositStatus.PAID if paid else DepositStatus.PENDING
    deposit.paid_at = (deposit.paid_at or booking.updated_at) if paid else None
    deposit.amount_cents = booking.deposit_due_cents
    deposit.settled_at = deposit.settled_by_id = deposit.settle_reason = None
    columns = ["status", "paid_at", "amount_cents", "settled_at", "settled_by", "settle_reason"]
    if not paid:
        deposit.payment = deposit.payment_method = deposit.reference = None
        columns += ["payment", "payment_method", "reference"]
    deposit.save(update_fields=[*columns, "updated_at"])

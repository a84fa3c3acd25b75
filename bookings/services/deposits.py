"""The deposit: asked for (T2), arrived or waived (T3)."""

from datetime import datetime

from bookings.enums import BookingStatus, DepositStatus, PaymentMethod, PaymentType
from bookings.inputs import check_manual_payment
from bookings.models import Booking, Deposit, Payment, SlotClaim
from bookings.selectors.payments import get_paid_cents
from bookings.services.attempts import attempted
from bookings.services.ledger import add_received_payment
from bookings.services.notices import money_facts, notices
from bookings.services.reminders import plan_reminders
from bookings.services.transitions import (
    AWAITING_DEPOSIT,
    Change,
    record_change,
    record_changes,
    refusal,
    require_state,
)
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.exceptions import PermissionDenied
from common.reasons import check_reason


@attempted
def request_deposit(*, booking: Booking, expected_version: int | None, by: Actor, at: datetime) -> Booking:
    """Ask for the deposit of a new booking (T2); emits booking.deposit_requested, refuses other states."""
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, BookingStatus.NEW)
    if locked.deposit_due_cents == 0:
        raise refusal(locked, "This booking needs no deposit; confirm it.")
    deposit = _lock_deposit(locked)
    locked.status = BookingStatus.DEPOSIT_PENDING
    save_version(locked, fields=["status"], at=at)
    deposit.requested_at = at
    deposit.save(update_fields=["requested_at", "updated_at"])
    record_changes([deposit_request(booking=locked, permission="booking.update")], by=by, at=at)
    return locked


def deposit_request(*, booking: Booking, permission: str, is_new: bool = False) -> Change:
    """Return the trace of T2: audit row, booking.deposit_requested, and the link by e-mail (and SMS)."""
    deadline = booking.customer_deposit_deadline
    asked = {"amount_cents": booking.deposit_due_cents, "deadline": deadline and deadline.isoformat()}
    return Change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.deposit_requested",
        payload={"reference": booking.reference, "deposit_cents": booking.deposit_due_cents},
        permissions=[permission],
        deliveries=notices("deposit_request", booking, extra=asked),
        is_new=is_new,
    )


@attempted
def confirm_deposit(
    *,
    booking: Booking,
    expected_version: int | None,
    by: Actor,
    at: datetime,
    method: str = "",
    reference: str = "",
    waive: bool = False,
    reason: str = "",
) -> Booking:
    """Confirm a booking whose deposit has arrived or is waived (T3); emits booking.confirmed.

    What the ledger lacks of the deposit is recorded as received by `method` and `reference`. `waive` needs
    booking.override and a reason of 10 characters.
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *AWAITING_DEPOSIT)
    deposit = _lock_deposit(locked)
    if waive:
        if not by.may("booking.override", locked.station_id):
            raise PermissionDenied("Waiving a deposit needs booking.override.")
        because = check_reason(reason)
        settle_deposit(
            booking=locked,
            deposit=deposit,
            permission="booking.override",
            waived_because=because,
            by=by,
            at=at,
        )
        return locked
    payment = None
    missing = locked.deposit_due_cents - get_paid_cents(locked.pk)
    if missing > 0:
        reference = check_manual_payment(amount_cents=missing, method=method, reference=reference)
        payment = add_received_payment(
            booking=locked,
            amount_cents=missing,
            method=PaymentMethod(method),
            payment_type=PaymentType.DEPOSIT,
            reference=reference,
            received_at=at,
            permission="booking.confirm_deposit",
            by=by,
            at=at,
        )
    settle_deposit(
        booking=locked,
        deposit=deposit,
        payment=payment,
        permission="booking.confirm_deposit",
        by=by,
        at=at,
    )
    return locked


def confirm_if_paid(
    *, booking: Booking, payment: Payment | None, permission: str, by: Actor, at: datetime
) -> None:
    """Confirm a locked booking that waits for its deposit as soon as the ledger holds it (T3).

    A deposit of 0 is held from the start. `permission` is the code of the write that brought it about.
    """
    if booking.status not in AWAITING_DEPOSIT or get_paid_cents(booking.pk) < booking.deposit_due_cents:
        return
    settle_deposit(
        booking=booking,
        deposit=_lock_deposit(booking),
        payment=payment,
        permission=permission,
        by=by,
        at=at,
    )


def settle_deposit(
    *,
    booking: Booking,
    deposit: Deposit,
    by: Actor,
    at: datetime,
    permission: str,
    payment: Payment | None = None,
    waived_because: str = "",
) -> None:
    """Move a locked booking to confirmed and its deposit to confirmed or waived, with all effects of T3."""
    if not SlotClaim.objects.filter(booking=booking).exists():
        raise refusal(booking, "The slot of this booking is not claimed.")
    before = booking.status
    booking.status = BookingStatus.CONFIRMED
    booking.deposit_confirmed_at, booking.deposit_confirmed_by_id = at, by.id
    booking.hold_on_request = False
    booking.held_by_id = booking.held_at = booking.hold_reason = None
    save_version(
        booking,
        fields=[
            "status",
            "deposit_confirmed_at",
            "deposit_confirmed_by_id",
            "hold_on_request",
            "held_by_id",
            "held_at",
            "hold_reason",
        ],
        at=at,
    )
    _close(deposit, payment=payment, by=by, at=at, waived_because=waived_because)
    plan_reminders(booking=booking, at=at)
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.confirmed",
        by=by,
        at=at,
        payload={
            "reference": booking.reference,
            "from": str(before),
            "to": BookingStatus.CONFIRMED.value,
            "deposit_cents": booking.deposit_due_cents,
            "total_cents": booking.total_due_cents,
            "waived": bool(waived_because),
        },
        permissions=[permission],
        reason=waived_because,
        deliveries=notices("booking_confirmed", booking, extra=money_facts(booking)),
    )


def _close(
    deposit: Deposit, *, payment: Payment | None, by: Actor, at: datetime, waived_because: str
) -> None:
    if waived_because:
        deposit.status = DepositStatus.WAIVED
        deposit.settle_reason = waived_because
    else:
        deposit.status = DepositStatus.CONFIRMED
        deposit.paid_at = deposit.paid_at or at
    if payment is not None:
        deposit.payment_id = payment.pk
        deposit.payment_method = payment.payment_method
        deposit.reference = payment.payment_reference
    deposit.settled_at, deposit.settled_by_id = at, by.id
    deposit.save(
        update_fields=[
            "status",
            "settle_reason",
            "paid_at",
            "payment",
            "payment_method",
            "reference",
            "settled_at",
            "settled_by",
            "updated_at",
        ]
    )


def _lock_deposit(booking: Booking) -> Deposit:
    return Deposit.objects.select_for_update(no_key=True, of=("self",)).get(booking=booking)

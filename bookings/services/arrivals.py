"""What money does where it arrives: it confirms (T3), reinstates (T11), or waits for staff (PY-10)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bookings.enums import BookingStatus, DepositStatus
from bookings.exceptions import SlotContended
from bookings.models import Booking, Deposit, Payment
from bookings.services.corrections import reinstate_by_payment
from bookings.services.deposits import confirm_if_paid
from bookings.services.payment_rows import owner_of, station_of
from bookings.services.slots import lock_slots, slot_of
from bookings.services.transitions import record_change
from common.actors import Actor
from common.db.statements import RowStatement
from common.exceptions import DomainError, NotFound
from common.ports import alerts

SEEN = RowStatement(Booking, "WHERE id = %(id)s")
LOCKED = RowStatement(Booking, "WHERE id = %(id)s FOR NO KEY UPDATE")


def lock_for_money(booking_id: UUID) -> Booking:
    """Lock the slot of a booking, then its row, deleted or not: late money may need the slot (D-9, T11)."""
    seen = SEEN.first({"id": booking_id})
    if seen is None:
        raise NotFound("There is no such booking.")
    lock_slots(slot_of(seen))
    locked = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "customer")
        .get(pk=booking_id)
    )
    if slot_of(locked) != slot_of(seen):
        raise SlotContended("The booking was moved meanwhile.")
    return locked


def lock_row_for_money(booking_id: UUID) -> None:
    """Take the locks of `lock_for_money`, in their order, for who will ask for the row later."""
    seen = SEEN.first({"id": booking_id})
    if seen is None:
        raise NotFound("There is no such booking.")
    lock_slots(slot_of(seen))
    locked = LOCKED.first({"id": booking_id})
    if locked is None or slot_of(locked) != slot_of(seen):
        raise SlotContended("The booking was moved meanwhile.")


def place_money(*, booking: Booking, payment: Payment, permission: str, by: Actor, at: datetime) -> bool:
    """Let a completed payment act on its booking, locked by `lock_for_money`; tell whether it has a place.

    Confirms a booking that waits for its deposit, and one that was cancelled for want of it while its lane
    is free. Money of another cancelled booking is unplaced (PY-10).
    """
    if booking.status != BookingStatus.CANCELLED:
        confirm_if_paid(booking=booking, payment=payment, permission=permission, by=by, at=at)
        return True
    if _reinstated(booking, payment, by=by, at=at):
        return True
    Deposit.objects.filter(booking=booking, status__in=(DepositStatus.PENDING, DepositStatus.WAIVED)).update(
        status=DepositStatus.PAID,
        payment=payment,
        payment_method=payment.payment_method,
        reference=payment.payment_reference,
        paid_at=at,
        settled_at=None,
        settled_by=None,
        settle_reason=None,
        updated_at=at,
    )
    words = f"Money arrived for the cancelled booking {booking.reference}: reinstate it or refund."
    leave_unplaced(payment, message=words, by=by, at=at)
    return False


def leave_unplaced(payment: Payment, *, message: str, by: Actor, at: datetime) -> None:
    """Keep money whose party is gone for staff to decide on; emits payment.unplaced and alerts (PY-10)."""
    station_id = station_of(payment)
    record_change(
        subject=payment,
        station_id=station_id,
        event_type="payment.unplaced",
        by=by,
        at=at,
        payload={**owner_of(payment), "amount_cents": payment.amount_cents, "currency": payment.currency},
    )
    alerts.get().raise_alert(
        cause="unplaced",
        subject_type="payment",
        subject_id=payment.pk,
        station_id=station_id,
        message=message,
        at=at,
    )


def _reinstated(booking: Booking, payment: Payment, *, by: Actor, at: datetime) -> bool:
    """Try T11; what stands against it (a closed station, a coupon used up) leaves the booking as it was."""
    try:
        with transaction.atomic():
            return reinstate_by_payment(booking=booking, payment=payment, by=by, at=at)
    except DomainError:
        booking.refresh_from_db()
        return False

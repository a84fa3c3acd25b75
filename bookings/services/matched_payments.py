"""Money that was found to belong to a booking, and the discovery that it does not (section 7)."""

from datetime import datetime

from bookings.enums import BookingStatus, DepositStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Deposit, Payment
from bookings.selectors.payments import get_balance_cents
from bookings.services.arrivals import lock_for_money, place_money
from bookings.services.attempts import attempted
from bookings.services.card_links import record_failure
from bookings.services.ledger import Sender, add_received_payment
from bookings.services.payment_rows import lock_payment, save_payment
from bookings.services.payments import type_of_payment
from bookings.services.reversals import reverse_if_short
from common.actors import Actor
from common.exceptions import InvalidTransition, NotFound

CODE = "payment.match"


@attempted
def add_matched_payment(
    *,
    booking: Booking,
    amount_cents: int,
    method: PaymentMethod,
    reference: str,
    received_at: datetime,
    sender: Sender,
    by: Actor,
    at: datetime,
    stripe_payment_intent_id: str | None = None,
) -> Payment:
    """Add money that arrived by itself to a booking, more than it owes too, and let it act (T3, T11, PY-10).

    Emits payment.recorded.
    """
    locked = lock_for_money(booking.pk)
    if locked.deleted_at is not None:
        raise NotFound("There is no such booking.")
    payment_type = type_of_payment(locked, amount_cents=amount_cents, balance=get_balance_cents(locked))
    payment = add_received_payment(
        booking=locked,
        amount_cents=amount_cents,
        method=method,
        payment_type=payment_type,
        reference=reference,
        received_at=received_at,
        permission=CODE,
        by=by,
        at=at,
        sender=sender,
        stripe_payment_intent_id=_free_intent(stripe_payment_intent_id),
    )
    place_money(booking=locked, payment=payment, permission=CODE, by=by, at=at)
    return payment


@attempted
def withdraw_payment(*, payment: Payment, by: Actor, at: datetime) -> Payment:
    """Take back a payment that belongs elsewhere: it fails, and the booking waits for its deposit (T8).

    Refuses when some of it was given back. Emits payment.failed.
    """
    locked = lock_payment(payment.pk)
    if locked.status != PaymentStatus.COMPLETED or locked.payment_type == PaymentType.REFUND:
        raise InvalidTransition(
            from_=locked.status, allowed=[], detail="Only a payment of which nothing went back."
        )
    locked.status, locked.failure_reason = PaymentStatus.FAILED, "unmatched"
    # The money, and its id at the provider, may yet belong to another booking.
    locked.stripe_payment_intent_id = None
    save_payment(locked, ["status", "failure_reason", "stripe_payment_intent_id"], at=at)
    record_failure(locked, by=by, at=at, deliveries=[])
    if locked.booking is not None:
        _reopen(locked.booking, locked, by=by, at=at)
        reverse_if_short(booking_id=locked.booking.pk, cause="unmatched", at=at)
    return locked


def _reopen(booking: Booking, payment: Payment, *, by: Actor, at: datetime) -> None:
    """Let the deposit of a cancelled party be as it was before money came for it (T4, PY-10)."""
    if booking.status != BookingStatus.CANCELLED:
        return
    Deposit.objects.filter(booking=booking, payment=payment, status=DepositStatus.PAID).update(
        status=DepositStatus.WAIVED,
        payment=None,
        payment_method=None,
        reference=None,
        paid_at=None,
        settled_at=at,
        settled_by=by.id,
        updated_at=at,
    )


def _free_intent(intent_id: str | None) -> str | None:
    """Return the provider's id unless another row of the ledger stands for it."""
    if intent_id is None or Payment.objects.filter(stripe_payment_intent_id=intent_id).exists():
        return None
    return intent_id

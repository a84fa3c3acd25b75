"""PY-4: what the card provider tells of a payment, once per intent, in whatever order it is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType, ReminderType
from bookings.exceptions import SlotContended
from bookings.models import Booking, Payment, ReservationHold
from bookings.selectors.payments import CREDITED
from bookings.services.arrivals import leave_unplaced, lock_for_money, place_money
from bookings.services.attempts import attempted
from bookings.services.card_links import close_links, record_failure
from bookings.services.holds.late import booking_for_money
from bookings.services.notices import hold_notice, notices
from bookings.services.payment_rows import email_of, lock_payment, owner_of, save_payment, station_of
from bookings.services.transitions import record_change
from common.actors import Actor
from common.db.statements import RowStatement
from events.services import Delivery

CODE = "payment.record"
BY_INTENT = RowStatement(Payment, "WHERE stripe_payment_intent_id = %(intent_id)s ORDER BY id LIMIT 1")
FAILABLE = (PaymentStatus.PENDING, PaymentStatus.PROCESSING)


class AmountMismatch(Exception):
    """PY-3: what was charged is not what was asked for; nothing was written."""


class OwnerUnknown(Exception):
    """PY-10: nobody knows whose money it is; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCharge:
    """A card payment as the provider tells it; `amount_cents` is what was charged, the fee included."""

    intent_id: str
    amount_cents: int
    currency: str
    occurred_at: datetime
    payment_id: UUID | None = None
    booking_id: UUID | None = None
    hold_id: UUID | None = None
    payment_type: str = PaymentType.DEPOSIT
    credited_cents: int | None = None
    fee_cents: int = 0
    charge_id: str | None = None
    customer_id: str | None = None


@attempted
def complete_card_payment(*, charge: CardCharge, by: Actor, at: datetime) -> Payment:
    """Complete the payment of a charge and let it act (T3, H-3, H-6, T11, PY-10); emits payment.completed.

    A charge that is known changes nothing. Raises OwnerUnknown, and AmountMismatch when the charge is not
    credited + fee of its metadata and of its payment.
    """
    known = find_card_payment(charge)
    if known is not None and known.stripe_payment_intent_id == charge.intent_id and known.status in CREDITED:
        return known
    if known is not None and known.status in CREDITED:
        # The page was paid a second time, under another intent: the money is kept beside the first.
        known = _twin(known)
    if known is None:
        known = _unasked(charge)
    _check_amount(charge, known)
    booking = _owner(known, charge, by=by, at=at)
    payment = known if known._state.adding else _relock(known, booking)
    _complete(payment, charge, booking=booking, by=by, at=at)
    close_links(booking=booking, hold=payment.hold, reason="paid_otherwise", by=by, at=at)
    if booking is not None:
        place_money(booking=booking, payment=payment, permission=CODE, by=by, at=at)
    else:
        words = "The deposit of a hold arrived when its slot was gone: book another slot, or refund."
        leave_unplaced(payment, message=words, by=by, at=at)
    return payment


@attempted
def process_card_payment(*, charge: CardCharge, at: datetime) -> bool:
    """Note that the payer has paid by a way that takes days: the payment is `processing` (stops BK-7)."""
    known = find_card_payment(charge)
    if known is None:
        return False
    payment = lock_payment(known.pk)
    if payment.status != PaymentStatus.PENDING:
        return False
    payment.status, payment.stripe_payment_intent_id = PaymentStatus.PROCESSING, charge.intent_id
    save_payment(payment, ["status", "stripe_payment_intent_id"], at=at)
    return True


@attempted
def fail_card_payment(*, charge: CardCharge, reason: str, by: Actor, at: datetime) -> bool:
    """Fail the open payment of a charge that was declined, and mail the payer; emits payment.failed.

    A payment that is completed or failed already stays as it is: success is final.
    """
    known = find_card_payment(charge)
    if known is None:
        return False
    payment = lock_payment(known.pk)
    if payment.status not in FAILABLE:
        return False
    payment.status, payment.failure_reason = PaymentStatus.FAILED, (reason or "declined")[:200]
    payment.stripe_payment_intent_id, payment.checkout_url = charge.intent_id, None
    save_payment(payment, ["status", "failure_reason", "stripe_payment_intent_id", "checkout_url"], at=at)
    record_failure(payment, by=by, at=at, deliveries=_words(payment))
    return True


@attempted
def refuse_card_charge(*, charge: CardCharge, by: Actor, at: datetime) -> bool:
    """Fail the open payment of a charge whose amount is not its own (PY-3); the money is kept elsewhere."""
    known = find_card_payment(charge)
    if known is None:
        return False
    payment = lock_payment(known.pk)
    if payment.status not in FAILABLE:
        return False
    payment.status, payment.failure_reason = PaymentStatus.FAILED, "amount_mismatch"
    payment.checkout_url = None
    save_payment(payment, ["status", "failure_reason", "checkout_url"], at=at)
    record_failure(payment, by=by, at=at, deliveries=[])
    return True


def find_card_payment(charge: CardCharge) -> Payment | None:
    """Return the payment of an intent, else the one that its metadata names."""
    found = BY_INTENT.first({"intent_id": charge.intent_id})
    if found is None and charge.payment_id is not None:
        found = (
            Payment.objects.filter(pk=charge.payment_id, payment_method=PaymentMethod.CARD)
            .exclude(payment_type=PaymentType.REFUND)
            .first()
        )
    return found


def _unasked(charge: CardCharge) -> Payment:
    """Return a new row for a charge that names its owner but no payment that we know."""
    booking = Booking.objects.filter(pk=charge.booking_id).first() if charge.booking_id else None
    hold = ReservationHold.objects.filter(pk=charge.hold_id).first() if charge.hold_id else None
    if (booking is None and hold is None) or charge.credited_cents is None or charge.credited_cents <= 0:
        raise OwnerUnknown
    is_type = charge.payment_type in PaymentType.values and charge.payment_type != PaymentType.REFUND
    return Payment(
        booking=booking,
        hold=hold,
        payment_type=PaymentType(charge.payment_type) if is_type else PaymentType.PARTIAL_PAYMENT,
        payment_method=PaymentMethod.CARD,
        amount_cents=charge.credited_cents,
        fee_cents=charge.fee_cents,
        currency=charge.currency,
    )


def _twin(known: Payment) -> Payment:
    return Payment(
        booking_id=known.booking_id,
        hold_id=known.hold_id,
        payment_type=known.payment_type,
        payment_method=PaymentMethod.CARD,
        amount_cents=known.amount_cents,
        fee_cents=known.fee_cents,
        currency=known.currency,
    )


def _check_amount(charge: CardCharge, payment: Payment) -> None:
    asked = payment.amount_cents + payment.fee_cents
    told = asked if charge.credited_cents is None else charge.credited_cents + charge.fee_cents
    if not charge.amount_cents == asked == told or charge.currency != payment.currency:
        raise AmountMismatch


def _owner(payment: Payment, charge: CardCharge, *, by: Actor, at: datetime) -> Booking | None:
    """Lock the booking that the payment is for; a hold's is made by it."""
    if payment.booking_id is not None:
        return lock_for_money(payment.booking_id)
    if payment.hold_id is None:
        raise OwnerUnknown
    return booking_for_money(hold_id=payment.hold_id, payment=payment, charged=charge.intent_id, by=by, at=at)


def _relock(known: Payment, booking: Booking | None) -> Payment:
    """Lock the row of a payment after its booking; refuse when somebody else was faster."""
    payment = Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=known.pk)
    moved = payment.booking_id is not None and (booking is None or payment.booking_id != booking.pk)
    if payment.status in CREDITED or moved:
        raise SlotContended("The payment was completed meanwhile.")
    return payment


def _complete(
    payment: Payment, charge: CardCharge, *, booking: Booking | None, by: Actor, at: datetime
) -> None:
    is_new = payment._state.adding
    payment.status, payment.completed_at = PaymentStatus.COMPLETED, at
    payment.received_at = charge.occurred_at
    payment.stripe_payment_intent_id = charge.intent_id
    payment.stripe_charge_id = charge.charge_id or payment.stripe_charge_id
    payment.stripe_customer_id = charge.customer_id or payment.stripe_customer_id
    payment.payment_reference = charge.intent_id
    payment.checkout_url = payment.failure_reason = None
    if booking is not None:
        payment.booking = booking
    if is_new:
        payment.created_at = payment.updated_at = at
        payment.save(force_insert=True)
    else:
        columns = (
            "status completed_at received_at stripe_payment_intent_id stripe_charge_id stripe_customer_id"
            " payment_reference checkout_url failure_reason booking_id"
        )
        save_payment(payment, columns.split(), at=at)
    record_change(
        subject=payment,
        station_id=station_of(payment),
        event_type="payment.completed",
        by=by,
        at=at,
        payload={
            **owner_of(payment),
            "amount_cents": payment.amount_cents,
            "fee_cents": payment.fee_cents,
            "currency": payment.currency,
            "method": PaymentMethod.CARD.value,
            "payment_type": str(payment.payment_type),
        },
        permissions=[CODE],
        action="create" if is_new else "update",
    )


def _words(payment: Payment) -> list[Delivery]:
    """Return the mail that tells the payer of a declined card; erased people get none."""
    if not email_of(payment):
        return []
    extra = {"charged_cents": payment.amount_cents + payment.fee_cents}
    if payment.booking is not None:
        return notices("payment_failed", payment.booking, extra=extra, by=ReminderType.EMAIL)
    return [hold_notice("payment_failed", payment.hold, extra=extra)] if payment.hold is not None else []

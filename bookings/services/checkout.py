"""PY-5: the one open card payment of a booking or hold, and the link to pay it.

The provider is called between two transactions: the first writes the payment, the second keeps its link. A
call that breaks in between is repeated with the payment's id as idempotency key and gets the same page.
"""

from datetime import datetime

from bookings.enums import BookingStatus, HoldStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Payment, ReservationHold
from bookings.pricing.payment_methods import payment_fee_cents
from bookings.selectors.payments import get_paid_cents
from bookings.services.attempts import attempted
from bookings.services.card_links import (
    Due,
    close_links,
    find_open_payment,
    fits,
    link_until,
    void_page,
)
from bookings.services.holds.moves import lock_hold
from bookings.services.payment_rows import email_of, lock_payment, owner_of, save_payment, station_of
from bookings.services.transitions import AWAITING_DEPOSIT, record_change, require_state
from bookings.services.versions import lock_booking
from common.actors import Actor
from common.exceptions import InvalidTransition
from common.gateways import CardRefused, CardUnavailable, CheckoutOrder, CheckoutPage, card_gateway
from events.exceptions import ProviderError
from identity.models import Station
from identity.selectors.station_settings import station_settings

PAYABLE = (
    BookingStatus.NEW,
    BookingStatus.DEPOSIT_PENDING,
    BookingStatus.CONFIRMED,
    BookingStatus.COMPLETED,
)


@attempted
def prepare_booking_checkout(
    *, booking: Booking, by: Actor, at: datetime, expected_version: int | None = None
) -> Payment:
    """Return the open card payment of what a booking owes: its deposit, else its balance (first transaction).

    One that no longer fits is failed and replaced. Refuses with `invalid_transition` when nothing is owed.
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *PAYABLE)
    paid = get_paid_cents(locked.pk)
    if locked.status in AWAITING_DEPOSIT and paid < locked.deposit_due_cents:
        due = _due(locked.station, locked.deposit_due_cents - paid, PaymentType.DEPOSIT)
    else:
        due = _due(locked.station, locked.total_due_cents - paid, PaymentType.FULL_PAYMENT)
    return _open_payment(due, booking=locked, by=by, at=at)


@attempted
def prepare_hold_checkout(*, hold: ReservationHold, by: Actor, at: datetime) -> Payment:
    """Return the open card payment of the deposit of a signed hold (first transaction)."""
    locked = lock_hold(hold, HoldStatus.SIGNED, at=at)
    due = _due(locked.station, locked.deposit_cents, PaymentType.DEPOSIT)
    return _open_payment(due, hold=locked, by=by, at=at)


def fetch_page(*, payment: Payment) -> CheckoutPage | None:
    """Ask the provider for the page of a payment that has none yet; not to be called in a transaction.

    Raises `provider_error`; the payment stays open, and the next call asks again.
    """
    if payment.checkout_url is not None:
        return None
    name = payment.booking.reference if payment.booking else "your reservation"
    order = CheckoutOrder(
        key=str(payment.pk),
        amount_cents=payment.amount_cents + payment.fee_cents,
        currency=payment.currency,
        description=f"{payment.get_payment_type_display()} for {name}",
        metadata={
            **{key: value for key, value in owner_of(payment).items() if value is not None},
            "payment_id": str(payment.pk),
            "payment_type": str(payment.payment_type),
            "credited_cents": str(payment.amount_cents),
            "fee_cents": str(payment.fee_cents),
        },
        expires_at=link_until(payment),
        email=email_of(payment),
    )
    try:
        return card_gateway().create_checkout(order)
    except (CardRefused, CardUnavailable) as error:
        raise ProviderError(f"The card provider could not make the page: {error}.") from error


@attempted
def keep_link(*, payment: Payment, page: CheckoutPage | None, at: datetime) -> Payment:
    """Keep the link of an open card payment (second transaction); the page of a closed one is voided."""
    locked = lock_payment(payment.pk)
    if page is None:
        return locked
    locked.metadata = {**locked.metadata, "checkout_page": page.id}
    if locked.status == PaymentStatus.PENDING:
        locked.checkout_url = page.url
        save_payment(locked, ["checkout_url", "metadata"], at=at)
    else:
        save_payment(locked, ["metadata"], at=at)
        void_page(locked, at=at)
    return locked


def check_open(payment: Payment) -> Payment:
    """Return a payment that can be paid at its link; refuse one that was closed while the page was made."""
    if payment.status != PaymentStatus.PENDING:
        raise InvalidTransition(from_=payment.status, allowed=[], detail="This payment was closed meanwhile.")
    return payment


def _due(station: Station, amount_cents: int, payment_type: PaymentType) -> Due:
    if amount_cents <= 0:
        raise InvalidTransition(from_="paid", allowed=[], detail="Nothing is due.")
    card_fee = station_settings(station).card_fee
    fee = payment_fee_cents(amount_cents, PaymentMethod.CARD, card_fee=card_fee)
    return Due(amount_cents=amount_cents, fee_cents=fee, payment_type=payment_type)


def _open_payment(
    due: Due,
    *,
    by: Actor,
    at: datetime,
    booking: Booking | None = None,
    hold: ReservationHold | None = None,
) -> Payment:
    """Return the open payment of a locked owner if it still fits, else a new one in its place."""
    found = find_open_payment(booking=booking, hold=hold)
    if found is not None and fits(found, due, at=at):
        return found
    close_links(booking=booking, hold=hold, reason="superseded", by=by, at=at)
    owner = booking or hold
    currency = owner.currency if owner is not None else "USD"
    payment = Payment.objects.create(
        booking=booking,
        hold=hold,
        payment_type=due.payment_type,
        payment_method=PaymentMethod.CARD,
        amount_cents=due.amount_cents,
        fee_cents=due.fee_cents,
        currency=currency,
        created_at=at,
        updated_at=at,
    )
    record_change(
        subject=payment,
        station_id=station_of(payment),
        event_type="payment.recorded",
        by=by,
        at=at,
        payload={
            **owner_of(payment),
            "amount_cents": due.amount_cents,
            "fee_cents": due.fee_cents,
            "currency": currency,
            "method": PaymentMethod.CARD.value,
            "payment_type": due.payment_type.value,
            "status": PaymentStatus.PENDING.value,
        },
        permissions=["booking.update"],
        action="create",
    )
    return payment

"""The links of card payments: whether one still fits, and how it is closed (PY-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Payment, ReservationHold
from bookings.models.payment import OPEN_CARD_PAYMENT
from bookings.services.payment_rows import owner_of, save_payment, station_of
from bookings.services.transitions import record_change
from common.actors import Actor
from events.selectors import list_events
from events.services import Delivery, deliver

LINK_TIME = timedelta(hours=23)
"""How long a page is open; the provider allows half an hour to a day."""
REUSED_FOR = timedelta(hours=22)
SHORTEST = timedelta(minutes=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is asked for by card: cents that count towards the price, and the card fee on top (Q-12)."""

    amount_cents: int
    fee_cents: int
    payment_type: PaymentType


def find_open_payment(*, booking: Booking | None, hold: ReservationHold | None) -> Payment | None:
    """Return the open card payment of a locked booking or hold, locked."""
    rows = Payment.objects.select_for_update(no_key=True, of=("self",)).filter(OPEN_CARD_PAYMENT)
    return rows.filter(_owner(booking, hold)).first()


def fits(payment: Payment, due: Due, *, at: datetime) -> bool:
    """Tell whether an open payment asks for what is due, at a link that stays open a while."""
    asked = (payment.amount_cents, payment.fee_cents, payment.payment_type)
    return (
        asked == (due.amount_cents, due.fee_cents, due.payment_type) and at < payment.created_at + REUSED_FOR
    )


def link_until(payment: Payment) -> datetime:
    """Return when the page of a payment closes: after 23 h, at a hold's deadline when that comes first."""
    until: datetime = payment.created_at + LINK_TIME
    deadline: datetime | None = payment.hold.payment_deadline_at if payment.hold is not None else None
    if deadline is None:
        return until
    earliest: datetime = payment.created_at + SHORTEST
    return min(until, max(deadline, earliest))


def close_links(
    *,
    reason: str,
    by: Actor,
    at: datetime,
    booking: Booking | None = None,
    hold: ReservationHold | None = None,
) -> None:
    """Fail the open card payment of a locked owner and void every page on which it could still be paid.

    Emits payment.failed, with the provider's order for each page.
    """
    with_page = Q(status=PaymentStatus.FAILED, metadata__has_key="checkout_page")
    rows = (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .filter(_owner(booking, hold), OPEN_CARD_PAYMENT | with_page, payment_method=PaymentMethod.CARD)
        .order_by("pk")
    )
    for payment in rows:
        if payment.status == PaymentStatus.PENDING:
            payment.status, payment.failure_reason, payment.checkout_url = PaymentStatus.FAILED, reason, None
            save_payment(payment, ["status", "failure_reason", "checkout_url"], at=at)
            record_failure(payment, by=by, at=at, deliveries=_void_orders(payment, at=at))
        else:
            void_page(payment, at=at)


def void_page(payment: Payment, *, at: datetime) -> None:
    """Have the provider close the page of a locked payment that failed before, if that was not asked yet."""
    for order in _void_orders(payment, at=at):
        # No new fact: the order belongs to the last one, that the payment failed.
        told = list_events(aggregate_type="payment", aggregate_id=payment.pk).latest("version")
        deliver(told, order)


def _void_orders(payment: Payment, *, at: datetime) -> list[Delivery]:
    page = payment.metadata.get("checkout_page")
    if page is None or payment.metadata.get("checkout_voided"):
        return []
    payment.metadata = {**payment.metadata, "checkout_voided": True}
    save_payment(payment, ["metadata"], at=at)
    order = {"payment_id": str(payment.pk), "page": page}
    return [Delivery(target="stripe", destination="void_checkout", payload=order)]


def record_failure(payment: Payment, *, by: Actor, at: datetime, deliveries: list[Delivery]) -> None:
    """Leave the trace of a payment that failed; emits payment.failed."""
    record_change(
        subject=payment,
        station_id=station_of(payment),
        event_type="payment.failed",
        by=by,
        at=at,
        payload={
            **owner_of(payment),
            "amount_cents": payment.amount_cents,
            "currency": payment.currency,
            "payment_type": str(payment.payment_type),
            "reason": payment.failure_reason,
        },
        deliveries=deliveries,
    )


def _owner(booking: Booking | None, hold: ReservationHold | None) -> Q:
    return Q(booking=booking) if booking is not None else Q(hold=hold)

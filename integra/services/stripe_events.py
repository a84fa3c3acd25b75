"""PY-3, PY-4: what Stripe told, processed from the inbox in one transaction with its effect."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from bookings.enums import PaymentMethod
from bookings.models import Booking, Payment
from bookings.selectors.payments import CREDITED
from bookings.services.card_payments import (
    AmountMismatch,
    CardCharge,
    OwnerUnknown,
    complete_card_payment,
    fail_card_payment,
    find_card_payment,
    process_card_payment,
    refuse_card_charge,
)
from bookings.services.card_refunds import record_foreign_refund
from bookings.services.disputes import Dispute, note_dispute
from common.actors import SystemActor
from events.exceptions import DeliveryDeferred, Undeliverable, Unsettled
from events.models import InboxMessage
from integra.enums import PaymentEventStatus, PaymentProvider
from integra.exceptions import OutOfOrder
from integra.models import PaymentEvent
from integra.services.payment_events import ToldPayment, leave_unmatched, store_payment_event
from integra.services.queue import close_returned

SOURCE = "stripe"
WAITS_FOR = timedelta(days=1)
ASK_AGAIN = timedelta(seconds=30)
STRIPE = SystemActor("stripe")
Told = Mapping[str, Any]


def process_stripe_event(message: InboxMessage, at: datetime) -> bool:
    """Let one stored event act; False for types that mean nothing to us.

    Raises Unsettled when money cannot be placed by rule, DeliveryDeferred for a refund or dispute of a
    payment that is not known as paid yet (for a day), Undeliverable for what is no event of Stripe's.
    """
    try:
        event = orjson.loads(message.payload or "")
        handle = HANDLERS.get(event["type"])
        if handle is None:
            return False
        return handle(event["data"]["object"], datetime.fromtimestamp(event["created"], UTC), at)
    except OutOfOrder:
        if at - message.created_at > WAITS_FOR:
            raise Undeliverable("out_of_order") from None
        raise DeliveryDeferred(at + ASK_AGAIN, "out_of_order") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Undeliverable(f"unreadable: {type(error).__name__}") from error


def _intent_succeeded(intent: Told, told_at: datetime, at: datetime) -> bool:
    charge = _charge(intent, intent["id"], intent["amount_received"], told_at)
    return _complete(charge, intent, at=at)


def _intent_failed(intent: Told, told_at: datetime, at: datetime) -> bool:
    problem = intent.get("last_payment_error") or {}
    reason = problem.get("decline_code") or problem.get("code") or "declined"
    charge = _charge(intent, intent["id"], intent["amount"], told_at)
    return fail_card_payment(charge=charge, reason=reason, by=STRIPE, at=at)


def _session_completed(session: Told, told_at: datetime, at: datetime) -> bool:
    if session.get("payment_intent") is None:
        return False
    charge = _charge(session, session["payment_intent"], session["amount_total"], told_at)
    if session["payment_status"] == "paid":
        return _complete(charge, session, at=at)
    return process_card_payment(charge=charge, at=at)


def _charge_refunded(told: Told, told_at: datetime, at: datetime) -> bool:
    refunded: int = told["amount_refunded"]
    payment = _paid(told, told_at)
    if payment is None:
        return close_returned(
            provider_id=told.get("payment_intent"), refunded_cents=refunded, by=STRIPE, at=at
        )
    return record_foreign_refund(payment=payment, refunded_cents=refunded, by=STRIPE, at=at) is not None


def _dispute(is_closed: bool) -> Callable[[Told, datetime, datetime], bool]:
    def handle(told: Told, told_at: datetime, at: datetime) -> bool:
        payment = _paid(told, told_at)
        if payment is None:
            return False
        dispute = Dispute(
            id=told["id"], status=told["status"], reason=told["reason"], amount_cents=told["amount"]
        )
        return note_dispute(payment=payment, dispute=dispute, is_closed=is_closed, at=at)

    return handle


HANDLERS: Mapping[str, Callable[[Told, datetime, datetime], bool]] = {
    "payment_intent.succeeded": _intent_succeeded,
    "payment_intent.payment_failed": _intent_failed,
    "checkout.session.completed": _session_completed,
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": _dispute(is_closed=False),
    "charge.dispute.closed": _dispute(is_closed=True),
}


def _complete(charge: CardCharge, told: Told, *, at: datetime) -> bool:
    try:
        complete_card_payment(charge=charge, by=STRIPE, at=at)
    except OwnerUnknown:
        _keep(charge, told, why="unknown_booking", at=at)
    except AmountMismatch:
        refuse_card_charge(charge=charge, by=STRIPE, at=at)
        _keep(charge, told, why="amount_mismatch", at=at)
        raise Unsettled("amount_mismatch") from None
    return True


def _keep(charge: CardCharge, told: Told, *, why: str, at: datetime) -> None:
    """Keep money without a place as a payment event of the manual queue, once per intent (PY-10)."""
    owner = Booking.objects.filter(pk=charge.booking_id).first() if charge.booking_id else None
    event, is_new = store_payment_event(
        told=ToldPayment(
            provider=PaymentProvider.STRIPE,
            provider_id=charge.intent_id,
            method=PaymentMethod.CARD,
            amount_cents=charge.amount_cents,
            currency=charge.currency,
            occurred_at=charge.occurred_at,
            station_id=owner.station_id if owner else None,
            memo=owner.reference if owner else "",
            raw=dict(told),
        ),
        at=at,
        status=PaymentEventStatus.UNMATCHED,
    )
    if is_new:
        leave_unmatched(event, why=why, by=STRIPE, at=at)


def _paid(told: Told, told_at: datetime) -> Payment | None:
    """Return the completed payment that a charge or dispute is about; None for money we do not know.

    What follows a payment may be told before it: that is worth another attempt.
    """
    intent_id = told.get("payment_intent")
    if intent_id is None:
        return None
    found = find_card_payment(_charge(told, intent_id, told["amount"], told_at))
    if found is None:
        if PaymentEvent.objects.told_by(PaymentProvider.STRIPE, intent_id).exists():
            return None
        raise OutOfOrder
    if found.status not in CREDITED:
        raise OutOfOrder
    return found


def _charge(told: Told, intent_id: str, amount_cents: int, told_at: datetime) -> CardCharge:
    """Read what intent, session and charge have in common; wrong metadata counts as none."""
    metadata: Told = told.get("metadata") or {}
    latest = told.get("latest_charge")
    return CardCharge(
        intent_id=intent_id,
        amount_cents=amount_cents,
        currency=told["currency"].upper(),
        occurred_at=told_at,
        payment_id=_uuid(metadata.get("payment_id")),
        booking_id=_uuid(metadata.get("booking_id")),
        hold_id=_uuid(metadata.get("hold_id")),
        payment_type=str(metadata.get("payment_type", "")),
        credited_cents=_cents(metadata.get("credited_cents")),
        fee_cents=_cents(metadata.get("fee_cents")) or 0,
        charge_id=latest if isinstance(latest, str) else None,
        customer_id=told.get("customer") if isinstance(told.get("customer"), str) else None,
    )


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (TypeError, ValueError, AttributeError):
        return None


def _cents(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 -- fits an integer column

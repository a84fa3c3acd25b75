"""PY-4 as a property: whatever order, however often, with crashes between: the ledger ends the same."""

import json
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from bookings.enums import PaymentType
from bookings.models import Deposit, Payment
from bookings.selectors.payments import get_paid_cents
from bookings.services.checkout import prepare_booking_checkout
from common.actors import GuestActor
from events.enums import InboxStatus
from events.models import DomainEvent, InboxMessage
from events.selectors import verify_chain
from events.services.inbox import process_inbox, receive_message
from tests.bookings.parties import NOW, make_booking, make_station
from tests.integra.stripe_events import charge, dispute, event, intent, session

pytestmark = pytest.mark.django_db


def told_of(payment):
    """One life of a card payment: declined, paid on the second try, disputed and won, partly refunded."""
    problem = {"code": "card_declined"}
    return [
        event("payment_intent.payment_failed", intent(payment, last_payment_error=problem)),
        event("checkout.session.completed", session(payment, status="unpaid")),
        event("payment_intent.succeeded", intent(payment)),
        event("checkout.session.completed", session(payment)),
        event("charge.dispute.created", dispute(payment)),
        event("charge.dispute.closed", dispute(payment, status="won")),
        event("charge.refunded", charge(payment, 1_000)),
        event("charge.refunded", charge(payment, 2_500)),
        event("customer.updated", {"object": "customer"}),
    ]


def receive(told, at):
    receive_message(
        source="stripe", message_id=told["id"], message_type=told["type"], payload=json.dumps(told), at=at
    )


def crash(at):
    """A worker died with its rows: they are leased, and come again when the lease ends."""
    waiting = InboxMessage.objects.filter(status=InboxStatus.PENDING)
    waiting.update(status=InboxStatus.PROCESSING, locked_until=at + timedelta(seconds=60))


def state(booking, payment):
    payment.refresh_from_db()
    booking.refresh_from_db()
    refunds = Payment.objects.filter(payment_type=PaymentType.REFUND)
    told = Counter(DomainEvent.objects.values_list("event_type", flat=True))
    return {
        "payment": (payment.status, payment.refunded_amount_cents, payment.stripe_payment_intent_id),
        "refunded": sum(refund.amount_cents for refund in refunds),
        "disputes": (payment.metadata.get("dispute"), payment.metadata.get("closed_disputes")),
        "booking": booking.status,
        "deposit": Deposit.objects.get().status,
        "paid": get_paid_cents(booking.pk),
        "told": {name: told[name] for name in ONCE},
        "inbox": set(InboxMessage.objects.values_list("status", flat=True)) - {"ignored"},
        "chains": list(verify_chain(None)),
    }


ONCE = ("payment.completed", "booking.confirmed", "booking.deposit_reversed")


@pytest.mark.parametrize("seed", range(30))
def test_py4_order_repeats_and_crashes_change_nothing(seed):
    chance = Random(seed)
    booking = make_booking(make_station(), deposit_due_cents=5_000)
    payment = prepare_booking_checkout(booking=booking, by=GuestActor(), at=NOW)
    told = told_of(payment)
    calls = told + chance.sample(told, k=4)
    chance.shuffle(calls)
    at = NOW + timedelta(minutes=1)
    while calls:
        for _turn in range(chance.randint(1, 4)):
            if calls:
                receive(calls.pop(), at)
        if chance.random() < 0.3:
            crash(at)
        process_inbox(at=at, limit=chance.randint(1, 5))
        at += timedelta(seconds=chance.randint(1, 90))
    for _turn in range(8):
        at += timedelta(minutes=5)
        process_inbox(at=at)
    assert state(booking, payment) == {
        "payment": ("partially_refunded", 2_500, "pi_1"),
        "refunded": 2_500,
        "disputes": (None, ["dp_1"]),
        "booking": "deposit_pending",
        "deposit": "pending",
        "paid": 2_500,
        "told": dict.fromkeys(ONCE, 1),
        "inbox": {"processed"},
        "chains": [],
    }

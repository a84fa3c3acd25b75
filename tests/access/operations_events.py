"""Events, queues, money that tells of itself, webhooks, probes and the documentation."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from stripe import WebhookSignature

from tests.access.callers import Place
from tests.access.expectations import (
    ABSENT,
    ANYBODY,
    DENIED,
    Operation,
    Situation,
    at_station,
    one,
    plain,
    rows,
)
from tests.access.things_bookings import REASON, STATION_OR_COMPANY
from tests.access.things_events import ENDPOINTS, EVENTS, INBOX, OUTBOX, SIGNED, arrived

WHY = {"reason": REASON}
SECRET = "whsec_of_the_matrix"
TOLD = '{"id": "evt_matrix", "type": "customer.created", "data": {"object": {}}}'
UNSIGNED = {"* nowhere": "400 invalid_signature"}


def _signed(header: str) -> Callable[[Situation], dict[str, str]]:
    def headers(situation: Situation) -> dict[str, str]:
        if situation.place is Place.NOWHERE:
            return {}
        stamp = int(timezone.now().timestamp())
        return {header: WebhookSignature.generate_signature_header(TOLD, SECRET, stamp)}

    return headers


def _told(situation: Situation) -> dict[str, Any]:
    return {
        "reference": "ZL-1",
        "amount_cents": 10_000,
        "method": "zelle",
        "occurred_at": situation.world.now.isoformat(),
        "station_id": situation.target.ids["station_id"],
    }


HISTORY: tuple[Operation, ...] = (
    rows("/events", "event.read", EVENTS),
    plain("GET", "/events/verify", "event.read"),
    rows("/queues/inbox", "event.read", INBOX),
    rows("/queues/outbox", "event.read", OUTBOX),
    one("POST", "/queues/inbox/{pk}/cancel", "event.replay", INBOX, body=WHY),
    one("POST", "/queues/inbox/{pk}/retry", "event.replay", INBOX),
    one("POST", "/queues/outbox/{pk}/cancel", "event.replay", OUTBOX, body=WHY),
    one("POST", "/queues/outbox/{pk}/edit", "event.replay", OUTBOX, body={"payload": {}, **WHY}),
    one("POST", "/queues/outbox/{pk}/retry", "event.replay", OUTBOX),
)

RECEIVERS: tuple[Operation, ...] = (
    rows("/webhook-endpoints", "system.config", ENDPOINTS),
    plain(
        "POST",
        "/webhook-endpoints",
        "system.config",
        answer="201",
        body={"name": "matrix", "url": "https://matrix.example/hook", "event_types": ["*"]},
    ),
    one("PATCH", "/webhook-endpoints/{pk}", "system.config", ENDPOINTS, body={"event_types": ["*"]}),
    one("DELETE", "/webhook-endpoints/{pk}", "system.config", ENDPOINTS, body=WHY),
    one("POST", "/webhook-endpoints/{pk}/rotate", "system.config", ENDPOINTS),
)

PAYMENT_EVENTS: tuple[Operation, ...] = (
    rows("/payment-events", "payment.match", arrived()),
    at_station("POST", "/payment-events", "payment.match", STATION_OR_COMPANY, body=_told, beyond=DENIED),
    one("POST", "/payment-events/{pk}/ignore", "payment.match", arrived(), body=WHY),
    one(
        "POST",
        "/payment-events/{pk}/match",
        "payment.match",
        arrived(),
        body=lambda it: it.target.more,
        # Money of the company, but a booking of a station that is none of theirs.
        unlike={"admin_unlinked company": ABSENT},
    ),
    one("POST", "/payment-events/{pk}/unmatch", "payment.match", arrived(matched=True), body=WHY),
)

OUTSIDE: tuple[Operation, ...] = (
    one(
        "POST",
        "/webhooks/payment-mail",
        ANYBODY,
        SIGNED,
        body=TOLD,
        headers=_signed("Payment-Mail-Signature"),
        unlike=UNSIGNED,
        root="",
    ),
    one(
        "POST",
        "/webhooks/stripe",
        ANYBODY,
        SIGNED,
        body=TOLD,
        headers=_signed("Stripe-Signature"),
        unlike=UNSIGNED,
        root="",
    ),
    plain("GET", "/health/live", ANYBODY, root=""),
    plain("GET", "/health/ready", ANYBODY, root=""),
    plain("GET", "/docs", ANYBODY),
    plain("GET", "/schema", ANYBODY),
)

OPERATIONS = (*HISTORY, *RECEIVERS, *PAYMENT_EVENTS, *OUTSIDE)

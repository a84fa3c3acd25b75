"""Webhook intake: how long a provider waits until its event is stored and answered (PY-2)."""

import json
import time
from collections.abc import Callable
from itertools import count

from stripe import WebhookSignature

from benchmarks.load import build_request, run_load
from benchmarks.server import serve
from events.models import InboxMessage

SECRET = "whsec_bench"  # noqa: S105 -- of a scratch server
PATH = "/webhooks/stripe"
EMPTY = "/api/v1/empty"
CLIENTS = 8
SECONDS = 6.0
_numbers = count(1)


def webhook_figures(add: Callable[..., None]) -> None:
    """Post signed events as fast as eight senders can, each new; beside the empty view of the same server."""
    with serve(STRIPE_WEBHOOK_SECRETS=SECRET) as server:
        for warm_up in (True, False):
            empty = run_load(server.port, _empty, clients=CLIENTS, seconds=1.0 if warm_up else SECONDS)
            taken = run_load(server.port, _event, clients=CLIENTS, seconds=1.0 if warm_up else SECONDS)
    stored = InboxMessage.objects.filter(source="stripe", message_id__startswith="evt_bench_").count()
    add(
        "webhook intake: signed events stored and answered",
        f"p99 {taken.percentile(0.99):.0f} ms, p50 {taken.percentile(0.5):.0f} ms, {taken.rate:,.0f}/s,"
        f" statuses {dict(taken.statuses)}, {stored:,} in the inbox",
        beside=f"empty view p99 {empty.percentile(0.99):.0f} ms, {empty.rate:,.0f}/s",
    )


def _empty(_number: int) -> bytes:
    return build_request("GET", EMPTY)


def _event(_number: int) -> bytes:
    event = {
        "object": "event",
        "id": f"evt_bench_{next(_numbers)}_{time.time_ns()}",
        "type": "payment_intent.succeeded",
        "created": int(time.time()),
        "data": {
            "object": {
                "object": "payment_intent",
                "id": "pi_bench",
                "amount": 10_320,
                "amount_received": 10_320,
                "currency": "usd",
                "metadata": {"credited_cents": "10000", "fee_cents": "320", "note": "x" * 1_500},
            }
        },
    }
    body = json.dumps(event)
    header = WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))  # type: ignore[no-untyped-call]  # of the SDK
    return build_request("POST", PATH, headers={"Stripe-Signature": header}, body=body.encode())

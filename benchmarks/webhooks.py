"""Webhook intake: how long a provider waits until its event is stored and answered (PY-2).

Requests are signed before the clock starts, so that the senders' own work is no part of it. One sender at a
time shows what an answer takes: signature, encryption, one INSERT and its fsync. Eight without a pause show
what is left of it when all threads of the worker are busy; then answers wait for the processor.
"""

import json
import time
from collections.abc import Callable, Iterator

from stripe import WebhookSignature

from benchmarks.load import Outcome, build_request, run_load
from benchmarks.machine import usage
from benchmarks.server import Server, serve
from events.models import InboxMessage

SECRET = "whsec_bench"  # noqa: S105 -- of a scratch server
PATH = "/webhooks/stripe"
EMPTY = "/api/v1/empty"
SENDERS = (1, 8)
EVENTS = 3_000
WARM_UP = 200


def webhook_figures(add: Callable[..., None]) -> None:
    """Post new signed events, beside the empty view of the same server."""
    with serve(STRIPE_WEBHOOK_SECRETS=SECRET) as server:
        events = _events(WARM_UP + EVENTS * len(SENDERS))
        _post(server, events, number=WARM_UP, senders=max(SENDERS))
        for senders in SENDERS:
            nothing = build_request("GET", EMPTY)
            empty = run_load(server.port, lambda _number: nothing, clients=senders, requests=EVENTS)  # noqa: B023 -- called at once
            with usage(server.process) as used:
                taken = _post(server, events, number=EVENTS, senders=senders)
            add(
                f"webhook intake: signed events, {senders} at a time",
                _told(taken),
                beside=f"{used.each(EVENTS)}; answers {dict(taken.statuses)}; empty view {_told(empty)}",
            )
    stored = InboxMessage.objects.filter(source="stripe", message_id__startswith="evt_bench_").count()
    sent = WARM_UP + EVENTS * len(SENDERS)
    if stored != sent:
        raise RuntimeError(f"Of {sent} events {stored} are in the inbox.")


def _told(outcome: Outcome) -> str:
    waits = ", ".join(f"p{share} {outcome.percentile(share / 100):.1f} ms" for share in (99, 50))
    return f"{waits}, {outcome.rate:,.0f}/s"


def _post(server: Server, events: Iterator[bytes], *, number: int, senders: int) -> Outcome:
    requests = [next(events) for _ in range(number)]
    return run_load(server.port, requests.__getitem__, clients=senders, requests=number, seconds=60)


def _events(number: int) -> Iterator[bytes]:
    """Yield requests with events of their own, each signed."""
    run = time.time_ns()
    for index in range(number):
        event = {
            "object": "event",
            "id": f"evt_bench_{run}_{index}",
            "type": "payment_intent.succeeded",
            "created": int(time.time()),
            "data": {
                "object": {
                    "object": "payment_intent",
                    "id": f"pi_bench_{run}_{index}",
                    "amount": 10_320,
                    "amount_received": 10_320,
                    "currency": "usd",
                    "metadata": {"credited_cents": "10000", "fee_cents": "320", "note": "x" * 1_500},
                }
            },
        }
        body = json.dumps(event)
        header = WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))  # type: ignore[no-untyped-call]  # of the SDK
        yield build_request("POST", PATH, headers={"Stripe-Signature": header}, body=body.encode())

"""What the tests of the outbox share: events with deliveries, handlers and couriers of their own."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from events.models import OutboxMessage
from events.registry import Courier, couriers, event_handlers, subscribe
from events.services import Delivery, publish
from tests.factories.events import AT, SYSTEM, WebhookEndpointFactory

NOW = AT + timedelta(seconds=1)


@contextmanager
def handling(handler, name="events.probe", event_type="x.happened"):
    before = list(event_handlers)
    subscribe(event_type, name=name, handler=handler)
    try:
        yield
    finally:
        for item in list(event_handlers):
            if item not in before:
                event_handlers.remove("events", item)


@contextmanager
def carrying(send, target="voice"):
    courier = couriers.register("events", Courier(name=target, send=send))
    try:
        yield
    finally:
        couriers.remove("events", courier)


def tell(subject=None, *, target=None, at=AT, private=None, **payload):
    """Publish x.happened; with `target` also one delivery to the outside."""
    deliveries = [Delivery(target=target, destination="probe", payload=payload, private=private)]
    with transaction.atomic():
        return publish(
            "x.happened",
            subject=subject or WebhookEndpointFactory(),
            by=SYSTEM,
            at=at,
            payload=payload,
            deliveries=deliveries if target else (),
        )


def states():
    """Return status and attempts of every row, in the order of the events."""
    return list(OutboxMessage.objects.order_by("sequence").values_list("status", "attempts"))

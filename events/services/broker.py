"""Relaying events to a message broker: RabbitMQ, Redis or whatever kombu speaks, named by EVENTS_BROKER_URL.

A broker gets one message per event: routing key is the event type, message id the event's id, so that a
repetition after a crash can be told. Events without personal data leave the house; private payloads stay.
"""

from datetime import datetime

from django.conf import settings
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.pools import producers

from events.models import OutboxMessage
from events.upcasters import newest_shape, newest_version

EXCHANGE = Exchange("myhibachi.events", type="topic", durable=True)
QUEUE = Queue("myhibachi.events", EXCHANGE, routing_key="#", durable=True)
"""Holds what nobody has asked for yet, so that no event is dropped by a broker without consumers."""
CONNECT_SECONDS = 5


def send_to_broker(message: OutboxMessage, at: datetime) -> int | None:
    """Publish one event, persistent and confirmed where the broker can confirm; raises what kombu raises."""
    del at
    event = message.event
    body = {
        "id": str(event.pk),
        "sequence": event.sequence,
        "event_type": event.event_type,
        "event_version": newest_version(event.event_type, event.event_version),
        "aggregate_type": event.aggregate_type,
        "aggregate_id": str(event.aggregate_id),
        "version": event.version,
        "station_id": None if event.station_id is None else str(event.station_id),
        "occurred_at": event.occurred_at.isoformat(),
        "payload": newest_shape(event.event_type, event.event_version, message.payload),
    }
    with producers[_connection()].acquire(block=True, timeout=CONNECT_SECONDS) as producer:
        producer.publish(
            body,
            exchange=EXCHANGE,
            routing_key=event.event_type,
            serializer="json",
            declare=[QUEUE],
            delivery_mode="persistent",
            message_id=str(event.pk),
        )
    return None


def _connection() -> Connection:
    options = {"confirm_publish": True} if settings.EVENTS_BROKER_URL.startswith(("amqp", "pyamqp")) else {}
    return Connection(settings.EVENTS_BROKER_URL, connect_timeout=CONNECT_SECONDS, transport_options=options)

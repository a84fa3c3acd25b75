"""E-4: a row that somebody else holds is passed by, and with it what stands behind it in its queue."""

from contextlib import contextmanager

import pytest
from django.db import DEFAULT_DB_ALIAS, connections

from events.models import OutboxMessage
from events.services.outbox import claim_due
from tests.events.outbox.rows import NOW, tell
from tests.factories.events import WebhookEndpointFactory

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held_elsewhere(message):
    """Lock the row on a connection of its own."""
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute('SELECT id FROM "events"."outbox" WHERE id = %s FOR UPDATE', [message.pk])
        yield
    finally:
        other.close()


def numbers(messages):
    return [message.payload["number"] for message in messages]


@pytest.mark.parametrize(("place", "claimed"), [(0, [9]), (2, [0, 1, 9])])
def test_e4_a_held_row_ends_the_run_of_its_queue(place, claimed):
    subject = WebhookEndpointFactory()
    for number in range(4):
        tell(subject, target="voice", number=number)
    tell(target="voice", number=9)
    queue = OutboxMessage.objects.order_by("sequence")
    with held_elsewhere(queue[place]):
        assert numbers(claim_due(worker="w", at=NOW, limit=50)) == claimed
    queue.filter(status="processing").update(
        status="completed", completed_at=NOW, locked_until=None, locked_by=None
    )
    assert numbers(claim_due(worker="w", at=NOW, limit=50)) == [0, 1, 2, 3][len(claimed) - 1 :]

"""Events, messages and money from outside to act on."""

from typing import Any

from integra.services.matches import match_event
from tests.access.callers import Place
from tests.access.expectations import Target, Thing
from tests.access.things_bookings import target_of
from tests.access.world import World
from tests.factories.events import (
    DomainEventFactory,
    InboxMessageFactory,
    OutboxMessageFactory,
    WebhookEndpointFactory,
)
from tests.factories.integra import PaymentEventFactory

OF_THE_HOUSE = (Place.AWAY,)
"""Rows that only the owner of the company may look at, wherever they are from."""

EVENTS = Thing(lambda _world, _place: Target(ids={"pk": DomainEventFactory().pk}), OF_THE_HOUSE)
OUTBOX = Thing(lambda _world, _place: target_of(OutboxMessageFactory()), OF_THE_HOUSE)
ENDPOINTS = Thing(lambda _world, _place: target_of(WebhookEndpointFactory()), OF_THE_HOUSE)
INBOX = Thing(lambda _world, _place: target_of(InboxMessageFactory()), OF_THE_HOUSE)


def arrived(*, matched: bool = False) -> Thing:
    """Return money that arrived for a booking of the place; the company's is for one at home."""

    def build(world: World, place: Place) -> Target:
        booking = world.party(Place.OWN, lane=3, chef=None) if place is Place.COMPANY else world.party(place)
        event: Any = PaymentEventFactory(
            station=world.station_at(place), occurred_at=world.now, memo=booking.reference
        )
        if matched:
            match_event(event=event, booking=booking, by=world.actor(), at=world.now)
            event.refresh_from_db()
        target = target_of(event)
        return Target(ids=target.ids, tag=target.tag, more={"booking_id": str(booking.pk)})

    return Thing(build, (Place.OWN, Place.AWAY, Place.COMPANY), "payment.match")


SIGNED = Thing(lambda _world, _place: Target(), (Place.OWN,))
"""A webhook with its signature; one from nowhere has none."""

"""R-8, S-1: a party never lands at a station that closes in the same moment."""

from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from bookings.exceptions import SlotNotOffered
from bookings.models import Booking, SlotClaim
from bookings.services.bookings import create_booking
from common.actors import GuestActor, SystemActor
from identity.exceptions import StationInUse
from identity.models import Station
from identity.services.stations import delete_station
from tests.concurrency.racing import race, wait_until_somebody_waits
from tests.factories.bookings import NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = GuestActor()
OWNER = SystemActor("test")


@pytest.fixture
def station():
    return make_selling_station()


def close(station):
    return delete_station(station=station, reason="moved to another city", by=OWNER, at=NOW)


def book(station):
    return create_booking(request=make_request(station), by=GUEST, at=NOW)


def test_r8_who_books_while_the_station_closes_is_refused(station):
    """The request was checked before the station closed; its claim waits and then sees it closed."""
    ready, leave = Event(), Event()

    def closing():
        try:
            with transaction.atomic():
                close(station)
                ready.set()
                leave.wait(10)
        finally:
            connection.close()

    closer = Thread(target=closing)
    closer.start()
    assert ready.wait(10)
    results = []

    def booking():
        try:
            book(station)
        except SlotNotOffered as refusal:
            results.append(refusal)
        finally:
            connection.close()

    booker = Thread(target=booking)
    booker.start()
    try:
        wait_until_somebody_waits()
    finally:
        leave.set()
        closer.join()
        booker.join()
    assert [refusal.detail for refusal in results] == ["The station is closed."]
    assert (Booking.objects.count(), SlotClaim.objects.count()) == (0, 0)


def test_r8_a_station_waits_for_the_party_about_to_be_written(station):
    ready, leave = Event(), Event()

    def booking():
        try:
            with transaction.atomic():
                book(station)
                ready.set()
                leave.wait(10)
        finally:
            connection.close()

    booker = Thread(target=booking)
    booker.start()
    assert ready.wait(10)
    refused = []

    def closing():
        try:
            close(station)
        except StationInUse as refusal:
            refused.append(refusal.extra)
        finally:
            connection.close()

    closer = Thread(target=closing)
    closer.start()
    try:
        wait_until_somebody_waits()
    finally:
        leave.set()
        booker.join()
        closer.join()
    assert refused == [{"counts": {"occupying_bookings": 1}}]
    assert Station.objects.get().status == "active"


def test_r8_however_it_ends_no_party_stands_at_a_closed_station(station):
    for _round in range(5):
        race([partial(close, station), *[partial(book, station) for _ in range(3)]])
        closed = Station.objects.get().status == "inactive"
        assert Booking.objects.occupying().count() == SlotClaim.objects.count() == (0 if closed else 1)
        Station.objects.update(status="active")
        SlotClaim.objects.all().delete()
        Booking.objects.update(status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")

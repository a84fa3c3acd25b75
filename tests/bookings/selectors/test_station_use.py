from datetime import timedelta

import pytest

from identity.ports import station_use
from tests.bookings.parties import NOW, make_booking, make_station

pytestmark = pytest.mark.django_db


def test_r8_counts_what_still_occupies_the_station():
    station = make_station(slot_capacity=9)
    make_booking(station, status="new")
    make_booking(station, status="confirmed", lane=2)
    make_booking(station, status="completed", lane=3)
    make_booking(make_station())
    counts = station_use.get().counts(station_id=station.pk, at=NOW)
    assert counts == {"occupying_bookings": 2, "live_holds": 0}


def test_r8_counts_holds_until_their_deadline():
    from bookings.models import ReservationHold

    station = make_station()
    ReservationHold.objects.create(
        station=station,
        date="2026-06-06",
        slot="12:00",
        starts_at=NOW + timedelta(days=36),
        name="Ann Lee",
        email="ann@example.com",
        phone="+15105550111",
        request={},
        party_adults=8,
        deposit_cents=10_000,
        signing_token_hash="0" * 64,
        signing_deadline_at=NOW + timedelta(hours=2),
    )
    assert [
        station_use.get().counts(station_id=station.pk, at=NOW + timedelta(hours=hours))["live_holds"]
        for hours in (1, 2, 2.01)
    ] == [1, 1, 0]

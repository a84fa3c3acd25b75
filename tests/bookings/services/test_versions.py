import pytest

from bookings.models import Booking
from bookings.services.versions import save_version
from common.exceptions import VersionConflict
from tests.bookings.parties import NOW, make_booking, make_station

pytestmark = pytest.mark.django_db


def test_bk3_a_write_raises_the_version_by_one():
    booking = make_booking(make_station(), version=3)
    booking.notes = "Gate code 1234"
    save_version(booking, fields=["notes"], at=NOW)
    row = Booking.objects.get()
    assert (row.notes, row.version, row.updated_at, booking.version) == ("Gate code 1234", 4, NOW, 4)


def test_bk3_a_write_over_somebody_elses_is_refused():
    booking = make_booking(make_station())
    Booking.objects.update(version=5)
    booking.notes = "mine"
    with pytest.raises(VersionConflict) as refusal:
        save_version(booking, fields=["notes"], at=NOW)
    assert refusal.value.extra == {"current_version": 5}
    assert booking.version == 1
    assert Booking.objects.get().notes is None

"""S-10: the nearest station that travels there."""

from decimal import Decimal
from uuid import uuid4

import pytest

from bookings.exceptions import LocationMismatch, OutsideServiceArea, UnknownPostalCode
from bookings.models import TravelFeeConfiguration
from bookings.selectors.stations import get_station, nearest_station
from common.exceptions import NotFound
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fremont():
    return StationFactory()


@pytest.fixture
def los_angeles():
    return StationFactory(postal_code="90001", latitude="33.9700000", longitude="-118.2500000")


def nearest(postal_code="94539", latitude=None, longitude=None):
    return nearest_station(postal_code=postal_code, latitude=latitude, longitude=longitude)


def test_s10_fewest_miles_win(fremont, los_angeles):
    assert nearest("94539") == fremont
    assert nearest("90210") == los_angeles
    assert nearest("90210", Decimal("34.09"), Decimal("-118.41")) == los_angeles


def test_s10_a_sleeping_station_is_passed_over(fremont, los_angeles):
    fremont.status = "maintenance"
    fremont.save()
    with pytest.raises(OutsideServiceArea):
        nearest("94539")


def test_s10_the_reach_is_the_configuration_of_the_station(fremont, los_angeles):
    with pytest.raises(OutsideServiceArea):
        nearest("10001")
    configuration = TravelFeeConfiguration.objects.create(station=los_angeles, max_service_distance=None)
    assert nearest("10001") == los_angeles
    configuration.is_active = False
    configuration.save()
    with pytest.raises(OutsideServiceArea):
        nearest("10001")


def test_s10_trips_start_where_the_configuration_says(fremont, los_angeles):
    TravelFeeConfiguration.objects.create(
        station=los_angeles, latitude="37.5300000", longitude="-121.9200000"
    )
    assert nearest("94539") == los_angeles


def test_s10_a_station_without_a_place_hinders_nobody(fremont):
    lost = StationFactory(postal_code="09009", latitude=None, longitude=None, geocode_status="failed")
    assert nearest("94539") == fremont
    fremont.delete()
    with pytest.raises(OutsideServiceArea):
        nearest("94539")
    TravelFeeConfiguration.objects.create(station=lost, latitude="37.5300000", longitude="-121.9200000")
    assert nearest("94539") == lost


def test_q9_venues_that_cannot_be(fremont):
    with pytest.raises(UnknownPostalCode):
        nearest("00000")
    with pytest.raises(LocationMismatch):
        nearest("94539", Decimal("34.09"), Decimal("-118.41"))


def test_s10_constant_number_of_queries(fremont, los_angeles, django_assert_num_queries):
    with django_assert_num_queries(1):
        nearest()


def test_get_station(fremont):
    assert get_station(fremont.pk) == fremont
    with pytest.raises(NotFound):
        get_station(uuid4())

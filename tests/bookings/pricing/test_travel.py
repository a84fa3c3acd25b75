from decimal import Decimal

import pytest

from bookings.exceptions import LocationMismatch, UnknownPostalCode
from bookings.pricing.build_zip_centroids import build
from bookings.pricing.travel import (
    Point,
    TravelTerms,
    great_circle_miles,
    road_miles,
    travel_fee_cents,
    venue_point,
    zip_point,
)
from bookings.pricing.zip_centroids import PACKED, find_centroid

SAN_FRANCISCO = Point(37.7813, -122.4167)


def test_the_packed_file_is_what_the_zipcodes_package_says() -> None:
    assert build() == PACKED.read_bytes()


@pytest.mark.parametrize("postal_code", ["94102", "94102-1234", "941021234", " 94102 "])
def test_a_zip_has_its_centroid(postal_code: str) -> None:
    assert find_centroid(postal_code) == (37.7813, -122.4167)


@pytest.mark.parametrize(
    "postal_code",
    [
        "",
        "00000",
        "99999",
        "9410",
        "94102-",
        "94102\x00",
        "\uff19\uff14\uff11\uff10\uff12",
        "abcde",
        "09001",
        "94102-12",
    ],
)
def test_what_is_no_zip_with_a_place_is_unknown(postal_code: str) -> None:
    """Military ZIPs (09001) have no place."""
    assert find_centroid(postal_code) is None
    with pytest.raises(UnknownPostalCode):
        zip_point(postal_code)


def test_q9_great_circle_between_known_points() -> None:
    """One degree of latitude is R * pi / 180 miles."""
    assert great_circle_miles(Point(0, 0), Point(1, 0)) == pytest.approx(69.0934, abs=1e-3)
    assert great_circle_miles(Point(0, 0), Point(0, 180)) == pytest.approx(12_436.8, abs=0.5)
    assert great_circle_miles(SAN_FRANCISCO, SAN_FRANCISCO) == 0


def test_q9_road_miles_are_great_circle_times_1_2_to_a_hundredth() -> None:
    assert road_miles(Point(0, 0), Point(1, 0)) == Decimal("82.91")
    assert road_miles(SAN_FRANCISCO, SAN_FRANCISCO) == Decimal("0.00")


@pytest.mark.parametrize(
    ("miles", "cents"), [("0.00", 0), ("30.00", 0), ("30.01", 2), ("45.00", 3_000), ("149.99", 23_998)]
)
def test_q9_fee_counts_the_miles_above_the_free_ones(miles: str, cents: int) -> None:
    assert travel_fee_cents(Decimal(miles), TravelTerms()) == cents


def test_q9_fee_is_rounded_half_up() -> None:
    terms = TravelTerms(free_miles=Decimal(0), price_per_mile_cents=50)
    assert travel_fee_cents(Decimal("0.01"), terms) == 1


def test_q10_range_includes_its_end() -> None:
    assert TravelTerms().reaches(Decimal("150.00"))
    assert not TravelTerms().reaches(Decimal("150.01"))
    assert TravelTerms(max_miles=None).reaches(Decimal(9_999))


def test_q9_a_given_point_near_its_zip_is_taken() -> None:
    given = Point(37.80, -122.40)
    assert venue_point(postal_code="94102", given=given) == given
    assert venue_point(postal_code="94102", given=None) == SAN_FRANCISCO
    assert venue_point(postal_code="", given=given) == given


def test_q9_a_given_point_far_from_its_zip_is_refused() -> None:
    with pytest.raises(LocationMismatch):
        venue_point(postal_code="94102", given=Point(38.58, -121.49))


def test_q9_a_given_point_with_an_unknown_zip_is_refused() -> None:
    with pytest.raises(UnknownPostalCode):
        venue_point(postal_code="00000", given=SAN_FRANCISCO)
    with pytest.raises(UnknownPostalCode):
        venue_point(postal_code="", given=None)


def test_a_point_needs_both_coordinates() -> None:
    assert Point.of(Decimal("37.5"), Decimal("-122.25")) == Point(37.5, -122.25)
    assert Point.of(None, Decimal(1)) is None
    assert Point.of(Decimal(1), None) is None

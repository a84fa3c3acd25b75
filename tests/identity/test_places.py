from decimal import Decimal

import pytest

from identity.places import Place, find_place


def test_find_place_knows_zip_and_zip_plus_four():
    fremont = Place(
        city="Fremont",
        state="CA",
        timezone="America/Los_Angeles",
        point=(Decimal("37.5605"), Decimal("-121.9999")),
    )
    found = find_place(" 94536 ")
    assert found is not None
    assert (found.city, found.state, found.timezone) == (fremont.city, fremont.state, fremont.timezone)
    assert abs(found.point[0] - fremont.point[0]) < 1
    assert find_place("94536-1234") == found


@pytest.mark.parametrize(
    "postal_code", ["", "00000", "9453", "945366", "abcde", "\uff19\uff14\uff15\uff13\uff16"]
)
def test_find_place_knows_no_other(postal_code):
    assert find_place(postal_code) is None


def test_military_post_has_no_point():
    assert find_place("09009").point is None

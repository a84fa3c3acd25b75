import pytest

from bookings.exceptions import CouponInvalid
from bookings.ports import CouponTerms, NoCoupons
from common.actors import GuestActor
from common.models import uuid7
from tests.factories.bookings import NOW


def test_q6_without_a_coupon_floor_every_code_is_invalid():
    with pytest.raises(CouponInvalid) as caught:
        NoCoupons().terms(code="SUMMER", station_id=uuid7(), email="ann@people.example", at=NOW)
    assert (caught.value.code, caught.value.status) == ("coupon_invalid", 422)
    with pytest.raises(CouponInvalid):
        NoCoupons().redeem(code="SUMMER", booking_id=uuid7(), by=GuestActor(), at=NOW)


def test_terms_give_nothing_unless_told():
    terms = CouponTerms(code="SUMMER")
    assert (terms.percent, terms.amount_cents, terms.cap_cents, terms.minimum_cents) == (None, None, None, 0)

"""Q-6: what a coupon takes off, from its terms alone; who may redeem it is asked of the port `coupons`."""

from bookings.exceptions import CouponMinimumNotMet
from bookings.ports import CouponTerms
from bookings.pricing.money import percent_of


def discount_cents(terms: CouponTerms, base_cents: int) -> int:
    """Return the cents to take off the Q-6 base, at most all of it; refuses a base below the minimum."""
    if base_cents < terms.minimum_cents:
        raise CouponMinimumNotMet(minimum_cents=terms.minimum_cents, base_cents=base_cents)
    if terms.percent is None:
        wanted = terms.amount_cents or 0
    else:
        wanted = percent_of(base_cents, terms.percent)
        if terms.cap_cents is not None:
            wanted = min(wanted, terms.cap_cents)
    return min(wanted, base_cents)

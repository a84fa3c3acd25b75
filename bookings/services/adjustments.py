"""The rows that say what rules and coupon did to a price (Q-5, Q-6)."""

from collections.abc import Iterable

from bookings.enums import PriceAdjustmentKind
from bookings.models import Booking, PriceAdjustment
from bookings.pricing.lines import Adjustment
from common.actors import Actor
from common.db.rows import insert_rows

QUOTED = (PriceAdjustmentKind.RULE, PriceAdjustmentKind.COUPON)


def replace_adjustments(*, booking: Booking, adjustments: Iterable[Adjustment], by: Actor) -> None:
    """Put the rows of a new quote in the place of the old ones; manual rows and fees stay."""
    PriceAdjustment.objects.filter(booking=booking, kind__in=QUOTED).delete()
    insert_rows(*adjustment_rows(booking=booking, adjustments=adjustments, by=by))


def adjustment_rows(
    *, booking: Booking, adjustments: Iterable[Adjustment], by: Actor
) -> list[PriceAdjustment]:
    """Return a new row for each adjustment of a quote."""
    return [
        PriceAdjustment(
            booking=booking,
            kind=adjustment.kind,
            rule_id=adjustment.rule_id,
            coupon_code=adjustment.coupon_code,
            amount_cents=adjustment.amount_cents,
            reason=adjustment.reason,
            applied_by_id=by.id,
            currency=booking.currency,
        )
        for adjustment in adjustments
    ]

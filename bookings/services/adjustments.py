"""The rows that say what rules and coupon did to a price (Q-5, Q-6)."""

from collections.abc import Iterable

from bookings.enums import PriceAdjustmentKind
from bookings.models import Booking, PriceAdjustment
from bookings.pricing.lines import Adjustment
from common.actors import Actor

QUOTED = (PriceAdjustmentKind.RULE, PriceAdjustmentKind.COUPON)


def replace_adjustments(*, booking: Booking, adjustments: Iterable[Adjustment], by: Actor) -> None:
    """Put the rows of a new quote in the place of the old ones; manual rows and fees stay."""
    PriceAdjustment.objects.filter(booking=booking, kind__in=QUOTED).delete()
    add_adjustments(booking=booking, adjustments=adjustments, by=by)


def add_adjustments(*, booking: Booking, adjustments: Iterable[Adjustment], by: Actor) -> None:
    """Write a row for each adjustment of a quote; none takes no statement."""
    PriceAdjustment.objects.bulk_create(
        [
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
    )

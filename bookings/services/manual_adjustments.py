"""Q-17: what staff add to or take off the price of one booking, with the reason."""

from datetime import datetime

from bookings.enums import PriceAdjustmentKind
from bookings.models import Booking, PriceAdjustment
from bookings.services.attempts import attempted
from bookings.services.deposits import confirm_if_paid
from bookings.services.quotes import requote_booking
from bookings.services.repricing import apply_quote
from bookings.services.transitions import TERMINAL, record_change, refusal
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.exceptions import FieldError, PermissionDenied, ValidationFailed
from common.reasons import check_reason


@attempted
def adjust_price(
    *,
    booking: Booking,
    amount_cents: int,
    reason: str,
    expected_version: int | None,
    by: Actor,
    at: datetime,
) -> Booking:
    """Add signed cents to the taxable base of a live booking and price it anew; emits booking.adjusted.

    Confirms the booking when what was paid covers the deposit of the new price (T3). Needs pricing.adjust at
    the station and a reason of 10 characters; the base never falls below 0 (400).
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    if not by.may("pricing.adjust", locked.station_id):
        raise PermissionDenied("Adjusting a price needs pricing.adjust.")
    if locked.status in TERMINAL:
        raise refusal(locked, "The price of a finished booking stays as it is.")
    because = check_reason(reason)
    if amount_cents == 0:
        raise ValidationFailed([FieldError("/amount_cents", "invalid", "The amount must not be 0.")])
    PriceAdjustment.objects.create(
        booking=locked,
        kind=PriceAdjustmentKind.MANUAL,
        amount_cents=amount_cents,
        reason=because,
        applied_by_id=by.id,
        currency=locked.currency,
        created_at=at,
    )
    before = locked.total_due_cents
    offered = requote_booking(booking=locked, by=by, at=at)
    columns = apply_quote(booking=locked, quote=offered, by=by, at=at)
    save_version(locked, fields=columns, at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.adjusted",
        by=by,
        at=at,
        payload={
            "reference": locked.reference,
            "amount_cents": amount_cents,
            "total_before_cents": before,
            "total_cents": locked.total_due_cents,
        },
        permissions=["pricing.adjust"],
        reason=because,
    )
    confirm_if_paid(booking=locked, payment=None, permission="pricing.adjust", by=by, at=at)
    return locked

"""Putting a new quote on a booking whose row the caller has locked (Q-16)."""

from datetime import datetime

from bookings.enums import DepositStatus
from bookings.models import Booking, Deposit
from bookings.pricing.quote import Quote
from bookings.pricing.snapshot import snapshot_of
from bookings.services.adjustments import replace_adjustments
from common.actors import Actor


def apply_quote(*, booking: Booking, quote: Quote, by: Actor, at: datetime) -> list[str]:
    """Set total, deposit and snapshot, replace the quoted adjustments, and adapt a deposit not yet paid.

    Returns the columns of the booking that the caller still has to write.
    """
    booking.total_due_cents, booking.deposit_due_cents = quote.total_cents, quote.deposit_cents
    booking.metadata = {**booking.metadata, "quote": snapshot_of(quote)}
    replace_adjustments(booking=booking, adjustments=quote.adjustments, by=by)
    Deposit.objects.filter(booking=booking, status=DepositStatus.PENDING).exclude(
        amount_cents=quote.deposit_cents
    ).update(amount_cents=quote.deposit_cents, updated_at=at)
    return ["total_due_cents", "deposit_due_cents", "metadata"]

"""What becomes of the money of a cancelled booking (BK-11, BK-12, BK-14); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bookings.enums import CancellationReasonCode, DepositStatus

ALWAYS_FULL = (CancellationReasonCode.COMPANY_CANCELLED, CancellationReasonCode.DUPLICATE)
ALWAYS_LATE = (CancellationReasonCode.WEATHER_NO_COVER,)


@dataclass(frozen=True, slots=True)
class Settlement:
    """`refund_cents` goes back to the customer, the deposit ends in this state."""

    refund_cents: int
    deposit: DepositStatus
    in_time: bool


class Refundable(NamedTuple):
    """A payment and what is left of it, in cents."""

    payment_id: UUID
    left_cents: int


def settle(
    *,
    reason_code: str,
    requested_at: datetime,
    cutoff: datetime,
    is_locked: bool,
    deposit_cents: int,
    deposit: str,
    paid_cents: int,
) -> Settlement:
    """Decide what is refunded; amounts in cents.

    A request at the cut-off is in time, unless a late reschedule locked the deposit. A waived deposit stays
    so: nothing can be forfeited, all that was paid goes back.
    """
    in_time = reason_code in ALWAYS_FULL or (
        reason_code not in ALWAYS_LATE and requested_at <= cutoff and not is_locked
    )
    if paid_cents <= 0 or deposit == DepositStatus.WAIVED:
        return Settlement(max(paid_cents, 0), DepositStatus.WAIVED, in_time)
    if in_time:
        return Settlement(paid_cents, DepositStatus.REFUNDED, in_time)
    return Settlement(max(paid_cents - deposit_cents, 0), DepositStatus.FORFEITED, in_time)


def spread(amount_cents: int, payments: Sequence[Refundable]) -> list[Refundable]:
    """Return how much of which payment is refunded: the last payments first, so the deposit goes last."""
    parts = []
    for payment in reversed(payments):
        part = min(amount_cents, payment.left_cents)
        if part > 0:
            parts.append(Refundable(payment.payment_id, part))
            amount_cents -= part
    return parts

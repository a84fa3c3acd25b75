"""PY-3: what the bank of a card's holder disputes; staff are told, no state changes."""

from dataclasses import asdict, dataclass
from datetime import datetime

from bookings.models import Payment
from bookings.services.attempts import attempted
from bookings.services.payment_rows import lock_payment, save_payment, station_of
from common.ports import alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A dispute at the card provider; amount in cents."""

    id: str
    status: str
    reason: str
    amount_cents: int


@attempted
def note_dispute(*, payment: Payment, dispute: Dispute, is_closed: bool, at: datetime) -> bool:
    """Keep an open dispute in the payment's metadata, take a closed one out of it, and alert staff.

    A dispute that was closed is not opened again by a late notice; tells whether anything changed.
    """
    locked = lock_payment(payment.pk)
    closed: list[str] = locked.metadata.get("closed_disputes", [])
    if dispute.id in closed:
        return False
    metadata = {name: value for name, value in locked.metadata.items() if name != "dispute"}
    told = asdict(dispute)
    if is_closed:
        metadata["closed_disputes"] = [*closed, dispute.id]
    elif locked.metadata.get("dispute") == told:
        return False
    else:
        metadata["dispute"] = told
    locked.metadata = metadata
    save_payment(locked, ["metadata"], at=at)
    name = locked.booking.reference if locked.booking else "a hold"
    alerts.get().raise_alert(
        cause="dispute_closed" if is_closed else "dispute_opened",
        subject_type="payment",
        subject_id=locked.pk,
        station_id=station_of(locked),
        message=f"The card payment of {name} is disputed: {dispute.status}, {dispute.reason}.",
        at=at,
        step=dispute.id,
    )
    return True

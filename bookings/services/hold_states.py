"""Moves of a hold whose slot the caller has locked (H-2 to H-5): state, audit row, event."""

from collections.abc import Sequence
from datetime import datetime

from bookings.enums import HoldCancellationReason, HoldStatus
from bookings.models import ReservationHold
from bookings.services.card_links import close_links
from bookings.services.notices import hold_notice
from bookings.services.transitions import record_change
from common.actors import Actor, SystemActor
from events.services import Delivery

EXPIRY = SystemActor("expire_holds")


def is_overdue(hold: ReservationHold, at: datetime) -> bool:
    """Tell whether the deadline in force has passed (H-4); the deadline itself is in time."""
    deadline = hold.payment_deadline_at or hold.signing_deadline_at
    return at > deadline


def mark_expired(hold: ReservationHold, *, at: datetime) -> None:
    """Expire a locked live hold and tell the customer; emits hold.expired. The caller frees the lane."""
    late = hold.status == HoldStatus.PENDING
    hold.cancellation_reason = (
        HoldCancellationReason.SIGNING_TIMEOUT if late else HoldCancellationReason.PAYMENT_TIMEOUT
    )
    hold.status = HoldStatus.EXPIRED
    save_move(hold, ["status", "cancellation_reason"], at=at)
    close_links(hold=hold, reason="hold_expired", by=EXPIRY, at=at)
    record_hold(
        hold,
        "hold.expired",
        by=EXPIRY,
        at=at,
        deliveries=[hold_notice("hold_expired", hold)],
    )


def save_move(hold: ReservationHold, fields: list[str], *, at: datetime) -> None:
    """Write the columns of a move of a locked hold."""
    hold.updated_at = at
    ReservationHold.objects.filter(pk=hold.pk).update(
        **{field: getattr(hold, field) for field in fields}, updated_at=at
    )


def record_hold(
    hold: ReservationHold,
    event_type: str,
    *,
    by: Actor,
    at: datetime,
    action: str = "update",
    permissions: Sequence[str] = ("hold.manage",),
    deliveries: list[Delivery] | None = None,
) -> None:
    """Leave the trace of a move: ids, slot and state, nothing personal.

    `permissions` are the codes that allow it; whoever lacks them at the station came by the hold's token.
    """
    record_change(
        subject=hold,
        station_id=hold.station_id,
        event_type=event_type,
        by=by,
        at=at,
        payload={
            "status": str(hold.status),
            "reason": hold.cancellation_reason and str(hold.cancellation_reason),
            "date": hold.date.isoformat(),
            "slot": hold.slot.isoformat(),
            "lane": hold.lane,
            "booking_id": hold.converted_to_booking_id and str(hold.converted_to_booking_id),
        },
        permissions=[code for code in permissions if by.may(code, hold.station_id)],
        action=action,
        deliveries=deliveries or (),
    )

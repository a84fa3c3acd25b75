"""The state machine of section 5, and the trace that each move leaves: audit row and event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import models

from bookings.enums import BookingStatus
from bookings.models import Booking
from common.actors import Actor
from common.exceptions import InvalidTransition
from common.ports import audit_trail
from events.services import Delivery, publish

MOVES: Mapping[str, tuple[BookingStatus, ...]] = MappingProxyType(
    {
        BookingStatus.NEW: (BookingStatus.DEPOSIT_PENDING, BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
        BookingStatus.DEPOSIT_PENDING: (BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
        BookingStatus.CONFIRMED: (
            BookingStatus.COMPLETED,
            BookingStatus.NO_SHOW,
            BookingStatus.CANCELLED,
            BookingStatus.DEPOSIT_PENDING,
        ),
        BookingStatus.COMPLETED: (BookingStatus.NO_SHOW,),
        BookingStatus.CANCELLED: (BookingStatus.NEW, BookingStatus.CONFIRMED),
        BookingStatus.NO_SHOW: (),
    }
)
AWAITING_DEPOSIT = (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING)
TERMINAL = (BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


def require_state(booking: Booking, *states: BookingStatus) -> None:
    """Refuse the move unless the booking is in one of these states."""
    if booking.status not in states:
        raise refusal(booking)


def refusal(booking: Booking, detail: str = "") -> InvalidTransition:
    """Return the refusal of a move, with the states that the booking could reach instead."""
    allowed = [state.value for state in MOVES[booking.status]]
    return InvalidTransition(from_=booking.status, allowed=allowed, detail=detail)


def record_change(
    *,
    subject: models.Model,
    station_id: UUID | None,
    event_type: str,
    by: Actor,
    at: datetime,
    payload: Mapping[str, Any],
    permissions: Sequence[str] = (),
    action: str = "update",
    reason: str = "",
    deliveries: Sequence[Delivery] = (),
    private: Mapping[str, Any] | None = None,
) -> None:
    """Leave the trace of a write: its audit row (P-7) and its event (E-1); nothing personal.

    Of `permissions` the audit row names those that a user holds anywhere: the others were not what let them.
    """
    audit_trail.get().record(
        action=action,
        resource_type=str(subject._meta.model_name),
        resource_id=str(subject.pk),
        by=by,
        station_id=station_id,
        permissions=[code for code in permissions if by.scope(code)] if by.type == "user" else [],
        details={"event": event_type, **payload},
        reason=reason,
    )
    publish(
        event_type,
        subject=subject,
        by=by,
        at=at,
        payload=payload,
        station_id=station_id,
        deliveries=deliveries,
        private=private,
    )

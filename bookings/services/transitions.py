"""The state machine of section 5, and the trace that each move leaves: audit row and event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import models

from bookings.enums import BookingStatus
from bookings.models import Booking
from common.actors import Actor
from common.exceptions import InvalidTransition
from common.ports import AuditEntry, audit_trail
from events.services import Delivery, Fact, publish_all

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A write that leaves a trace: its audit row (P-7) and its event (E-1); nothing personal in either.

    Of `permissions` the audit row names those that a user holds anywhere: the others were not what let them.
    `is_new` says that the subject was made in this transaction under a new key.
    """

    subject: models.Model
    station_id: UUID | None
    event_type: str
    payload: Mapping[str, Any]
    permissions: Sequence[str] = ()
    action: str = "update"
    reason: str = ""
    deliveries: Sequence[Delivery] = ()
    private: Mapping[str, Any] | None = None
    is_new: bool = False


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
    """Leave the trace of one change; the members are those of `Change`."""
    change = Change(
        subject=subject,
        station_id=station_id,
        event_type=event_type,
        payload=payload,
        permissions=permissions,
        action=action,
        reason=reason,
        deliveries=deliveries,
        private=private,
    )
    record_changes([change], by=by, at=at)


def record_changes(
    changes: Sequence[Change], *, by: Actor, at: datetime, along: Sequence[models.Model] = ()
) -> None:
    """Leave the traces of several changes, in their order, and insert the new rows `along` with them."""
    entries = audit_trail.get().rows_of([_entry(change, by) for change in changes])
    publish_all([_fact(change, by, at) for change in changes], along=[*along, *entries])


def _entry(change: Change, by: Actor) -> AuditEntry:
    codes = [code for code in change.permissions if by.scope(code)] if by.type == "user" else []
    return AuditEntry(
        action=change.action,
        resource_type=str(change.subject._meta.model_name),
        resource_id=str(change.subject.pk),
        by=by,
        station_id=change.station_id,
        permissions=codes,
        details={"event": change.event_type, **change.payload},
        reason=change.reason,
    )


def _fact(change: Change, by: Actor, at: datetime) -> Fact:
    return Fact(
        event_type=change.event_type,
        subject=change.subject,
        by=by,
        at=at,
        payload=change.payload,
        station_id=change.station_id,
        deliveries=change.deliveries,
        private=change.private,
        opens=change.is_new,
    )

"""Holds, found by the token of their owner or by staff (H-1, H-4)."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from bookings.enums import LIVE_HOLD_STATUSES, HoldStatus
from bookings.exceptions import HoldExpired
from bookings.models import ReservationHold
from common.actors import Actor
from common.exceptions import NotFound


def hash_token(token: str) -> str:
    """Return what is stored of a hold's token: its SHA-256 in hexadecimal."""
    return sha256(token.encode()).hexdigest()


def get_hold_by_token(*, token: str, at: datetime) -> ReservationHold:
    """Return the hold of the token; raises NotFound, and HoldExpired from the deadline on (410, H-4)."""
    hold = (
        ReservationHold.objects.select_related("station").filter(signing_token_hash=hash_token(token)).first()
    )
    if hold is None:
        raise NotFound("There is no such hold.")
    late = hold.status in LIVE_HOLD_STATUSES and hold.expires_at is not None and hold.expires_at < at
    if late or hold.status == HoldStatus.EXPIRED:
        raise HoldExpired
    return hold


def list_holds(actor: Actor) -> QuerySet[ReservationHold]:
    """Return the holds within reach of the actor."""
    return ReservationHold.objects.visible_to(actor).select_related("station")


def get_hold(actor: Actor, pk: UUID) -> ReservationHold:
    """Return a hold within reach of the actor; raises NotFound."""
    hold: ReservationHold | None = list_holds(actor).filter(pk=pk).first()
    if hold is None:
        raise NotFound("There is no such hold.")
    return hold

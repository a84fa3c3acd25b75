"""Who may do what with a booking, and with prices: one truth for API and admin (R-4, R-9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from uuid import UUID

from bookings.models import Booking
from common.actors import Actor
from common.crypto.normalize import normalize_email
from identity.actors import UserActor
from identity.enums import UserRole
from identity.models import User

ACTION_CODES: Mapping[str, str] = MappingProxyType(
    {
        "read": "booking.read",
        "explain": "booking.read",
        "change": "booking.update",
        "request_deposit": "booking.update",
        "confirm_deposit": "booking.confirm_deposit",
        "waive_deposit": "booking.override",
        "record_payment": "payment.record",
        "request_cancellation": "booking.request_cancel",
        "approve_cancellation": "booking.approve_cancel",
        "reject_cancellation": "booking.approve_cancel",
        "reschedule": "booking.reschedule",
        "reinstate": "booking.correct",
        "correct": "booking.correct",
        "delete": "booking.delete",
        "restore": "booking.restore",
        "adjust": "pricing.adjust",
        "hold": "booking.hold",
        "release": "booking.hold",
        "assign_chef": "booking.assign_chef",
        "complete": "booking.complete",
        "no_show": "booking.complete",
    }
)
"""Action on a booking → permission code; `O` codes reach a chef's or a customer's own bookings only."""

PRICES = "pricing.manage"
CHEF_SEES_BEFORE = timedelta(days=7)
CHEF_SEES_AFTER = timedelta(days=1)


def may(actor: Actor, action: str, booking: Booking) -> bool:
    """Tell whether the actor may do this with the booking: by its station, or because it is their own."""
    code = ACTION_CODES[action]
    scope = actor.scope(code)
    if scope.includes(booking.station_id):
        return True
    return scope.own and Booking.objects.visible_to(actor, code).filter(pk=booking.pk).exists()


class Audience(Enum):
    """Why somebody may read a booking, which decides how much of it they see."""

    STAFF = "staff"
    HOST = "host"
    CHEF = "chef"


def audience_of(actor: Actor, station_id: UUID) -> Audience:
    """Tell as whom the actor reads a booking of the station that is within their reach."""
    if actor.scope("booking.read").includes(station_id):
        return Audience.STAFF
    # Of the roles with own bookings only a customer may change them.
    return Audience.HOST if actor.scope("booking.update").own else Audience.CHEF


def reads_as_chef(actor: Actor) -> bool:
    """Tell whether some of the bookings in reach are the actor's as their chef."""
    return actor.scope("booking.read").own and not actor.scope("booking.update").own


def may_manage_prices(actor: Actor, station_id: UUID | None) -> bool:
    """Tell whether the actor may change prices there; None: the company's, which are the owner's (R-9)."""
    scope = actor.scope(PRICES)
    return scope.everywhere or (station_id is not None and scope.includes(station_id))


def is_own_email(actor: Actor, email: str) -> bool:
    """Tell whether the e-mail is the verified one of the actor's account, which makes its rows their own."""
    return (
        actor.id is not None
        and User.objects.filter(
            pk=actor.id, email=normalize_email(email), email_verified_at__isnull=False
        ).exists()
    )


def is_super_admin(actor: Actor) -> bool:
    """Tell whether the actor is an owner of the company, whom BK-10 lets approve own requests."""
    return isinstance(actor, UserActor) and any(role.name == UserRole.SUPER_ADMIN for role in actor.roles)


def chef_sees_contact(booking: Booking, *, at: datetime) -> bool:
    """Tell whether the chef may know whom to cook for: from 7 days before to 1 day after the party."""
    return booking.starts_at - CHEF_SEES_BEFORE <= at <= booking.ends_at + CHEF_SEES_AFTER

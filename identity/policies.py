"""One truth for API, admin and services about who may change whose rights (R-5, R-7)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from common.actors import Actor
from identity.actors import UserActor
from identity.enums import StationRole, UserRole
from identity.models import User
from identity.permissions import CODES, OWNER_CODES

INVITED_BY_ADMIN = frozenset({UserRole.STATION_MANAGER, UserRole.CHEF})
"""Kinds of account that an admin may create; any other takes the right to assign roles (R-7)."""


INVITING_KINDS = frozenset({UserRole.SUPER_ADMIN, UserRole.ADMIN})
"""Kinds of account that invite: a code that a link or a role hands on does not (R-7)."""

MFA_KINDS = frozenset({UserRole.SUPER_ADMIN, UserRole.ADMIN})
"""Kinds of account that must log in with a second factor."""

MFA_GRACE = timedelta(days=7)
"""How long after activation they may work without it."""

HIGH_STATION_ROLES = frozenset({StationRole.SUPER_ADMIN, StationRole.ADMIN})
"""Roles of a link that make somebody an admin of the station."""


def is_self(by: Actor, user: User) -> bool:
    """Tell whether the actor is the account itself: nobody changes their own rights (R-5)."""
    return by.id is not None and by.id == user.pk


def may_create_account(by: Actor, role: str) -> bool:
    """Tell whether the actor may make accounts of this kind (R-7)."""
    if vouches_for_emails(by):
        return True
    invites = isinstance(by, UserActor) and by.role in INVITING_KINDS and bool(by.scope("user.invite"))
    return invites and role in INVITED_BY_ADMIN


def may_invite_to(by: Actor, station_ids: Collection[UUID]) -> bool:
    """Tell whether the actor may invite to these stations: an admin to some of their own (R-7)."""
    if by.scope("role.assign").everywhere:
        return True
    return bool(station_ids) and all(by.may("user.invite", pk) for pk in station_ids)


def may_revoke_invitation(by: Actor, user: User, station_ids: Iterable[UUID]) -> bool:
    """Tell whether the actor may make the invitation void: who sent it, or whose stations it is for."""
    if not may_create_account(by, user.role):
        return False
    near = any(by.may("user.invite", pk) for pk in station_ids)
    return near or user.invited_by_id == by.id or by.scope("role.assign").everywhere


def vouches_for_emails(by: Actor) -> bool:
    """Tell whether an e-mail is verified because the actor says so.

    The own rows of an account hang on its verified e-mail. Who only invites must not open them: an account
    with the address of somebody at another station would read that station's parties.
    """
    return by.scope("role.assign").everywhere


def may_give_station_role(by: Actor, user: User, role: str) -> bool:
    """Tell whether the actor may link the account with this role: no link makes an admin (R-7).

    The two roles above a station manager go to accounts of that very kind, else by who assigns roles.
    """
    return role not in HIGH_STATION_ROLES or user.role == role or by.scope("role.assign").everywhere


def must_enrol_mfa(user: User, *, at: datetime) -> bool:
    """Tell whether the account may do nothing but enrol (AU-8): who can do most has 7 days to do it."""
    if user.role not in MFA_KINDS or user.mfa_enabled:
        return False
    return at >= (user.activated_at or user.created_at) + MFA_GRACE


def missing_codes(by: Actor, codes: Iterable[str], station_id: UUID | None) -> list[str]:
    """Return the codes that the actor cannot grant at the station (None: as a role of the account).

    Nobody grants a code they lack (R-5); no link carries what only super_admin holds (R-9).
    """
    wanted = set(codes)
    if station_id is None:
        return sorted(code for code in wanted if not by.scope(code).everywhere)
    barred = wanted & OWNER_CODES
    lacking = {code for code in wanted if not _holds_at(by, code, station_id)}
    return sorted(barred | lacking)


def unknown_codes(codes: Iterable[str]) -> list[str]:
    """Return what is no permission code of the house."""
    return sorted(set(codes) - set(CODES))


def _holds_at(by: Actor, code: str, station_id: UUID) -> bool:
    return by.may(code, station_id) or by.scope(code).own

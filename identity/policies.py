"""One truth for API, admin and services about who may change whose rights (R-5, R-7)."""

from collections.abc import Iterable
from uuid import UUID

from common.actors import Actor
from identity.enums import UserRole
from identity.models import User
from identity.permissions import CODES, OWNER_CODES

INVITED_BY_ADMIN = frozenset({UserRole.STATION_MANAGER, UserRole.CHEF})
"""Kinds of account that an admin may create; any other takes the right to assign roles (R-7)."""


def is_self(by: Actor, user: User) -> bool:
    """Tell whether the actor is the account itself: nobody changes their own rights (R-5)."""
    return by.id is not None and by.id == user.pk


def may_create_account(by: Actor, role: str) -> bool:
    """Tell whether the actor may make accounts of this kind (R-7)."""
    if by.scope("role.assign").everywhere:
        return True
    return role in INVITED_BY_ADMIN and bool(by.scope("user.invite"))


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

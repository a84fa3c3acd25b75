"""Links of accounts to stations: grant, change, revoke (R-2, R-3, R-5, R-6, R-9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from common.actors import Actor
from common.exceptions import Duplicate, FieldError, NotFound, PermissionDenied, ValidationFailed
from identity.enums import AuditAction, StationRole
from identity.models import Role, Station, StationUser, User
from identity.permissions import OWNER_CODES, STATION_ROLES
from identity.policies import is_self, may_give_station_role, missing_codes, unknown_codes
from identity.services.audit import audit_log
from identity.services.station_tokens import revoke_station_tokens

CODE = "station.manage_users"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """What a link says: role at the station, codes beyond it, end, whether it is the main station."""

    role: str = StationRole.CUSTOMER_SUPPORT
    additional_permissions: Collection[str] = ()
    expires_at: datetime | None = None
    is_active: bool = True
    is_primary_station: bool = False


@transaction.atomic
def grant_station(*, user: User, station: Station, terms: LinkTerms, by: Actor, at: datetime) -> StationUser:
    """Link an account to a station; raises Duplicate when a link is there already.

    Raises PermissionDenied for oneself, without `station.manage_users` there, when a code is given that the
    actor lacks, or a role above the account's kind; ValidationFailed for codes that a link cannot carry.
    """
    _lock(user, station, by=by)
    _require_grantable(user, station, terms, by=by)
    if StationUser.objects.filter(user=user, station=station).exists():
        raise Duplicate("The account is linked to this station already.")
    link = StationUser(user=user, station=station, assigned_by_id=by.id, assigned_at=at)
    _write(link, terms)
    _note_change(link, by=by, at=at, details={"granted": _as_details(terms)})
    return link


@transaction.atomic
def change_station_link(*, link: StationUser, terms: LinkTerms, by: Actor, at: datetime) -> StationUser:
    """Give a link other terms; the account's station tokens die at once (R-6). Raises as `grant_station`."""
    _lock(link.user, link.station, by=by)
    locked = _current(link)
    _require_grantable(locked.user, locked.station, terms, by=by)
    before = _as_details(terms_of(locked))
    _write(locked, terms)
    after = _as_details(terms)
    changed = {
        name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]
    }
    _note_change(locked, by=by, at=at, details=changed)
    return locked


@transaction.atomic
def revoke_station(*, link: StationUser, by: Actor, at: datetime, reason: str = "") -> None:
    """Take the link away; the account's station tokens die at once (R-6)."""
    _lock(link.user, link.station, by=by)
    locked = _current(link)
    _note_change(locked, by=by, at=at, details={"revoked": _as_details(terms_of(locked))}, reason=reason)
    locked.delete()


def _lock(user: User, station: Station, *, by: Actor) -> None:
    if is_self(by, user) or not by.may(CODE, station.pk):
        raise PermissionDenied
    locked = User.objects.live().select_for_update(no_key=True).filter(pk=user.pk).first()
    if locked is None:
        raise NotFound("There is no such account.")


def _current(link: StationUser) -> StationUser:
    current = StationUser.objects.select_related("user", "station").filter(pk=link.pk).first()
    if current is None:
        raise NotFound("There is no such link.")
    return current


def _require_grantable(user: User, station: Station, terms: LinkTerms, *, by: Actor) -> None:
    extra = set(terms.additional_permissions)
    if wrong := [*unknown_codes(extra), *sorted(extra & OWNER_CODES)]:
        message = f"No link can carry {', '.join(wrong)}."
        raise ValidationFailed([FieldError("/additional_permissions", "invalid", message)])
    if not may_give_station_role(by, user, terms.role):
        raise PermissionDenied("No link makes an admin of an account of another kind.")
    role = Role.objects.get(name=STATION_ROLES[terms.role], is_system_role=True)
    given = set(role.role_permissions.values_list("permission__code", flat=True)) - OWNER_CODES
    if missing_codes(by, given | extra, station.pk):
        raise PermissionDenied("Nobody grants a right they lack.")


def terms_of(link: StationUser, **changes: Any) -> LinkTerms:
    """Return what the link says, or would say after the changes."""
    terms = LinkTerms(
        role=link.role,
        additional_permissions=link.additional_permissions,
        expires_at=link.expires_at,
        is_active=link.is_active,
        is_primary_station=link.is_primary_station,
    )
    return replace(terms, **changes)


def _write(link: StationUser, terms: LinkTerms) -> None:
    if terms.is_primary_station:
        others = StationUser.objects.filter(user=link.user, is_primary_station=True).exclude(pk=link.pk)
        for other in others:
            other.is_primary_station = False
            other.save(update_fields=["is_primary_station", "updated_at"])
    link.role = StationRole(terms.role)
    link.additional_permissions = sorted(set(terms.additional_permissions))
    link.expires_at, link.is_active = terms.expires_at, terms.is_active
    link.is_primary_station = terms.is_primary_station
    link.save()


def _as_details(terms: LinkTerms) -> dict[str, Any]:
    return {
        "role": str(terms.role),
        "additional_permissions": sorted(set(terms.additional_permissions)),
        "expires_at": terms.expires_at.isoformat() if terms.expires_at else None,
        "is_active": terms.is_active,
        "is_primary_station": terms.is_primary_station,
    }


def _note_change(
    link: StationUser, *, by: Actor, at: datetime, details: Mapping[str, Any], reason: str = ""
) -> None:
    revoke_station_tokens(users=[link.user_id], at=at)
    audit_log.record(
        action=AuditAction.PERMISSION_CHANGE,
        resource_type="stationuser",
        resource_id=str(link.pk),
        by=by,
        station_id=link.station_id,
        permissions=[CODE],
        details={"user_id": str(link.user_id), **details},
        reason=reason,
    )

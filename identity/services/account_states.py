"""Who may act: suspend, reactivate, deactivate, unlock an account, change its kind (R-5, R-6, AU-16)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import InvalidTransition, NotFound, PermissionDenied
from common.reasons import check_reason
from events.services.publish import publish
from identity.enums import AuditAction, UserRole, UserStatus
from identity.exceptions import LastSuperAdmin
from identity.models import User
from identity.models import UserRole as RoleAssignment
from identity.policies import is_self
from identity.services.accounts import system_role
from identity.services.attempts import clear_lock
from identity.services.audit import audit_log
from identity.services.sessions import cut_off
from identity.services.station_tokens import revoke_station_tokens

NEXT: Mapping[str, tuple[str, ...]] = {
    UserStatus.PENDING: (UserStatus.DEACTIVATED,),
    UserStatus.ACTIVE: (UserStatus.SUSPENDED, UserStatus.DEACTIVATED),
    UserStatus.SUSPENDED: (UserStatus.ACTIVE, UserStatus.DEACTIVATED),
    UserStatus.DEACTIVATED: (),
}
"""Status → where `user.disable` may take it; pending accounts become active by mail or by approval."""


@transaction.atomic
def suspend_user(*, user: User, reason: str, by: Actor, at: datetime) -> User:
    """Stop an account at once: status, tokens, admin sessions; emits user.suspended.

    Raises PermissionDenied (also for oneself), LastSuperAdmin, InvalidTransition.
    """
    locked = locked_for(user, code="user.disable", by=by)
    check_reason(reason)
    _require_move(locked, UserStatus.SUSPENDED)
    _require_other_super_admin(locked)
    _set_status(locked, UserStatus.SUSPENDED)
    cut_off(locked, at=at)
    _record(locked, by=by, code="user.disable", details={"status": "suspended"}, reason=reason)
    publish("user.suspended", subject=locked, by=by, at=at)
    return locked


@transaction.atomic
def reactivate_user(*, user: User, by: Actor, at: datetime) -> User:
    """Let a suspended account act again; emits user.activated."""
    locked = locked_for(user, code="user.disable", by=by)
    _require_move(locked, UserStatus.ACTIVE)
    _set_status(locked, UserStatus.ACTIVE)
    _record(locked, by=by, code="user.disable", details={"status": "active"})
    publish("user.activated", subject=locked, by=by, at=at)
    return locked


@transaction.atomic
def deactivate_user(*, user: User, reason: str, by: Actor, at: datetime) -> User:
    """Hide an account for good; the row stays (AU-16). Raises as `suspend_user` does."""
    locked = locked_for(user, code="user.disable", by=by)
    check_reason(reason)
    _require_move(locked, UserStatus.DEACTIVATED)
    _require_other_super_admin(locked)
    locked.deleted_at, locked.deleted_by_id, locked.delete_reason = at, by.id, reason
    _set_status(locked, UserStatus.DEACTIVATED, "deleted_at", "deleted_by", "delete_reason")
    cut_off(locked, at=at)
    audit_log.record(
        action=AuditAction.DELETE,
        resource_type="user",
        resource_id=str(locked.pk),
        by=by,
        permissions=["user.disable"],
        details={"status": "deactivated"},
        reason=reason,
    )
    publish("user.suspended", subject=locked, by=by, at=at, payload={"status": "deactivated"})
    return locked


@transaction.atomic
def unlock_user(*, user: User, by: Actor) -> User:
    """Forget failed log-ins, lock and lock level (AU-5)."""
    locked = locked_for(user, code="user.disable", by=by)
    clear_lock(locked)
    _record(locked, by=by, code="user.disable", details={"changed": ["locked_until"]})
    return locked


@transaction.atomic
def change_kind(*, user: User, role: str, by: Actor, at: datetime) -> User:
    """Make the account one of another kind: the system roles change places, station tokens die (R-1, R-6)."""
    locked = locked_for(user, code="role.assign", by=by)
    former = locked.role
    if former == role:
        return locked
    if role != UserRole.SUPER_ADMIN:
        _require_other_super_admin(locked)
    locked.role = UserRole(role)
    locked.save(update_fields=["role", "updated_at"])
    RoleAssignment.objects.filter(user=locked, role=system_role(former)).delete()
    RoleAssignment.objects.get_or_create(
        user=locked, role=system_role(role), defaults={"assigned_by_id": by.id}
    )
    revoke_station_tokens(users=[locked.pk], at=at)
    audit_log.record(
        action=AuditAction.ROLE_CHANGE,
        resource_type="user",
        resource_id=str(locked.pk),
        by=by,
        permissions=["role.assign"],
        details={"role": {"old": former, "new": role}},
    )
    return locked


def locked_for(user: User, *, code: str, by: Actor) -> User:
    """Return the account, locked, to somebody else who may change its rights (R-5)."""
    if is_self(by, user) or not by.scope(code).everywhere:
        raise PermissionDenied
    # One change of this kind at a time in the whole house: two owners may be about to suspend each other.
    advisory_xact_locks([lock_key("identity", "super_admins")])
    locked = User.objects.live().select_for_update(no_key=True).filter(pk=user.pk).first()
    if locked is None:
        raise NotFound("There is no such account.")
    return locked


def _require_move(user: User, target: UserStatus) -> None:
    if target not in NEXT[user.status]:
        raise InvalidTransition(from_=user.status, allowed=NEXT[user.status])


def _require_other_super_admin(user: User) -> None:
    if user.role != UserRole.SUPER_ADMIN or not user.is_active:
        return
    others = User.objects.active().filter(role=UserRole.SUPER_ADMIN).exclude(pk=user.pk)
    if not others.exists():
        raise LastSuperAdmin


def _set_status(user: User, status: UserStatus, *more: str) -> None:
    user.status, user.is_active = status, status == UserStatus.ACTIVE
    user.save(update_fields=["status", "is_active", *more, "updated_at"])


def _record(user: User, *, by: Actor, code: str, details: Mapping[str, Any], reason: str = "") -> None:
    audit_log.record(
        action=AuditAction.UPDATE,
        resource_type="user",
        resource_id=str(user.pk),
        by=by,
        permissions=[code],
        details=details,
        reason=reason,
    )

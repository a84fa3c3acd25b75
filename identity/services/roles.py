"""Roles made by people, and who holds which role (R-1, R-5, R-6)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from common.actors import Actor
from common.exceptions import Duplicate, FieldError, InUse, PermissionDenied, ValidationFailed
from identity.enums import AuditAction, UserRole
from identity.models import Permission, Role, RolePermission, User
from identity.models import UserRole as RoleAssignment
from identity.policies import is_self, missing_codes, unknown_codes
from identity.services.audit import audit_log
from identity.services.station_tokens import revoke_station_tokens

CODE = "role.assign"


@transaction.atomic
def create_role(*, name: str, display_name: str, codes: Collection[str], by: Actor, at: datetime) -> Role:
    """Return a new role with these codes; they reach the linked stations of whoever holds it."""
    _require_grantable(codes, by=by)
    if name in UserRole.values or Role.objects.filter(name=name).exists():
        raise Duplicate("There is a role of this name.")
    role = Role.objects.create(name=name, display_name=display_name, created_by_id=by.id)
    _write_codes(role, add=set(codes), remove=set())
    _record(AuditAction.CREATE, role, by=by, details={"name": name, "codes": sorted(codes)})
    del at  # a new role has no holder whose tokens must go
    return role


@transaction.atomic
def set_role_codes(*, role: Role, codes: Collection[str], by: Actor, at: datetime) -> Role:
    """Replace the codes of a role made by people; acts at once, its holders' station tokens die (R-6)."""
    locked = _locked(role, by=by)
    held = set(locked.role_permissions.values_list("permission__code", flat=True))
    wanted = set(codes)
    _require_grantable(wanted - held, by=by)
    _write_codes(locked, add=wanted - held, remove=held - wanted)
    revoke_station_tokens(users=_holders(locked), at=at)
    details = {"added": sorted(wanted - held), "removed": sorted(held - wanted)}
    _record(AuditAction.PERMISSION_CHANGE, locked, by=by, details=details)
    return locked


@transaction.atomic
def set_role_active(*, role: Role, is_active: bool, by: Actor, at: datetime) -> Role:
    """Switch a role made by people on or off for all its holders."""
    locked = _locked(role, by=by)
    locked.is_active = is_active
    locked.save(update_fields=["is_active", "updated_at"])
    revoke_station_tokens(users=_holders(locked), at=at)
    _record(AuditAction.PERMISSION_CHANGE, locked, by=by, details={"is_active": is_active})
    return locked


@transaction.atomic
def delete_role(*, role: Role, reason: str, by: Actor, at: datetime) -> None:
    """Delete a role made by people and take it from its holders."""
    locked = _locked(role, by=by)
    revoke_station_tokens(users=_holders(locked), at=at)
    _record(AuditAction.DELETE, locked, by=by, details={"name": locked.name}, reason=reason)
    locked.delete()


@transaction.atomic
def assign_role(*, user: User, role: Role, by: Actor, at: datetime) -> RoleAssignment:
    """Give an account a further role; the system role of its kind comes and goes with `change_kind` only."""
    _require_other(user, role, by=by)
    codes = role.role_permissions.values_list("permission__code", flat=True)
    _require_grantable(codes, by=by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    assignment, is_new = RoleAssignment.objects.get_or_create(
        user=user, role=role, defaults={"assigned_by_id": by.id}
    )
    if is_new:
        _note_change(user, role, change="assigned", by=by, at=at)
    return assignment


@transaction.atomic
def withdraw_role(*, user: User, role: Role, by: Actor, at: datetime) -> None:
    """Take a further role from an account."""
    _require_other(user, role, by=by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    deleted, _rows = RoleAssignment.objects.filter(user=user, role=role).delete()
    if deleted:
        _note_change(user, role, change="withdrawn", by=by, at=at)


def _locked(role: Role, *, by: Actor) -> Role:
    if not by.scope(CODE).everywhere:
        raise PermissionDenied
    locked = Role.objects.select_for_update().get(pk=role.pk)
    if locked.is_system_role:
        raise InUse("System roles are what the house says they are.")
    return locked


def _require_other(user: User, role: Role, *, by: Actor) -> None:
    if is_self(by, user) or not by.scope(CODE).everywhere:
        raise PermissionDenied
    if role.is_system_role:
        raise InUse("The system role follows the kind of the account.")


def _require_grantable(codes: Iterable[str], *, by: Actor) -> None:
    wanted = set(codes)
    if unknown := unknown_codes(wanted):
        raise ValidationFailed([FieldError("/codes", "unknown", f"Unknown: {', '.join(unknown)}.")])
    if not by.scope(CODE).everywhere or missing_codes(by, wanted, None):
        raise PermissionDenied


def _write_codes(role: Role, *, add: set[str], remove: set[str]) -> None:
    # The row version moves first: whoever reads the codes inside of this transaction keeps them under it.
    role.save(update_fields=["updated_at"])
    role.role_permissions.filter(permission__code__in=remove).delete()
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=permission)
        for permission in Permission.objects.filter(code__in=add)
    )


def _holders(role: Role) -> list[UUID]:
    return list(role.user_roles.values_list("user_id", flat=True))


def _note_change(user: User, role: Role, *, change: str, by: Actor, at: datetime) -> None:
    revoke_station_tokens(users=[user.pk], at=at)
    audit_log.record(
        action=AuditAction.ROLE_CHANGE,
        resource_type="user",
        resource_id=str(user.pk),
        by=by,
        permissions=[CODE],
        details={change: role.name},
    )


def _record(
    action: AuditAction, role: Role, *, by: Actor, details: Mapping[str, Any], reason: str = ""
) -> None:
    audit_log.record(
        action=action,
        resource_type="role",
        resource_id=str(role.pk),
        by=by,
        permissions=[CODE],
        details=details,
        reason=reason,
    )

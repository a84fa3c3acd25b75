"""One change of an account by whoever runs the house: profile, kind, further roles, end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from common.actors import Actor
from common.exceptions import FieldError, NotFound, PermissionDenied, ValidationFailed, VersionConflict
from identity.enums import UserStatus
from identity.models import Role, User
from identity.policies import is_self
from identity.services.account_states import change_kind, deactivate_user
from identity.services.accounts import PROFILE_FIELDS, update_profile
from identity.services.roles import assign_role, withdraw_role
from identity.services.sessions import lock_user

CODE = "user.disable"


@transaction.atomic
def change_account(
    *, user: User, changes: Mapping[str, Any], expected: datetime, by: Actor, at: datetime
) -> User:
    """Make the changes of one request together; `expected` is the `updated_at` that the caller has seen.

    Knows the profile's fields, `role` (the kind), `roles` (names of the further ones, all of them), and
    `status` deactivated with a `reason`. Raises PermissionDenied (also for oneself, R-5), VersionConflict,
    ValidationFailed, LastSuperAdmin, InvalidTransition.
    """
    if is_self(by, user) or not by.scope(CODE).everywhere:
        raise PermissionDenied
    locked = lock_user(user.pk)
    if locked is None or locked.deleted_at is not None:
        raise NotFound("There is no such account.")
    if locked.updated_at != expected:
        raise VersionConflict(current_version=locked.updated_at.isoformat())
    profile = {name: changes[name] for name in PROFILE_FIELDS if name in changes}
    if profile:
        update_profile(user=locked, changes=profile, by=by)
    if "role" in changes:
        change_kind(user=locked, role=changes["role"], by=by, at=at)
    if "roles" in changes:
        _set_further_roles(locked, changes["roles"], by=by, at=at)
    if changes.get("status") == UserStatus.DEACTIVATED:
        deactivate_user(user=locked, reason=changes.get("reason", ""), by=by, at=at)
    locked.refresh_from_db()
    return locked


def _set_further_roles(user: User, names: list[str], *, by: Actor, at: datetime) -> None:
    wanted = {role.name: role for role in Role.objects.filter(name__in=names, is_system_role=False)}
    if unknown := sorted(set(names) - set(wanted)):
        message = f"No roles made by people: {', '.join(unknown)}."
        raise ValidationFailed([FieldError("/roles", "unknown", message)])
    held = {role.name: role for role in Role.objects.filter(user_roles__user=user, is_system_role=False)}
    for name in sorted(set(held) - set(wanted)):
        withdraw_role(user=user, role=held[name], by=by, at=at)
    for name in sorted(set(wanted) - set(held)):
        assign_role(user=user, role=wanted[name], by=by, at=at)

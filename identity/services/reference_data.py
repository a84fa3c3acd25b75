"""Roles and permission codes as rows: what `identity.permissions.MATRIX` says, loaded any number of times."""

from dataclasses import dataclass

from django.db import transaction

from common.db.locks import advisory_xact_locks, lock_key
from identity.enums import UserRole
from identity.models import Permission, Role, RolePermission
from identity.permissions import CODES, MATRIX


@dataclass(frozen=True, slots=True)
class LoadedRoles:
    """How many rows a load added or took away."""

    roles: int
    permissions: int
    grants_added: int
    grants_removed: int


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ").capitalize()


@transaction.atomic
def load_roles() -> LoadedRoles:
    """Bring system roles and permission codes to what the matrix says; other roles are left alone."""
    advisory_xact_locks([lock_key("identity", "reference_data")])
    roles = _load_system_roles()
    permissions = _load_permissions()
    held = set(
        RolePermission.objects.filter(role__is_system_role=True).values_list("role__name", "permission__code")
    )
    wanted = {(role, code) for role, codes in MATRIX.items() for code in codes}
    role_ids = dict(Role.objects.filter(is_system_role=True).values_list("name", "pk"))
    code_ids = dict(Permission.objects.values_list("code", "pk"))
    # Roles whose codes change get a new row version first: it tells every worker to read them anew.
    changed = Role.objects.select_for_update().filter(name__in={role for role, _code in held ^ wanted})
    for role in changed:
        role.save(update_fields=["updated_at"])
    for role_name, code in sorted(held - wanted):
        RolePermission.objects.filter(role__name=role_name, permission__code=code).delete()
    RolePermission.objects.bulk_create(
        RolePermission(role_id=role_ids[role_name], permission_id=code_ids[code])
        for role_name, code in sorted(wanted - held)
    )
    return LoadedRoles(roles, permissions, len(wanted - held), len(held - wanted))


def _load_system_roles() -> int:
    present = set(Role.objects.filter(is_system_role=True).values_list("name", flat=True))
    missing = [role.value for role in UserRole if role.value not in present]
    Role.objects.bulk_create(
        Role(name=name, display_name=_words(name), is_system_role=True) for name in missing
    )
    return len(missing)


def _load_permissions() -> int:
    present = set(Permission.objects.values_list("code", flat=True))
    missing = [code for code in CODES if code not in present]
    Permission.objects.bulk_create(
        Permission(code=code, resource=resource, action=action, display_name=_words(code))
        for code in missing
        for resource, _dot, action in [code.partition(".")]
    )
    return len(missing)

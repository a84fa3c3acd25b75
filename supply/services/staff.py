"""People who work for a supplier: the owner hires and dismisses them."""

from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import NotFound, PermissionDenied
from common.ports import audit_trail
from identity.enums import AuditAction, UserStatus
from identity.services.account_states import deactivate_user
from identity.services.sessions import lock_user
from supply.models import Supplier, SupplierStaff
from supply.policies import ROLE_OF_STAFF, governs
from supply.services.sign_up import EXCHANGE, checked_password_hash, open_account

DISMISSED = "No longer works for any supplier."


def add_staff(
    *, supplier: Supplier, email: str, password: str, staff_role: str, by: Actor, at: datetime
) -> SupplierStaff:
    """Return a new member of the supplier's staff, account included; audited.

    Raises PermissionDenied for all but the owner, EmailTaken, PasswordPolicy.
    """
    _require_owner(by, supplier)
    password_hash = checked_password_hash(email=email, password=password)
    with transaction.atomic():
        user = open_account(email=email, password_hash=password_hash, role=ROLE_OF_STAFF[staff_role], at=at)
        member = SupplierStaff.objects.create(
            user=user, supplier=supplier, staff_role=staff_role, created_at=at
        )
        _record(AuditAction.CREATE, member, by=by)
        return member


@transaction.atomic
def remove_staff(*, member: SupplierStaff, by: Actor, at: datetime) -> None:
    """Take somebody off the supplier's staff; without a place at any supplier the account is deactivated.

    Raises PermissionDenied for all but the owner, NotFound when it has happened already. Audited.
    """
    _require_owner(by, member.supplier)
    user = lock_user(member.user_id)
    deleted, _by_model = SupplierStaff.objects.filter(pk=member.pk).delete()
    if user is None or not deleted:
        raise NotFound
    _record(AuditAction.DELETE, member, by=by)
    is_last = not SupplierStaff.objects.filter(user=user).exists()
    if is_last and user.status != UserStatus.DEACTIVATED:
        deactivate_user(user=user, reason=DISMISSED, by=EXCHANGE, at=at)


def _require_owner(by: Actor, supplier: Supplier) -> None:
    if not governs(by) and by.id != supplier.user_id:
        raise PermissionDenied


def _record(action: AuditAction, member: SupplierStaff, *, by: Actor) -> None:
    audit_trail.get().record(
        action=action,
        resource_type="supplierstaff",
        resource_id=str(member.pk),
        by=by,
        details={
            "supplier_id": str(member.supplier_id),
            "user_id": str(member.user_id),
            "staff_role": member.staff_role,
        },
        reason="Taken off the staff by the supplier." if action == AuditAction.DELETE else "",
    )

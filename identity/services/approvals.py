"""AU-12: applications for a staff account, made by signing in with Google, wait for the owner's word."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import FieldError, InvalidTransition, ValidationFailed
from events.services.publish import publish
from identity.enums import STAFF_ROLES, AuditAction, UserRole, UserStatus
from identity.models import Station, User
from identity.models import UserRole as RoleAssignment
from identity.services.account_states import locked_for
from identity.services.accounts import record_account, system_role
from identity.services.invitations import LINK_ROLE_OF
from identity.services.station_links import LinkTerms, grant_station

CODE = "user.approve"
APPLICANT = {"applied_as": "staff"}
"""What `metadata` says of whoever asked for a staff account."""


@transaction.atomic
def approve_user(
    *,
    user: User,
    by: Actor,
    at: datetime,
    role: str = "",
    stations: Sequence[Station] = (),
    notes: str = "",
) -> User:
    """Let an applicant in, as one of the kind and with links to the stations; emits user.activated.

    Raises PermissionDenied without user.approve or for oneself, InvalidTransition for whoever did not apply,
    ValidationFailed for a kind that is no staff.
    """
    locked = locked_for(user, code=CODE, by=by)
    if locked.status != UserStatus.PENDING or not is_applicant(locked):
        raise InvalidTransition(from_=locked.status, allowed=[], detail="This account waits for no approval.")
    kind = UserRole(role or locked.role)
    if kind not in STAFF_ROLES | {UserRole.CHEF}:
        raise ValidationFailed([FieldError("/role", "invalid", "Must be a kind of staff, or a chef.")])
    if kind != locked.role:
        RoleAssignment.objects.filter(user=locked).delete()
        RoleAssignment.objects.create(user=locked, role=system_role(kind), assigned_by_id=by.id)
    locked.role, locked.status, locked.is_active = kind, UserStatus.ACTIVE, True
    locked.activated_at = locked.approved_at = at
    locked.approved_by_id, locked.approval_notes = by.id, notes or None
    locked.save(
        update_fields=[
            "role",
            "status",
            "is_active",
            "activated_at",
            "approved_at",
            "approved_by",
            "approval_notes",
            "updated_at",
        ]
    )
    if link_role := LINK_ROLE_OF.get(kind):
        for number, station in enumerate(stations):
            terms = LinkTerms(role=link_role, is_primary_station=number == 0)
            grant_station(user=locked, station=station, terms=terms, by=by, at=at)
    record_account(
        AuditAction.UPDATE,
        locked,
        by=by,
        details={"status": "active", "role": str(kind)},
        permissions=[CODE],
    )
    publish("user.activated", subject=locked, by=by, at=at, payload={"role": str(kind)})
    return locked


def is_applicant(user: User) -> bool:
    """Tell whether the account was opened by asking for a staff account."""
    return all(user.metadata.get(name) == value for name, value in APPLICANT.items())

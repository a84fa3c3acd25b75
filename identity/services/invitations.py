"""AU-13, R-7: accounts of staff and chefs begin with a mailed invitation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from common.actors import Actor
from common.exceptions import Duplicate, FieldError, InvalidTransition, PermissionDenied, ValidationFailed
from common.reasons import check_reason
from events.services.publish import publish
from identity.actors import UserActor
from identity.enums import AuditAction, StationRole, StationStatus, UserRole, UserStatus
from identity.models import Station, StationUser, User
from identity.models import UserRole as RoleAssignment
from identity.policies import may_create_account, may_invite_to, may_revoke_invitation
from identity.services.accounts import (
    checked_email,
    checked_phone,
    insert_account,
    record_account,
    system_role,
)
from identity.services.audit import audit_log
from identity.services.change_password import set_password
from identity.services.mails import mail_to
from identity.services.passwords import require_good_password
from identity.services.redeeming import redeem
from identity.services.sessions import lock_user
from identity.services.station_links import LinkTerms, grant_station
from identity.vouchers import Purpose, issue_voucher

DAYS, MAX_DAYS = 7, 30
LINK_ROLE_OF = {
    UserRole.SUPER_ADMIN: StationRole.SUPER_ADMIN,
    UserRole.ADMIN: StationRole.ADMIN,
    UserRole.STATION_MANAGER: StationRole.STATION_ADMIN,
    UserRole.CUSTOMER_SUPPORT: StationRole.CUSTOMER_SUPPORT,
}
"""Kind of account → role of its links; the others work without one: a chef owns rows by e-mail."""


@transaction.atomic
def invite_user(
    *,
    email: str,
    role: str,
    by: Actor,
    at: datetime,
    full_name: str = "",
    phone: str | None = None,
    stations: Sequence[Station] = (),
    days: int = DAYS,
) -> User:
    """Return a pending account with inactive station links, and mail its owner the link to accept by.

    Whoever was invited before and has not accepted is invited anew; the former link is void. Emits
    user.invited. Raises PermissionDenied (R-7; an admin names stations of their own), Duplicate,
    ValidationFailed for wrong words, days outside of 1 to 30, or a closed station.
    """
    if not may_create_account(by, role) or not may_invite_to(by, [station.pk for station in stations]):
        raise PermissionDenied
    _require_sane(days, stations)
    user = User(
        email=checked_email(email),
        role=UserRole(role),
        status=UserStatus.PENDING,
        is_active=False,
        full_name=full_name,
        invited_by_id=by.id,
        invited_at=at,
        invitation_expires_at=at + timedelta(days=days),
    )
    user.phone = checked_phone(phone)
    user.set_unusable_password()
    try:
        insert_account(user, by=by, permissions=["user.invite"])
    except Duplicate:
        user = _invited_again(user, by=by)
    if link_role := LINK_ROLE_OF.get(UserRole(role)):
        for number, station in enumerate(stations):
            terms = LinkTerms(role=link_role, is_active=False, is_primary_station=number == 0)
            grant_station(user=user, station=station, terms=terms, by=by, at=at)
    _mail(user, stations, by=by, at=at)
    return user


@transaction.atomic
def revoke_invitation(*, user: User, reason: str, by: Actor, at: datetime) -> User:
    """Make an invitation void: its link dies, its station links go; the account stays, pending (AU-16).

    Raises PermissionDenied, InvalidTransition unless an invitation is open.
    """
    check_reason(reason)
    locked = lock_user(user.pk)
    if locked is None or not is_invited(locked):
        raise InvalidTransition(from_=user.status, allowed=[], detail="No invitation is open.")
    links = StationUser.objects.filter(user=locked)
    stations = list(links.values_list("station_id", flat=True))
    if not may_revoke_invitation(by, locked, stations):
        raise PermissionDenied
    locked.invitation_expires_at = None
    locked.save(update_fields=["invitation_expires_at", "updated_at"])
    links.delete()
    audit_log.record(
        action=AuditAction.DELETE,
        resource_type="invitation",
        resource_id=str(locked.pk),
        by=by,
        station_id=stations[0] if len(stations) == 1 else None,
        permissions=["user.invite"],
        details={"role": locked.role, "stations": [str(pk) for pk in stations]},
        reason=reason,
    )
    del at  # the end of an invitation has no column of its own
    return locked


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime, full_name: str = "") -> User:
    """Set the password of the invited account and activate it with its links; emits user.activated.

    Raises NotFound, LinkExpired (used, revoked, too old), ValidationFailed (AU-6); the latter leaves it good.
    """
    user = redeem(Purpose.INVITATION, token, at=at)
    user.full_name = full_name or user.full_name
    require_good_password(password, user=user, pointer="/password")
    user.status, user.is_active = UserStatus.ACTIVE, True
    user.activated_at = user.email_verified_at = at
    user.save(
        update_fields=["full_name", "status", "is_active", "activated_at", "email_verified_at", "updated_at"]
    )
    set_password(user, password, at=at)
    by = UserActor(id=user.pk, role=user.role)
    for link in StationUser.objects.filter(user=user, is_active=False):
        link.is_active = True
        link.save(update_fields=["is_active", "updated_at"])
        audit_log.record(
            action=AuditAction.PERMISSION_CHANGE,
            resource_type="stationuser",
            resource_id=str(link.pk),
            by=by,
            station_id=link.station_id,
            details={"user_id": str(user.pk), "is_active": {"old": False, "new": True}},
        )
    record_account(AuditAction.UPDATE, user, by=by, details={"status": "active", "by": "invitation"})
    publish("user.activated", subject=user, by=by, at=at, payload={"role": user.role})
    return user


def is_invited(user: User) -> bool:
    """Tell whether an invitation of the account is open; an old one is, until it is revoked."""
    return user.status == UserStatus.PENDING and user.invitation_expires_at is not None


def _require_sane(days: int, stations: Sequence[Station]) -> None:
    errors = []
    if not 1 <= days <= MAX_DAYS:
        errors.append(FieldError("/expires_in_days", "invalid", f"From 1 to {MAX_DAYS} days."))
    if any(station.status == StationStatus.INACTIVE for station in stations):
        errors.append(FieldError("/station_ids", "invalid", "A station is closed."))
    if errors:
        raise ValidationFailed(errors)


def _invited_again(wanted: User, *, by: Actor) -> User:
    """Give the account of a former invitation the words of the new one; Duplicate for any other account."""
    user = User.objects.select_for_update(no_key=True).get(email=wanted.email)
    pending = user.status == UserStatus.PENDING and user.invited_at is not None
    if not pending or user.email_verified_at is not None or not may_create_account(by, user.role):
        raise Duplicate("There is an account with this e-mail.")
    stations = list(StationUser.objects.filter(user=user).values_list("station_id", flat=True))
    if is_invited(user) and not may_revoke_invitation(by, user, stations):
        raise Duplicate("There is an account with this e-mail.")
    StationUser.objects.filter(user=user).delete()
    if user.role != wanted.role:
        RoleAssignment.objects.filter(user=user).delete()
        RoleAssignment.objects.create(user=user, role=system_role(wanted.role), assigned_by_id=by.id)
    user.role, user.full_name = wanted.role, wanted.full_name or user.full_name
    user.invited_by_id, user.invited_at = wanted.invited_by_id, wanted.invited_at
    user.invitation_expires_at = wanted.invitation_expires_at
    user.save(
        update_fields=[
            "role",
            "full_name",
            "invited_by",
            "invited_at",
            "invitation_expires_at",
            "updated_at",
        ]
    )
    record_account(
        AuditAction.UPDATE,
        user,
        by=by,
        details={"invited_again": str(user.role)},
        permissions=["user.invite"],
    )
    return user


def _mail(user: User, stations: Sequence[Station], *, by: Actor, at: datetime) -> None:
    expires_at = user.invitation_expires_at or at
    token = issue_voucher(Purpose.INVITATION, user, at=at, lifetime=expires_at - at)
    until = f"{expires_at:%Y-%m-%d %H:%M} UTC"
    publish(
        "user.invited",
        subject=user,
        by=by,
        at=at,
        payload={"role": user.role, "stations": [str(station.pk) for station in stations]},
        deliveries=[mail_to(user, "account_invitation", at=at, token=token, until=until)],
    )

"""Accounts: make one, change what they say about a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from common.actors import Actor
from common.crypto.normalize import normalize_email, normalize_phone
from common.exceptions import Duplicate, FieldError, NotFound, PermissionDenied, ValidationFailed
from events.services.publish import publish
from identity.enums import AuditAction, UserRole, UserStatus
from identity.models import Role, User
from identity.models import UserRole as RoleAssignment
from identity.policies import is_self, may_create_account, vouches_for_emails
from identity.services.audit import audit_log
from identity.services.passwords import require_good_password
from identity.services.sessions import lock_user

PROFILE_FIELDS = ("full_name", "phone", "avatar_url")
EMAIL_LENGTH = 255


def create_user(
    *,
    email: str,
    role: str,
    by: Actor,
    at: datetime,
    password: str | None = None,
    password_hash: str | None = None,
    full_name: str = "",
    phone: str | None = None,
    is_verified: bool = True,
) -> User:
    """Return a new active account with the system role of its kind (R-1); emits user.activated.

    Without a password nobody can log in by one; a caller with a policy of its own gives the hash of one that
    it has checked. The e-mail counts as verified only on the word of somebody whose word counts
    (`vouches_for_emails`). Raises PermissionDenied (R-7), Duplicate for a taken e-mail,
    ValidationFailed for a wrong e-mail, phone or password.
    """
    if not may_create_account(by, role):
        raise PermissionDenied
    user = User(
        email=checked_email(email),
        role=UserRole(role),
        status=UserStatus.ACTIVE,
        full_name=full_name,
        email_verified_at=at if is_verified and vouches_for_emails(by) else None,
        activated_at=at,
    )
    user.phone = checked_phone(phone)
    user.set_unusable_password()
    if password is not None:
        require_good_password(password, user=user, pointer="/password")
        password_hash = make_password(password)
    if password_hash is not None:
        user.password, user.password_changed_at = password_hash, at
    with transaction.atomic():
        insert_account(user, by=by, permissions=["user.invite"])
        publish("user.activated", subject=user, by=by, at=at, payload={"role": role})
    return user


def insert_account(user: User, *, by: Actor, permissions: Sequence[str] = ()) -> None:
    """Insert a new account with the system role of its kind (R-1), audited; raises Duplicate.

    The e-mail is checked before: a refusal of the table leaves the caller's transaction usable.
    """
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            RoleAssignment.objects.create(user=user, role=system_role(user.role), assigned_by_id=by.id)
            record_account(
                AuditAction.CREATE, user, by=by, details={"role": str(user.role)}, permissions=permissions
            )
    except IntegrityError as error:
        if "uq_users_email" in str(error):
            raise Duplicate("There is an account with this e-mail.") from error
        raise


@transaction.atomic
def update_profile(*, user: User, changes: Mapping[str, Any], by: Actor) -> User:
    """Change name, phone or picture of an account; audited by field name (P-7)."""
    locked = lock_user(user.pk)
    if locked is None:
        raise NotFound
    changed = [name for name in PROFILE_FIELDS if name in changes]
    for name in changed:
        value = changes[name]
        setattr(locked, name, checked_phone(value) if name == "phone" else value)
    if changed:
        locked.save(update_fields=[*changed, "updated_at"])
        record_account(AuditAction.UPDATE, locked, by=by, details={"changed": changed})
    return locked


@transaction.atomic
def confirm_email(*, user: User, by: Actor, at: datetime) -> User:
    """Note that the account's e-mail is its owner's, which opens the rows of that address; audited.

    Raises PermissionDenied unless the actor's word counts, also for oneself.
    """
    if is_self(by, user) or not vouches_for_emails(by):
        raise PermissionDenied
    locked = lock_user(user.pk)
    if locked is None:
        raise NotFound
    if locked.email_verified_at is None:
        locked.email_verified_at = at
        locked.save(update_fields=["email_verified_at", "updated_at"])
        record_account(
            AuditAction.UPDATE,
            locked,
            by=by,
            details={"changed": ["email_verified_at"]},
            permissions=["role.assign"],
        )
    return locked


def system_role(name: str) -> Role:
    """Return the system role of an account kind; reference data must be loaded."""
    return Role.objects.get(name=name, is_system_role=True)


def checked_email(email: str) -> str:
    """Return the e-mail in the spelling of log-in names; raises ValidationFailed."""
    normalized = normalize_email(email)
    try:
        validate_email(normalized)
    except ValidationError:
        raise ValidationFailed([FieldError("/email", "invalid", "Enter an e-mail address.")]) from None
    if len(normalized) > EMAIL_LENGTH:
        raise ValidationFailed([FieldError("/email", "max_length", f"At most {EMAIL_LENGTH} characters.")])
    return normalized


def checked_phone(phone: str | None) -> str | None:
    """Return the phone number in E.164, None for none; raises ValidationFailed."""
    if not phone:
        return None
    try:
        return normalize_phone(phone)
    except ValueError:
        raise ValidationFailed([FieldError("/phone", "invalid", "Enter a phone number.")]) from None


def record_account(
    action: AuditAction,
    user: User,
    *,
    by: Actor,
    details: Mapping[str, Any],
    permissions: Sequence[str] = (),
) -> None:
    """Audit what was done to an account (P-7)."""
    audit_log.record(
        action=action,
        resource_type="user",
        resource_id=str(user.pk),
        by=by,
        permissions=permissions,
        details=details,
    )

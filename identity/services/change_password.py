from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common.actors import Actor
from identity.enums import AuditAction
from identity.exceptions import TokenInvalid
from identity.models import User
from identity.services.attempts import count_attempt
from identity.services.audit import audit_log
from identity.services.log_in import check_counted
from identity.services.passwords import require_good_password
from identity.services.sessions import TokenPair, cut_off, lock_user, start_session


def change_password(
    *, user: User, current_password: str, new_password: str, by: Actor, at: datetime
) -> TokenPair:
    """Replace the password, log out everywhere and return the tokens of a fresh log-in (AU-2, AU-6).

    A wrong current password counts as a failed log-in: InvalidCredentials, AccountLocked. A weak new one
    raises ValidationFailed.
    """
    attempt = count_attempt(email=user.email, at=at)
    check_counted(attempt, current_password)
    with transaction.atomic():
        locked = lock_user(user.pk)
        if locked is None:
            raise TokenInvalid
        require_good_password(new_password, user=locked, pointer="/new_password")
        set_password(locked, new_password, at=at)
        audit_log.record(
            action=AuditAction.UPDATE,
            resource_type="user",
            resource_id=str(locked.pk),
            by=by,
            details={"changed": ["password"]},
        )
        return start_session(user=locked, at=at)


def set_password(user: User, password: str, *, at: datetime) -> None:
    """Write a checked password to a locked account and kill its tokens."""
    user.password, user.password_changed_at = make_password(password), at
    user.save(update_fields=["password", "password_changed_at", "updated_at"])
    cut_off(user, at=at)

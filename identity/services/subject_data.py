"""The account's part of a person's data (P-5, P-6, AU-16): log-ins go, the row stays under another name."""

from collections.abc import Sequence

from django.db.models import QuerySet

from events.subjects import ERASED, Erasing, Moment, Overwrite, Remove, Subject, SubjectTable, gone, sealed
from identity.enums import UserRole, UserStatus
from identity.models import OAuthAccount, RefreshToken, User
from identity.services.station_tokens import revoke_station_tokens


def _accounts(subject: Subject) -> QuerySet[User]:
    return User.objects.filter(pk__in=subject.accounts, role=UserRole.CUSTOMER)


def _sign_ins(subject: Subject) -> QuerySet[OAuthAccount]:
    return OAuthAccount.objects.filter(user__in=_accounts(subject))


def _log_ins(subject: Subject) -> QuerySet[RefreshToken]:
    return RefreshToken.objects.filter(user__in=_accounts(subject))


def _close(user: User, erasing: Erasing) -> Sequence[str]:
    """Deactivate the account for good and give its e-mail address away."""
    user.email, user.full_name = f"erased-{user.pk}@invalid", ERASED
    user.status, user.is_active = UserStatus.DEACTIVATED, False
    user.email_verified_at, user.mfa_enabled = None, False
    user.set_unusable_password()
    user.tokens_valid_after = max(erasing.at, user.tokens_valid_after or erasing.at)
    if user.deleted_at is None:
        user.deleted_at, user.deleted_by_id = erasing.at, erasing.by.id
    user.delete_reason = ERASED
    revoke_station_tokens(users=[user.pk], at=erasing.at)
    return (
        "email",
        "full_name",
        "status",
        "is_active",
        "email_verified_at",
        "mfa_enabled",
        "password",
        "tokens_valid_after",
        "deleted_at",
        "deleted_by",
        "delete_reason",
    )


SUBJECT_TABLES = (
    SubjectTable(model=OAuthAccount, rows=_sign_ins, erase=Remove()),
    SubjectTable(model=RefreshToken, rows=_log_ins, erase=Remove()),
    SubjectTable(
        model=User,
        rows=_accounts,
        erase=Overwrite(
            values={
                "avatar_url": gone,
                "phone": sealed,
                "approval_notes": gone,
                "last_login_ip_hash": gone,
                "mfa_secret": gone,
                "mfa_backup_codes": gone,
                "mfa_last_step": gone,
            },
            then=_close,
        ),
        moments=(
            Moment(at="created_at", what="account.opened"),
            Moment(at="deleted_at", what="account.closed"),
        ),
    ),
)

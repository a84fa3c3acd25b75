from collections.abc import Iterable
from typing import ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from common.crypto.fields import BlindIndexField, EncryptedJSONField, EncryptedPhoneField, EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.enums import STAFF_ROLES, AuthProvider, UserRole, UserStatus


class UserQuerySet(models.QuerySet["User"]):
    def live(self) -> "UserQuerySet":
        """Accounts that are not hidden by a soft delete."""
        return self.filter(deleted_at__isnull=True)

    def active(self) -> "UserQuerySet":
        """Accounts that may act: live and of status active."""
        return self.live().filter(is_active=True)


class UserManager(BaseUserManager["User"]):
    """Django's account look-ups (natural keys) and the reads of `UserQuerySet`."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def live(self) -> UserQuerySet:
        return self.get_queryset().live()

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()


class User(AbstractBaseUser, SoftDeleteModel, TimestampedModel):
    """An account that can log in; its e-mail address is the log-in name and is never used twice.

    Rights come from `identity.selectors.actor_for`; Django's permission names are mapped to permission codes.
    """

    email = models.EmailField(
        max_length=255, help_text="Log-in name, in lower case; it never goes to a second account."
    )
    password = models.CharField(
        max_length=255,
        db_column="password_hash",
        help_text="Salted hash of the password; the password itself is not stored.",
    )
    full_name = models.CharField(
        max_length=255,
        default="",
        db_default="",
        blank=True,
        help_text="First and last name; blank while unknown.",
    )
    avatar_url = models.URLField(
        max_length=500, null=True, blank=True, help_text="Web address of the profile picture; empty: none."
    )
    phone = EncryptedPhoneField(
        null=True, blank=True, help_text="Phone number with country code, stored encrypted; empty: not given."
    )
    role = EnumField(
        UserRole,
        default=UserRole.CUSTOMER,
        help_text="Kind of the account; it brings the rights of the system role of that name.",
    )
    status = EnumField(
        UserStatus,
        default=UserStatus.ACTIVE,
        help_text="Whether the account waits, works, is barred or is closed; only active ones may log in.",
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="True exactly while the status is active."
    )
    auth_provider = EnumField(
        AuthProvider,
        default=AuthProvider.EMAIL,
        help_text="How the account was first opened: with a password or through a sign-in provider.",
    )
    email_verified_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the owner proved that the e-mail address is theirs; empty: not yet.",
    )
    password_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the password was last set; empty: never."
    )
    activated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the account first became active; empty: not yet."
    )
    last_activity_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the account last used the system, exact to five minutes; empty: never.",
    )
    last_login = models.DateTimeField(
        null=True,
        blank=True,
        db_column="last_login_at",
        help_text="When the owner last logged in; empty: never.",
    )
    last_login_ip_hash = BlindIndexField(
        kind="ip",
        help_text="Keyed hash of the network address of the last log-in; the address is not stored.",
    )
    tokens_valid_after = models.DateTimeField(
        null=True, blank=True, help_text="Log-ins made before this instant no longer count; empty: all count."
    )
    failed_login_attempts = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Failed log-ins in a row since the last success or lock; the fifth locks.",
    )
    lockout_level = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="How many locks followed each other within 24 hours; each lasts longer.",
    )
    locked_until = models.DateTimeField(
        null=True, blank=True, help_text="Log-in is refused until this instant; empty or past: not locked."
    )
    last_locked_at = models.DateTimeField(
        null=True, blank=True, help_text="When failed log-ins last locked the account; empty: never."
    )
    mfa_enabled = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether log-in asks for a code of an authenticator app too.",
    )
    mfa_secret = EncryptedTextField(
        null=True,
        blank=True,
        help_text="Secret shared with the authenticator app, stored encrypted; empty: none set up.",
    )
    mfa_backup_codes = EncryptedJSONField(
        null=True,
        blank=True,
        help_text="Unused single-use codes that stand in for the app, stored encrypted; empty: none.",
    )
    mfa_last_step = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Number of the 30-second step of the last accepted code; none is taken twice.",
    )
    invited_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_invited_by",
        help_text="Who invited the owner of the account; empty: opened without an invitation.",
    )
    invited_at = models.DateTimeField(
        null=True, blank=True, help_text="When the invitation was sent; empty: opened without one."
    )
    invitation_expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when the invitation can be accepted; empty: there is none."
    )
    approved_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_approved_by",
        help_text="Who approved the application for a staff account; empty: nobody.",
    )
    approved_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the application for a staff account was approved; empty: not approved.",
    )
    approval_notes = models.TextField(
        null=True,
        blank=True,
        help_text="Remarks on the decision about the application, for staff only; empty: none.",
    )
    settings = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Preferences of the account as JSON; {} means the defaults.",
    )
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Facts about the account that have no column of their own, as JSON.",
    )

    privacy = Classification(
        public="role status is_active auth_provider email_verified_at password_changed_at activated_at "
        "last_activity_at last_login tokens_valid_after failed_login_attempts lockout_level locked_until "
        "last_locked_at mfa_enabled mfa_last_step invited_by invited_at invitation_expires_at approved_by "
        "approved_at settings metadata",
        personal="email full_name avatar_url phone last_login_ip_hash approval_notes delete_reason",
        secret="password mfa_secret mfa_backup_codes",  # noqa: S106 -- names of fields
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = table("identity", "users")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="uq_users_email"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="ck_users_email_lower"),
            models.CheckConstraint(
                condition=Q(is_active=True, status=UserStatus.ACTIVE)
                | (Q(is_active=False) & ~Q(status=UserStatus.ACTIVE)),
                name="ck_users_active_status",
            ),
            models.CheckConstraint(
                condition=Q(mfa_enabled=False) | Q(mfa_secret__isnull=False), name="ck_users_mfa"
            ),
        ]
        indexes = [
            models.Index(fields=["role", "status"], name="ix_users_role_status"),
            models.Index(fields=["status", "created_at"], name="ix_users_status_created"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {str(self.pk)[-8:]}"

    @property
    def is_staff(self) -> bool:
        """Tell whether the account may enter the admin."""
        return self.role in STAFF_ROLES

    @property
    def is_superuser(self) -> bool:
        return bool(self.role == UserRole.SUPER_ADMIN)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Answer Django's admin; the backends translate its permission names to codes."""
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in auth.get_backends())

    def has_perms(self, perms: Iterable[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the account may see anything of an app in the admin."""
        return self.is_active and any(
            backend.has_module_perms(self, app_label)
            for backend in auth.get_backends()
            if hasattr(backend, "has_module_perms")
        )

    def get_full_name(self) -> str:
        """Return the name to greet the account's owner by; personal."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Sessions die with a new password and, beyond Django, with every "log out everywhere" (AU-2).
        cutoff = self.tokens_valid_after.isoformat() if self.tokens_valid_after else ""
        return salted_hmac(
            "identity.User.session", f"{self.password}|{cutoff}", secret=secret, algorithm="sha256"
        ).hexdigest()

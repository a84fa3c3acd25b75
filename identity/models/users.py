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
    """An account; its e-mail is the login name and is never used twice.

    Rights come from `identity.selectors.actor_for`; Django's permission names are mapped to permission codes.
    """

    email = models.EmailField(max_length=255)
    password = models.CharField(max_length=255, db_column="password_hash")
    full_name = models.CharField(max_length=255, default="", db_default="", blank=True)
    avatar_url = models.URLField(max_length=500, null=True, blank=True)
    phone = EncryptedPhoneField(null=True, blank=True)
    role = EnumField(UserRole, default=UserRole.CUSTOMER)
    status = EnumField(UserStatus, default=UserStatus.ACTIVE)
    is_active = models.BooleanField(default=True, db_default=True)
    auth_provider = EnumField(AuthProvider, default=AuthProvider.EMAIL)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    last_login = models.DateTimeField(null=True, blank=True, db_column="last_login_at")
    last_login_ip_hash = BlindIndexField(kind="ip")
    tokens_valid_after = models.DateTimeField(null=True, blank=True)
    failed_login_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lockout_level = models.PositiveSmallIntegerField(default=0, db_default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    last_locked_at = models.DateTimeField(null=True, blank=True)
    mfa_enabled = models.BooleanField(default=False, db_default=False)
    mfa_secret = EncryptedTextField(null=True, blank=True)
    mfa_backup_codes = EncryptedJSONField(null=True, blank=True)
    mfa_last_step = models.BigIntegerField(null=True, blank=True)
    invited_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_invited_by",
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    invitation_expires_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_approved_by",
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_notes = models.TextField(null=True, blank=True)
    settings = models.JSONField(default=dict, db_default={}, blank=True)
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

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

from django.conf import settings as django_settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from common.db import table
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification


class Role(TimestampedModel):
    """A named set of rights that accounts are given.

    The system roles are those of `identity.permissions.MATRIX` (R-1). `updated_at` moves with every change of
    the role's codes: caches compare the row version.
    """

    name = models.CharField(
        max_length=100, help_text="Unique short name that programs use; those of system roles never change."
    )
    display_name = models.CharField(max_length=100, help_text="Name shown to people.")
    description = models.TextField(
        null=True, blank=True, help_text="What the role is for; empty: nothing said."
    )
    is_system_role = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the role comes with the system: it can be neither renamed nor deleted.",
    )
    is_active = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether the role gives its rights; switched off, it gives none.",
    )
    settings = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Further settings of the role as JSON; {} means none.",
    )
    created_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_created_by",
        help_text="Who made the role; empty for system roles.",
    )

    privacy = Classification(
        public="name display_name description is_system_role is_active settings created_by"
    )

    class Meta:
        db_table = table("identity", "roles")
        constraints = [models.UniqueConstraint(fields=["name"], name="uq_roles_name")]

    def __str__(self) -> str:
        return self.display_name


class Permission(CreatedModel):
    """One right that roles are made of, such as booking.read; loaded with the system."""

    code = models.CharField(
        max_length=100, help_text="The right in full: resource, a dot, action, such as booking.read."
    )
    resource = models.CharField(
        max_length=50, help_text="What the right is about, such as booking; the part before the dot."
    )
    action = models.CharField(
        max_length=50, help_text="What may be done with it, such as read; the part after the dot."
    )
    display_name = models.CharField(max_length=100, help_text="Name shown to people.")
    description = models.TextField(
        null=True, blank=True, help_text="What the right allows; empty: the name says it."
    )

    privacy = Classification(public="code resource action display_name description")

    class Meta:
        db_table = table("identity", "permissions")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="uq_permissions_code"),
            models.CheckConstraint(
                condition=Q(code=Concat(F("resource"), Value("."), F("action"))), name="ck_permissions_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RolePermission(CreatedModel):
    """One right of one role."""

    role = models.ForeignKey(
        Role,
        on_delete=models.CASCADE,
        related_name="role_permissions",
        db_index=False,
        help_text="Role that has the right.",
    )
    permission = models.ForeignKey(
        Permission,
        on_delete=models.CASCADE,
        related_name="role_permissions",
        help_text="Right that the role gives.",
    )

    privacy = Classification(public="role permission")

    class Meta:
        db_table = table("identity", "role_permissions")
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="uq_role_permissions")]


class UserRole(CreatedModel):
    """A role given to an account, beside the rights it has at single stations."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="user_roles",
        db_index=False,
        help_text="Account that has the role.",
    )
    role = models.ForeignKey(
        Role, on_delete=models.CASCADE, related_name="user_roles", help_text="Role that the account has."
    )
    assigned_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_by",
        help_text="Who gave the role; empty for the system.",
    )

    privacy = Classification(public="user role assigned_by")

    class Meta:
        db_table = table("identity", "user_roles")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="uq_user_roles")]

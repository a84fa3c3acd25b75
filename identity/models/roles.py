from django.conf import settings as django_settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from common.db import table
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification


class Role(TimestampedModel):
    """A named set of permission codes; the system roles are those of `identity.permissions.MATRIX` (R-1).

    `updated_at` moves with every change of the role's codes: caches compare the row version.
    """

    name = models.CharField(max_length=100)
    display_name = models.CharField(max_length=100)
    description = models.TextField(null=True, blank=True)
    is_system_role = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True, db_default=True)
    settings = models.JSONField(default=dict, db_default={}, blank=True)
    created_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_created_by",
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
    """A permission code `resource.action`, reference data."""

    code = models.CharField(max_length=100)
    resource = models.CharField(max_length=50)
    action = models.CharField(max_length=50)
    display_name = models.CharField(max_length=100)
    description = models.TextField(null=True, blank=True)

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
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="role_permissions", db_index=False)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, related_name="role_permissions")

    privacy = Classification(public="role permission")

    class Meta:
        db_table = table("identity", "role_permissions")
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="uq_role_permissions")]


class UserRole(CreatedModel):
    """An assignment of a role to an account."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="user_roles", db_index=False
    )
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="user_roles")
    assigned_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_by",
    )

    privacy = Classification(public="user role assigned_by")

    class Meta:
        db_table = table("identity", "user_roles")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="uq_user_roles")]

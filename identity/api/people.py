"""Bodies and answers about accounts, roles, invitations and links."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from common.api.serializers import ReasonField, StrictSerializer
from common.crypto.mask import mask_email
from identity.enums import STAFF_ROLES, AuthProvider, StationRole, UserRole, UserStatus
from identity.models import Role, StationUser, User
from identity.permissions import CODES
from identity.services.invitations import DAYS, MAX_DAYS

EMAIL_LENGTH = 255
MAX_STATIONS = 100
APPROVED_KINDS = sorted(STAFF_ROLES | {UserRole.CHEF})


class AccountApprovalInput(StrictSerializer):
    role = serializers.ChoiceField(APPROVED_KINDS, required=False, help_text="Default: as applied.")
    station_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=MAX_STATIONS, required=False, help_text="Stations to link."
    )
    notes = serializers.CharField(max_length=2_000, required=False)


class AccountChangesInput(StrictSerializer):
    """Only what is sent is changed."""

    full_name = serializers.CharField(max_length=255, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=32, allow_null=True, required=False)
    avatar_url = serializers.URLField(max_length=500, allow_null=True, required=False)
    role = serializers.ChoiceField(UserRole.choices, required=False, help_text="Kind of the account.")
    roles = serializers.ListField(
        child=serializers.CharField(max_length=100),
        max_length=100,
        required=False,
        help_text="Names of all further roles, those made by people.",
    )
    status = serializers.ChoiceField(
        [UserStatus.DEACTIVATED.value], required=False, help_text="Closes the account for good."
    )
    reason = ReasonField(required=False, help_text="Needed to close it.")


class InvitationInput(StrictSerializer):
    email = serializers.EmailField(max_length=EMAIL_LENGTH)
    role = serializers.ChoiceField(UserRole.choices)
    full_name = serializers.CharField(max_length=255, allow_blank=True, required=False)
    station_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=MAX_STATIONS, required=False
    )
    expires_in_days = serializers.IntegerField(min_value=1, max_value=MAX_DAYS, default=DAYS)


class StationLinkInput(StrictSerializer):
    """Who works at the station, and as what."""

    user_id = serializers.UUIDField()
    role = serializers.ChoiceField(StationRole.choices, default=StationRole.CUSTOMER_SUPPORT)
    additional_permissions = serializers.ListField(
        child=serializers.ChoiceField(CODES), max_length=len(CODES), required=False
    )
    expires_at = serializers.DateTimeField(allow_null=True, required=False)
    is_active = serializers.BooleanField(default=True)
    is_primary_station = serializers.BooleanField(default=False)


class LinkChangesInput(StrictSerializer):
    """Only what is sent is changed."""

    role = serializers.ChoiceField(StationRole.choices, required=False)
    additional_permissions = serializers.ListField(
        child=serializers.ChoiceField(CODES), max_length=len(CODES), required=False
    )
    expires_at = serializers.DateTimeField(allow_null=True, required=False)
    is_active = serializers.BooleanField(required=False)
    is_primary_station = serializers.BooleanField(required=False)


class UserLinkOutput(serializers.Serializer[StationUser]):
    examples: ClassVar[Mapping[str, Any]] = {"station_code": "ST-FREMONT-001"}

    station_id = serializers.UUIDField()
    station_code = serializers.CharField(source="station.code")
    role = serializers.ChoiceField(StationRole.choices)
    is_active = serializers.BooleanField()
    expires_at = serializers.DateTimeField(allow_null=True)


class UserRow(serializers.Serializer[User]):
    """An account in a list: the e-mail is masked (P-3)."""

    id = serializers.UUIDField()
    email = serializers.SerializerMethodField()
    full_name = serializers.CharField()
    role = serializers.ChoiceField(UserRole.choices)
    status = serializers.ChoiceField(UserStatus.choices)
    auth_provider = serializers.ChoiceField(AuthProvider.choices)
    mfa_enabled = serializers.BooleanField()
    is_email_verified = serializers.SerializerMethodField()
    locked_until = serializers.DateTimeField(allow_null=True)
    last_login_at = serializers.DateTimeField(source="last_login", allow_null=True)
    roles = serializers.SerializerMethodField(help_text="Names, the system role of the kind among them.")
    stations = UserLinkOutput(source="station_users", many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_email(self, user: User) -> str:
        return mask_email(user.email)

    def get_is_email_verified(self, user: User) -> bool:
        return user.email_verified_at is not None

    def get_roles(self, user: User) -> list[str]:
        return sorted(assignment.role.name for assignment in user.user_roles.all())


class UserDetail(UserRow):
    """An account in clear text."""

    phone = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)
    activated_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField(allow_null=True)
    invited_at = serializers.DateTimeField(allow_null=True)
    invitation_expires_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    approval_notes = serializers.CharField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)

    def get_email(self, user: User) -> str:
        return user.email


class RoleOutput(serializers.Serializer[Role]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    display_name = serializers.CharField()
    is_system_role = serializers.BooleanField()
    is_active = serializers.BooleanField()
    codes = serializers.SerializerMethodField()

    def get_codes(self, role: Role) -> list[str]:
        return sorted(held.permission.code for held in role.role_permissions.all())


class InvitationOutput(serializers.Serializer[User]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    role = serializers.ChoiceField(UserRole.choices)
    invited_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="invitation_expires_at")
    station_ids = serializers.SerializerMethodField()

    def get_station_ids(self, user: User) -> list[str]:
        return sorted(str(pk) for pk in user.station_users.values_list("station_id", flat=True))


class LinkOutput(serializers.Serializer[StationUser]):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    full_name = serializers.CharField(source="user.full_name")
    user_role = serializers.ChoiceField(UserRole.choices, source="user.role")
    role = serializers.ChoiceField(StationRole.choices)
    additional_permissions = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()
    is_primary_station = serializers.BooleanField()
    assigned_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AuditOutput(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {
        "actor_label": "Ann Lee",
        "action": "booking.reveal",
        "resource_type": "booking",
        "user_role": "station_manager",
        "error_message": "Not found",
    }

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    station_id = serializers.UUIDField(allow_null=True, help_text="Null: it concerns the company.")
    user_id = serializers.UUIDField(allow_null=True)
    actor_label = serializers.CharField(allow_null=True)
    user_role = serializers.CharField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    action = serializers.CharField()
    resource_type = serializers.CharField(allow_null=True)
    resource_id = serializers.CharField(allow_null=True)
    permissions_used = serializers.ListField(child=serializers.CharField())
    details = serializers.DictField()
    reason = serializers.CharField(allow_null=True)
    success = serializers.BooleanField()
    error_message = serializers.CharField(allow_null=True)
    request_id = serializers.CharField(allow_null=True)


class AuditExportInput(StrictSerializer):
    """Without bounds: everything within reach."""

    start = serializers.DateTimeField(required=False, help_text="From this instant on.")
    end = serializers.DateTimeField(required=False, help_text="Before this instant.")
    station_id = serializers.UUIDField(required=False)

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api.serializers import StrictSerializer
from identity.enums import StationRole, StationStatus, UserRole, UserStatus
from identity.models import Station
from identity.selectors.station_settings import WEEKDAYS, station_settings
from identity.services.passwords import MAXIMUM

EMAIL_LENGTH = 255
TOKEN_LENGTH = 2_000
CODE_LENGTH = 32


class LogInInput(StrictSerializer):
    email = serializers.EmailField(max_length=EMAIL_LENGTH)
    password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)


class RefreshInput(StrictSerializer):
    refresh = serializers.CharField(max_length=TOKEN_LENGTH)


class InvitationAcceptInput(StrictSerializer):
    token = serializers.CharField(max_length=TOKEN_LENGTH, help_text="Of the mailed link; works once.")
    password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)
    full_name = serializers.CharField(max_length=255, required=False)


class EmailInput(StrictSerializer):
    email = serializers.EmailField(max_length=EMAIL_LENGTH)


class LinkInput(StrictSerializer):
    token = serializers.CharField(max_length=TOKEN_LENGTH, help_text="Of the mailed link; works once.")


class NewPasswordInput(LinkInput):
    password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)


class RegisterInput(StrictSerializer):
    email = serializers.EmailField(max_length=EMAIL_LENGTH)
    password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)
    full_name = serializers.CharField(max_length=255, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=32, allow_null=True, required=False)


class PasswordChangeInput(StrictSerializer):
    current_password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)
    new_password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)


class StationTokenInput(StrictSerializer):
    station_id = serializers.UUIDField()


class ProfileInput(StrictSerializer):
    """Only what is sent is changed; null takes phone or picture away."""

    full_name = serializers.CharField(max_length=255, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=32, allow_null=True, required=False)
    avatar_url = serializers.URLField(max_length=500, allow_null=True, required=False)


class TokenPairOutput(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")


class AccountOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    role = serializers.ChoiceField(UserRole.choices)


class LogInOutput(serializers.Serializer[Any]):
    """Tokens; while a one-time code is due, all of them are null and `mfa_token` is there (AU-9)."""

    access = serializers.CharField(source="tokens.access", default=None, allow_null=True)
    refresh = serializers.CharField(source="tokens.refresh", default=None, allow_null=True)
    token_type = serializers.CharField(source="tokens.token_type", default=None, allow_null=True)
    expires_in = serializers.IntegerField(
        source="tokens.expires_in",
        default=None,
        allow_null=True,
        help_text="Seconds until the access token expires.",
    )
    mfa_required = serializers.BooleanField()
    mfa_token = serializers.CharField(
        allow_null=True, help_text="For /auth/mfa/verify, with a one-time code; 5 minutes."
    )
    user = AccountOutput()


class MfaVerifyInput(StrictSerializer):
    mfa_token = serializers.CharField(max_length=TOKEN_LENGTH)
    code = serializers.CharField(max_length=CODE_LENGTH, help_text="Of the app, or a backup code.")


class MfaEnableInput(StrictSerializer):
    code = serializers.CharField(max_length=CODE_LENGTH, help_text="Of the app that has the secret.")


class MfaDisableInput(StrictSerializer):
    password = serializers.CharField(max_length=MAXIMUM, trim_whitespace=False)
    code = serializers.CharField(max_length=CODE_LENGTH, help_text="Of the app, or a backup code.")


class EnrolmentOutput(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {
        "secret": "JBSWY3DPEHPK3PXP",
        "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    }

    secret = serializers.CharField(help_text="Base32, for typing it in.")
    otpauth_uri = serializers.CharField()
    qr_svg = serializers.CharField(help_text="The address as an inline SVG element.")


class BackupCodesOutput(serializers.Serializer[Any]):
    backup_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Each stands in for the app once; shown this once."
    )


class SessionOutput(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {"user_agent": "Mozilla/5.0"}

    id = serializers.UUIDField(source="family_id")
    started_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="When its tokens were last renewed.")
    expires_at = serializers.DateTimeField()
    user_agent = serializers.CharField(allow_null=True)
    is_current = serializers.BooleanField(help_text="Whether this request belongs to it.")


class StationProfileOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    display_name = serializers.CharField()
    timezone = serializers.CharField()
    role = serializers.ChoiceField(StationRole.choices)
    is_primary_station = serializers.BooleanField()
    expires_at = serializers.DateTimeField(allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField())


class ProfileOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    full_name = serializers.CharField(source="user.full_name")
    phone = serializers.CharField(source="user.phone", allow_null=True)
    avatar_url = serializers.CharField(source="user.avatar_url", allow_null=True)
    role = serializers.ChoiceField(UserRole.choices, source="user.role")
    status = serializers.ChoiceField(UserStatus.choices, source="user.status")
    email_verified_at = serializers.DateTimeField(source="user.email_verified_at", allow_null=True)
    last_login_at = serializers.DateTimeField(source="user.last_login", allow_null=True)
    mfa_enabled = serializers.BooleanField(source="user.mfa_enabled")
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    stations = StationProfileOutput(many=True)
    station_id = serializers.UUIDField(allow_null=True, help_text="Station of the X-Station-Token.")


class StationTokenOutput(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="For the header X-Station-Token; shown once.")
    station_id = serializers.UUIDField(source="row.station_id")
    role = serializers.ChoiceField(StationRole.choices, source="row.role")
    permissions = serializers.ListField(child=serializers.CharField(), source="row.permissions")
    expires_at = serializers.DateTimeField(source="row.expires_at")


class StationFields(StrictSerializer):
    """What people say of a station; only what is sent is changed."""

    name = serializers.CharField(max_length=100, required=False)
    display_name = serializers.CharField(max_length=200, required=False)
    email = serializers.EmailField(max_length=EMAIL_LENGTH, required=False)
    phone = serializers.CharField(max_length=20, required=False)
    address_line1 = serializers.CharField(max_length=255, required=False)
    address_line2 = serializers.CharField(max_length=255, allow_null=True, required=False)
    city = serializers.CharField(max_length=100, required=False)
    state = serializers.CharField(max_length=2, required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    country = serializers.CharField(max_length=2, required=False)
    timezone = serializers.CharField(max_length=50, required=False, help_text="IANA name.")
    latitude = serializers.DecimalField(10, 7, allow_null=True, required=False)
    longitude = serializers.DecimalField(10, 7, allow_null=True, required=False)
    status = serializers.ChoiceField(
        [status for status in StationStatus.choices if status[0] != StationStatus.INACTIVE], required=False
    )
    slot_capacity = serializers.IntegerField(min_value=1, max_value=100, required=False)
    max_concurrent_bookings = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    booking_lead_time_hours = serializers.IntegerField(min_value=0, max_value=8_760, required=False)
    service_area_radius = serializers.IntegerField(
        min_value=0, max_value=10_000, allow_null=True, required=False
    )
    escalation_radius_miles = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    business_hours = serializers.DictField(required=False, help_text="Weekday → opening and closing time.")
    settings = serializers.DictField(required=False, help_text="Rules; those left out have defaults.")
    branding_config = serializers.DictField(required=False)


class StationInput(StationFields):
    name = serializers.CharField(max_length=100)
    phone = serializers.CharField(max_length=20)
    address_line1 = serializers.CharField(max_length=255)
    postal_code = serializers.CharField(max_length=10)


class StationOutput(serializers.ModelSerializer[Station]):
    examples: ClassVar[Mapping[str, Any]] = {"code": "ST-FREMONT-001"}

    business_hours = serializers.SerializerMethodField()
    settings = serializers.SerializerMethodField()

    class Meta:
        model = Station
        fields = (
            "id",
            "code",
            "name",
            "display_name",
            "email",
            "phone",
            "address_line1",
            "address_line2",
            "city",
            "state",
            "postal_code",
            "country",
            "timezone",
            "latitude",
            "longitude",
            "geocode_status",
            "status",
            "slot_capacity",
            "max_concurrent_bookings",
            "service_area_radius",
            "business_hours",
            "settings",
            "created_at",
            "updated_at",
        )

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_business_hours(self, station: Station) -> dict[str, dict[str, str] | None]:
        """Return weekday → opening and closing time, null where the station is closed."""
        days = zip(WEEKDAYS, station_settings(station).hours, strict=True)
        return {
            day: {"open": f"{span[0]:%H:%M}", "close": f"{span[1]:%H:%M}"} if span else None
            for day, span in days
        }

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_settings(self, station: Station) -> dict[str, Any]:
        """Return the station's rules with their defaults filled in; times are station-local."""
        rules = station_settings(station)
        return {
            "slots": [f"{slot:%H:%M}" for slot in rules.slots],
            "public_lead_time_hours": rules.public_lead_time_hours,
            "booking_lead_time_hours": rules.booking_lead_time_hours,
            "blackout_dates": [day.isoformat() for day in sorted(rules.blackout_dates)],
            "deposit_cents": rules.deposit_cents,
            "reschedule_fee_cents": rules.reschedule_fee_cents,
            "tax_rate_bps": rules.tax_rate_bps,
            "card_fee": rules.card_fee,
        }

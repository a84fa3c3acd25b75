"""Log-ins and tokens: hashes only, shown to the owner."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter
from identity.models import OAuthAccount, RefreshToken, StationAccessToken

OWNER = AdminCodes(view="user.disable")


@admin.register(StationAccessToken)
class StationAccessTokenAdmin(ReadOnlyAdmin[StationAccessToken]):
    codes = OWNER
    list_select_related = ("user", "station")
    list_display = ("user", "station", "role", "issued_at", "expires_at", "revoked_at")
    list_filter = (("role", ChoicesFilter),)
    search_fields = ("=station__code",)
    search_help_text = "Station code"


@admin.register(RefreshToken)
class RefreshTokenAdmin(ReadOnlyAdmin[RefreshToken]):
    codes = OWNER
    list_select_related = ("user",)
    list_display = ("user", "family_id", "created_at", "expires_at", "rotated_at", "revoked_at")
    search_fields = ("=family_id",)
    search_help_text = "Family id"


@admin.register(OAuthAccount)
class OAuthAccountAdmin(ReadOnlyAdmin[OAuthAccount]):
    codes = OWNER
    unrevealed = frozenset({"profile_data"})
    list_select_related = ("user",)
    list_display = ("user", "provider", "created_at", "expires_at")
    list_filter = (("provider", ChoicesFilter),)

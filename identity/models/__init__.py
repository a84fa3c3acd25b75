from identity.models.audit import StationAuditLog
from identity.models.oauth import OAuthAccount
from identity.models.roles import Permission, Role, RolePermission, UserRole
from identity.models.stations import Station, StationUser
from identity.models.tokens import RefreshToken, StationAccessToken
from identity.models.users import User

__all__ = [
    "OAuthAccount",
    "Permission",
    "RefreshToken",
    "Role",
    "RolePermission",
    "Station",
    "StationAccessToken",
    "StationAuditLog",
    "StationUser",
    "User",
    "UserRole",
]

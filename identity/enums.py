from django.db import models


class UserRole(models.TextChoices):
    """Kind of an account; a system role of the same name carries its permission codes (R-1)."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    CUSTOMER_SUPPORT = "customer_support"
    STATION_MANAGER = "station_manager"
    CHEF = "chef"
    CUSTOMER = "customer"
    SUPPLIER_OWNER = "supplier_owner"
    SUPPLIER_MANAGER = "supplier_manager"
    SUPPLIER_SALES = "supplier_sales"
    CONSUMER = "consumer"


STAFF_ROLES = frozenset(
    {UserRole.SUPER_ADMIN, UserRole.ADMIN, UserRole.CUSTOMER_SUPPORT, UserRole.STATION_MANAGER}
)
"""Kinds that work in the admin and act at the stations of their links."""


class UserStatus(models.TextChoices):
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"


class AuthProvider(models.TextChoices):
    EMAIL = "email"
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    APPLE = "apple"


class StationRole(models.TextChoices):
    """Role of a station link: a system role limited to that station (R-2)."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    STATION_ADMIN = "station_admin"
    CUSTOMER_SUPPORT = "customer_support"


class StationStatus(models.TextChoices):
    ACTIVE = "active"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    MAINTENANCE = "maintenance"


class GeocodeStatus(models.TextChoices):
    PENDING = "pending"
    LOCATED = "located"
    FAILED = "failed"


class AuditAction(models.TextChoices):
    LOGIN = "login"
    LOGOUT = "logout"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VIEW = "view"
    EXPORT = "export"
    IMPORT = "import"
    PERMISSION_CHANGE = "permission_change"
    ROLE_CHANGE = "role_change"

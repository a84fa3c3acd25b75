"""Who hears of an alert (M-8)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from identity.enums import StationRole, UserRole, UserStatus
from identity.models import Station, StationUser, User
from identity.selectors.station_settings import station_settings


def list_alert_addresses(station_id: UUID | None, *, at: datetime) -> list[str]:
    """Return the station's alert addresses, else its station managers', else the super_admins'."""
    if station_id is not None:
        if addresses := station_settings(Station.objects.get(pk=station_id)).alert_emails:
            return list(addresses)
        managers = StationUser.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at),
            station_id=station_id,
            role=StationRole.STATION_ADMIN,
            is_active=True,
            user__status=UserStatus.ACTIVE,
        ).order_by("user__email")
        if found := list(managers.values_list("user__email", flat=True)):
            return found
    owners = User.objects.filter(role=UserRole.SUPER_ADMIN, status=UserStatus.ACTIVE).order_by("email")
    return list(owners.values_list("email", flat=True))

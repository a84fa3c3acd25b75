from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from identity.enums import StationStatus
from identity.models import StationUser, User


def live_link(at: datetime) -> Q:
    """Return the condition under which a station link counts (R-3)."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return Q(is_active=True) & lasting & ~Q(station__status=StationStatus.INACTIVE)


def list_live_links(user: User, *, at: datetime) -> QuerySet[StationUser]:
    """Live links of an account with their stations, the primary one first."""
    links = StationUser.objects.filter(live_link(at), user=user).select_related("station")
    return links.order_by("-is_primary_station", "station__code", "pk")


def count_live_links(*, station_id: UUID, at: datetime) -> int:
    """Return how many accounts a station still has (R-8)."""
    return StationUser.objects.filter(live_link(at), station_id=station_id).count()

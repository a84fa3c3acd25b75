from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from common.actors import Actor
from identity.models import StationAuditLog


def list_audit(actor: Actor, *, code: str = "audit.read") -> QuerySet[StationAuditLog]:
    """Audit rows within reach of the code: of stations, the company's (R-9), or the actor's own acts."""
    scope = actor.scope(code)
    rows = StationAuditLog.objects.select_related("station")
    if scope.everywhere:
        return rows
    reach = Q(station__in=scope.stations)
    if scope.company:
        reach |= Q(station__isnull=True)
    if scope.own and actor.id is not None:
        reach |= Q(user_id=actor.id)
    return rows.filter(reach)


def list_audit_of_period(
    actor: Actor, *, start: datetime | None, end: datetime | None, station_id: UUID | None
) -> QuerySet[StationAuditLog]:
    """Rows to export: within reach of audit.export, from `start` to before `end`, oldest first."""
    rows = list_audit(actor, code="audit.export")
    if start is not None:
        rows = rows.filter(created_at__gte=start)
    if end is not None:
        rows = rows.filter(created_at__lt=end)
    if station_id is not None:
        rows = rows.filter(station_id=station_id)
    return rows.order_by("created_at", "pk")

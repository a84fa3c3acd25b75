"""P-7 on a record's own page: its events and the audit rows within reach, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from bookings.admin.trail_words import comparable, facts_of, title_of
from common.actors import Actor
from common.admin.display import local_time
from common.admin.options import HouseModelAdmin
from events.selectors import list_events
from identity.models import StationAuditLog, User
from identity.selectors.audit import list_audit

if TYPE_CHECKING:
    from events.models import DomainEvent

M = TypeVar("M", bound=Model)
ENTRIES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an event of the record with the audit row of the same act, or an audit row alone."""

    at: datetime
    when: str
    title: str
    who: str
    facts: list[str]
    rights: str
    reason: str
    is_audit: bool


def read_trail(record: Model, *, actor: Actor, zone: str) -> list[Entry]:
    """Return the newest lines first, in the zone's wall time; 3 queries.

    Whoever may not read an act's audit row sees the event without reason and rights (audit.read).
    """
    kind = str(record._meta.model_name)
    events = list(
        list_events(aggregate_type=kind, aggregate_id=record.pk).order_by("-version")[:ENTRIES_SHOWN]
    )
    audit = list(
        list_audit(actor)
        .filter(resource_type=kind, resource_id=str(record.pk))
        .order_by("-created_at", "-pk")[:ENTRIES_SHOWN]
    )
    names = _names({event.actor_id for event in events} | {row.user_id for row in audit})
    entries = []
    for event in events:
        row = _take_match(event, audit)
        entries.append(_told(event, row, names, zone))
    entries += [_audited(row, names, zone) for row in audit]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES_SHOWN]


def _names(people: set[UUID | None]) -> dict[UUID | None, str]:
    keys = [key for key in people if key is not None]
    found = User.objects.filter(pk__in=keys).only("full_name", "role")
    return {user.pk: user.full_name or user.get_role_display() for user in found}


def _take_match(event: "DomainEvent", audit: list[StationAuditLog]) -> StationAuditLog | None:
    """Take the audit row that says the same as the event, the nearest in time of equal ones."""
    same = comparable({"event": event.event_type, **(event.payload or {})})
    equal = [row for row in audit if comparable(row.details) == same and row.user_id == event.actor_id]
    if not equal:
        return None
    nearest = min(equal, key=lambda row: abs(row.created_at - event.occurred_at))
    audit.remove(nearest)
    return nearest


def _told(
    event: "DomainEvent", row: StationAuditLog | None, names: dict[UUID | None, str], zone: str
) -> Entry:
    return Entry(
        at=event.occurred_at,
        when=local_time(event.occurred_at, zone),
        title=title_of(event.event_type),
        who=names.get(event.actor_id) or event.actor_label or event.actor_type,
        facts=facts_of(event.newest_payload or {}, zone),
        rights=_rights(row.permissions_used) if row else "",
        reason=(row.reason or "") if row else "",
        is_audit=row is not None,
    )


def _audited(row: StationAuditLog, names: dict[UUID | None, str], zone: str) -> Entry:
    told = row.details.get("event")
    title = title_of(told) if told else row.get_action_display()
    return Entry(
        at=row.created_at,
        when=local_time(row.created_at, zone),
        title=title if row.success else f"Refused: {title}",
        who=names.get(row.user_id) or row.actor_label or "system",
        facts=facts_of(row.details, zone),
        rights=_rights(row.permissions_used),
        reason=row.reason or "",
        is_audit=True,
    )


def _rights(codes: Sequence[str]) -> str:
    return ", ".join(codes)


class TrailAdmin(HouseModelAdmin[M]):
    """Page of a record with its trail below the form."""

    change_form_outer_after_template: ClassVar[str] = "bookings/admin/trail.html"

    def zone_of(self, record: Any) -> str:
        """Return the zone in which the page tells times: the station's, else the company's."""
        zone: str = record.station.timezone if record.station else settings.COMPANY_TIME_ZONE
        return zone

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj: M | None = kwargs.get("obj")
        if obj is not None:
            context["trail"] = read_trail(obj, actor=self.actor(request), zone=self.zone_of(obj))
        return super().render_change_form(request, context, *args, **kwargs)

"""What happened and what is on its way; read-only, for the owner (event.read, system.config)."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.masking import HIDDEN
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter
from events.models import DomainEvent, OutboxMessage

READ = AdminCodes(view="event.read")
TONES = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "processed": "success",
    "failed": "danger",
}


def has_content(value: object) -> str:
    """Say whether an encrypted payload is there; it is never opened here."""
    return HIDDEN if value else "-"


@admin.register(DomainEvent)
class DomainEventAdmin(ReadOnlyAdmin[DomainEvent]):
    codes = READ
    station_lookups = ("station_id",)
    list_display = (
        "sequence",
        "event_type",
        "aggregate_type",
        "aggregate_id",
        "version",
        "actor",
        "occurred_at",
    )
    list_filter = (("actor_type", ChoicesFilter),)
    search_fields = ("=event_type", "=aggregate_type")
    search_help_text = "Event type or aggregate type, in full"
    ordering = ("-sequence",)

    @admin.display(description="Actor")
    def actor_name(self, event: DomainEvent) -> str:
        return event.actor_label or str(event.actor_type)

    def get_list_display(self, request: Any) -> list[str]:
        return [("actor_name" if name == "actor" else name) for name in super().get_list_display(request)]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin[OutboxMessage]):
    codes = READ
    list_display = ("target", "destination", "status_badge", "attempts", "next_attempt_at", "sequence")
    list_filter = (("status", ChoicesFilter), ("target", ChoicesFilter))
    list_select_related = ("event",)
    search_fields = ("=destination",)
    search_help_text = "Destination, in full"
    exclude = ("payload_encrypted",)

    @admin.display(description="Status", ordering="status")
    def status_badge(self, message: OutboxMessage) -> SafeString:
        return badge(message.get_status_display(), TONES.get(message.status, "default"))

    @admin.display(description="Private payload")
    def private_payload(self, message: OutboxMessage) -> str:
        return has_content(message.payload_encrypted)

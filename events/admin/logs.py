"""What happened and what the house remembers; read-only, for the owner (event.read, system.config)."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter
from events.models import Counter, DomainEvent, IdempotencyKey

READ = AdminCodes(view="event.read")


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
        "actor_name",
        "occurred_at",
    )
    list_filter = (("actor_type", ChoicesFilter),)
    search_fields = ("=event_type", "=aggregate_type")
    search_help_text = "Event type or aggregate type, in full"
    ordering = ("-sequence",)

    @admin.display(description="Actor")
    def actor_name(self, event: DomainEvent) -> str:
        return event.actor_label or str(event.actor_type)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin[IdempotencyKey]):
    codes = AdminCodes(view="system.config")
    list_display = ("actor", "method", "path", "status", "response_status", "created_at", "expires_at")
    list_filter = (("status", ChoicesFilter),)
    search_fields = ("=request_id",)
    search_help_text = "Request id, in full"


@admin.register(Counter)
class CounterAdmin(ReadOnlyAdmin[Counter]):
    codes = AdminCodes(view="system.config")
    list_display = ("key", "hits", "window_start", "expires_at")
    search_fields = ("^key",)

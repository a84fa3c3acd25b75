"""What happened and what is on its way; read-only, for the owner (event.read, system.config)."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter
from events.models import Counter, DomainEvent, IdempotencyKey, InboxMessage, OutboxMessage, WebhookEndpoint

READ = AdminCodes(view="event.read")
TONES = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "processed": "success",
    "failed": "danger",
}


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


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin[OutboxMessage]):
    codes = READ
    list_display = ("sequence", "target", "destination", "state", "attempts", "next_attempt_at")
    list_filter = (("status", ChoicesFilter), ("target", ChoicesFilter))
    search_fields = ("=destination",)
    search_help_text = "Destination, in full"

    @admin.display(description="Status", ordering="status")
    def state(self, message: OutboxMessage) -> SafeString:
        return badge(message.status, TONES.get(message.status, "default"))


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin[InboxMessage]):
    codes = READ
    list_display = ("source", "message_type", "state", "attempts", "created_at", "processed_at")
    list_filter = (("status", ChoicesFilter),)
    search_fields = ("=message_id", "=source")
    search_help_text = "Message id or source, in full"

    @admin.display(description="Status", ordering="status")
    def state(self, message: InboxMessage) -> SafeString:
        return badge(message.status, TONES.get(message.status, "default"))


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


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin[WebhookEndpoint]):
    codes = AdminCodes(view="system.config")
    list_display = ("name", "url", "is_active", "disabled_at", "disabled_reason")
    list_filter = (("is_active", BooleanFilter),)
    search_fields = ("name",)

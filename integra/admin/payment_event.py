"""Money that arrived and what it was matched to: two ledgers, moved by actions (section 7)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge, money
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin, ReadOnlyInline
from common.admin.theme import ChoicesFilter, DateRangeFilter
from integra.admin.payment_actions import Ignore, Match, Unmatch, candidates_table
from integra.enums import QUEUED_PAYMENT_STATUSES, MatchStatus, PaymentEventStatus
from integra.models import PaymentEvent, PaymentMatch

READ = AdminCodes(view="payment.match")
EVENT_TONES = {
    PaymentEventStatus.PENDING: "info",
    PaymentEventStatus.UNMATCHED: "warning",
    PaymentEventStatus.MATCHED: "success",
}
MATCH_TONES = {MatchStatus.AUTO: "success", MatchStatus.MANUAL: "info"}


def match_badge(match: PaymentMatch) -> SafeString:
    """Return who made a match, or that it was taken back, as a label."""
    return badge(match.get_status_display(), MATCH_TONES.get(MatchStatus(match.status), "default"))


class QueueFilter(SimpleListFilter):
    """PY-10: what waits for somebody to place it."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Waiting to be placed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PaymentEvent]) -> QuerySet[PaymentEvent]:
        return queryset.filter(status__in=QUEUED_PAYMENT_STATUSES) if self.value() == "yes" else queryset


class MatchesOfEvent(ReadOnlyInline[PaymentMatch, PaymentEvent]):
    model = PaymentMatch
    fields = ("reference", "state", "match_method", "confidence", "reviewed_at", "notes")
    readonly_fields = ("reference", "state")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentMatch]:
        return super().get_queryset(request).select_related("booking")

    @admin.display(description="Booking")
    def reference(self, match: PaymentMatch) -> str:
        return str(match.booking.reference)

    @admin.display(description="Match")
    def state(self, match: PaymentMatch) -> SafeString:
        return match_badge(match)


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin[PaymentEvent]):
    codes = READ
    station_lookups = ("station",)
    unrevealed = frozenset({"raw_data"})
    list_select_related = ("station",)
    list_display = (
        "occurred_at",
        "provider",
        "method",
        "amount",
        "state",
        "sender_email_masked",
        "sender_phone_masked",
        "where",
    )
    list_filter = (
        QueueFilter,
        ("status", ChoicesFilter),
        ("provider", ChoicesFilter),
        ("method", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("occurred_at", DateRangeFilter),
    )
    list_filter_submit = True
    object_actions = (Match, Unmatch, Ignore)
    bulk_actions = (Ignore,)
    search_fields = ("=provider_id", "=payment_matches__booking__reference")
    search_help_text = "The provider's key, or the reference of a matched booking, in full"
    fieldsets = (
        (None, {"fields": ("state", "amount", "method", "provider", "provider_id", "occurred_at", "where")}),
        (
            "Sender",
            {
                "fields": (
                    "memo_masked",
                    "sender_name_masked",
                    "sender_email_masked",
                    "sender_phone_masked",
                    "sender_handle_masked",
                )
            },
        ),
        ("May be for", {"fields": ("candidates",)}),
        ("Taken out of the queue", {"fields": ("ignored_at", "ignored_by", "ignore_note")}),
    )
    inlines = (MatchesOfEvent,)

    @admin.display(description="Amount", ordering="amount_cents")
    def amount(self, event: PaymentEvent) -> str:
        return money(event.amount_cents, event.currency)

    @admin.display(description="Best bookings")
    def candidates(self, event: PaymentEvent) -> str:
        return candidates_table(event) if event.status in QUEUED_PAYMENT_STATUSES else "-"

    @admin.display(description="Status", ordering="status")
    def state(self, event: PaymentEvent) -> SafeString:
        return badge(event.get_status_display(), EVENT_TONES.get(PaymentEventStatus(event.status), "default"))

    @admin.display(description="Station", ordering="station__code")
    def where(self, event: PaymentEvent) -> str:
        return event.station.code if event.station else "Company"


@admin.register(PaymentMatch)
class PaymentMatchAdmin(ReadOnlyAdmin[PaymentMatch]):
    codes = READ
    station_lookups = ("booking__station",)
    contact_search = {"email": "booking__customer__email_bidx", "phone": "booking__customer__phone_bidx"}
    list_select_related = ("booking", "payment_event")
    list_display = ("created_at", "reference", "amount", "state", "match_method", "confidence", "reviewed_at")
    fieldsets = (
        (None, {"fields": ("state", "booking", "amount", "payment_event", "payment")}),
        ("Why", {"fields": ("match_method", "confidence", "evidence")}),
        ("Review", {"fields": ("reviewed_at", "reviewed_by", "notes")}),
    )
    list_filter = (
        ("status", ChoicesFilter),
        ("match_method", ChoicesFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference, or the customer's e-mail or phone"

    @admin.display(description="Booking", ordering="booking__reference")
    def reference(self, match: PaymentMatch) -> str:
        return str(match.booking.reference)

    @admin.display(description="Amount")
    def amount(self, match: PaymentMatch) -> str:
        return money(match.payment_event.amount_cents, match.payment_event.currency)

    @admin.display(description="Match", ordering="status")
    def state(self, match: PaymentMatch) -> SafeString:
        return match_badge(match)

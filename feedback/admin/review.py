"""Reviews: what customers said; judged and settled through services, noted here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import HouseModelAdmin, ReadOnlyInline
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from feedback.admin.filters import ReviewNeedsFilter
from feedback.admin.labels import (
    due_badge,
    escalation_badge,
    link_to,
    moderation_badge,
    priority_badge,
    rating_badge,
    review_badge,
)
from feedback.models import CustomerReview, ReviewEscalation, ReviewMedia

SAID = ("review_text", "complaint_text", "improvement_suggestions", "submitted_at")
TONE = ("sentiment_label", "sentiment_score")
ASKED = ("request_channel", "request_sent_at", "reminded_at")
JUDGED = ("moderation_reason", "moderated_by", "moderated_at")
SHOWN = ("publish_consent", "display_on_website")
ELSEWHERE = ("left_google_review", "left_yelp_review", "external_review_date")
SETTLED = ("admin_notified_at", "ai_escalated_at", "resolved_by", "resolved_at", "resolution_notes")


class EscalationsOfReview(ReadOnlyInline[ReviewEscalation, CustomerReview]):
    model = ReviewEscalation
    fields = ("page", "state", "urgency", "due", "escalation_reason", "action_taken")
    readonly_fields = ("page", "state", "urgency", "due")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewEscalation]:
        return super().get_queryset(request).select_related("review__station")

    @admin.display(description="Page")
    def page(self, escalation: ReviewEscalation) -> SafeString:
        return link_to(escalation, escalation.get_escalation_type_display())

    @admin.display(description="Status")
    def state(self, escalation: ReviewEscalation) -> SafeString:
        return escalation_badge(escalation)

    @admin.display(description="Priority")
    def urgency(self, escalation: ReviewEscalation) -> SafeString:
        return priority_badge(escalation)

    @admin.display(description="Due")
    def due(self, escalation: ReviewEscalation) -> SafeString | str:
        return due_badge(escalation, zone=escalation.review.station.timezone, at=timezone.now())


class MediaOfReview(ReadOnlyInline[ReviewMedia, CustomerReview]):
    model = ReviewMedia
    fields = ("display_order", "media_type", "original_filename", "processing_status")
    ordering = ("display_order",)


@admin.register(CustomerReview)
class CustomerReviewAdmin(HouseModelAdmin[CustomerReview]):
    codes = AdminCodes(view="review.read", change="review.moderate")
    station_lookups = ("station",)
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("station", "booking")
    list_display = (
        "reference",
        "station_code",
        "verdict",
        "state",
        "moderation",
        "submitted_at",
        "display_on_website",
    )
    list_filter = (
        ReviewNeedsFilter,
        ("status", ChoicesFilter),
        ("rating", ChoicesFilter),
        ("moderation_status", ChoicesFilter),
        ("display_on_website", BooleanFilter),
        ("station", ScopedRelatedFilter),
        ("submitted_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference, e-mail or phone"
    inlines = (EscalationsOfReview, MediaOfReview)
    fieldsets = (
        (None, {"fields": ("state", "booking", "customer", "station")}),
        ("What the customer said", {"fields": ("verdict", *SAID, TONE)}),
        ("Moderation", {"fields": ("moderation", *JUDGED, "moderation_notes")}),
        ("Publication", {"fields": (*SHOWN, "is_featured")}),
        ("Complaint", {"fields": SETTLED}),
        ("Request", {"fields": (*ASKED, *ELSEWHERE)}),
    )
    readonly_fields = (
        *("state", "verdict", "moderation", "booking", "customer", "station"),
        *SAID,
        *TONE,
        *JUDGED,
        *SHOWN,
        *SETTLED,
        *ASKED,
        *ELSEWHERE,
    )

    @admin.display(description="Booking", ordering="booking__reference")
    def reference(self, review: CustomerReview) -> str:
        return str(review.booking.reference)

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, review: CustomerReview) -> str:
        return str(review.station.code)

    @admin.display(description="Rating", ordering="rating")
    def verdict(self, review: CustomerReview) -> SafeString | str:
        return rating_badge(review)

    @admin.display(description="Status", ordering="status")
    def state(self, review: CustomerReview) -> SafeString:
        return review_badge(review)

    @admin.display(description="Moderation", ordering="moderation_status")
    def moderation(self, review: CustomerReview) -> SafeString | str:
        return moderation_badge(review)

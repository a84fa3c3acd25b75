"""Reviews on platforms: who answers until when (RV-9); the answer itself takes two people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.admin.agents import CaredForAdmin, name_of
from bookings.admin.messages import excerpt
from bookings.enums import PlatformReviewStatus
from bookings.models import Review
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import ScopedRelatedFilter
from common.admin.theme import ChoicesFilter, DateRangeFilter

REVIEW_TONES = {
    PlatformReviewStatus.NEW: "info",
    PlatformReviewStatus.ACKNOWLEDGED: "warning",
    PlatformReviewStatus.RESPONDED: "success",
    PlatformReviewStatus.ESCALATED: "danger",
    PlatformReviewStatus.CLOSED: "default",
}


class AnswerFilter(admin.SimpleListFilter):
    """Reviews by what is left to do about them."""

    title = "answer"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "To be answered"), ("overdue", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "due":
            return queryset.filter(pk__in=Review.objects.to_answer().order_by().values("pk"))
        if self.value() == "overdue":
            return queryset.filter(pk__in=Review.objects.overdue(timezone.now()).order_by().values("pk"))
        return queryset


@admin.register(Review)
class ReviewAdmin(CaredForAdmin[Review]):
    codes = AdminCodes(view="social.read", change="social.reply")
    station_lookups = ("account__station",)
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("account__station", "assigned_to")
    list_display = ("page_name", "platform", "stars", "author_name", "beginning", "state", "due", "agent")
    list_filter = (
        AnswerFilter,
        ("status", ChoicesFilter),
        ("platform", ChoicesFilter),
        ("account", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("^author_handle", "^author_name")
    search_help_text = "Author, or e-mail or phone of the customer"
    autocomplete_fields = ("customer", "booking")
    readonly_fields = (
        "account",
        "state",
        "stars",
        "title",
        "body",
        "review_url",
        "author_name",
        "author_handle",
        "response_due_at",
        "responded_at",
        "reply_body",
        "reply_drafted_by",
        "reply_approved_by",
        "reply_approved_at",
    )
    fieldsets = (
        (
            None,
            {"fields": ("account", "stars", "title", "body", "author_name", "author_handle", "review_url")},
        ),
        ("Care", {"fields": ("state", "assigned_to", "customer", "booking", "keywords", "response_due_at")}),
        (
            "Our answer",
            {
                "fields": (
                    "reply_body",
                    "reply_drafted_by",
                    "reply_approved_by",
                    "reply_approved_at",
                    "responded_at",
                )
            },
        ),
    )

    @admin.display(description="Page", ordering="account__page_name")
    def page_name(self, review: Review) -> str:
        return str(review.account.page_name)

    @admin.display(description="Stars", ordering="rating")
    def stars(self, review: Review) -> str:
        return "★" * review.rating if review.rating else "-"

    @admin.display(description="Review")
    def beginning(self, review: Review) -> str:
        return excerpt(review.title or review.body)

    @admin.display(description="State", ordering="status")
    def state(self, review: Review) -> SafeString:
        return badge(review.get_status_display(), REVIEW_TONES[PlatformReviewStatus(review.status)])

    @admin.display(description="Answer due", ordering="response_due_at")
    def due(self, review: Review) -> SafeString | str:
        if review.responded_at or not review.response_due_at:
            return "-"
        late = review.response_due_at < timezone.now()
        when = timezone.localtime(review.response_due_at)
        return badge(f"{when:%d %b, %H:%M}", "danger" if late else "warning")

    @admin.display(description="Agent", ordering="assigned_to__full_name")
    def agent(self, review: Review) -> str:
        return name_of(review.assigned_to)

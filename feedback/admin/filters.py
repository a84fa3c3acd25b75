"""How staff cut the lists of reviews and escalations: by what waits for somebody."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from feedback.models import CustomerReview, ReviewEscalation
from feedback.models.customer_review import AWAITING_MODERATION, UNSENT
from feedback.models.review_escalation import OPEN_ESCALATION

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin


class ReviewNeedsFilter(SimpleListFilter):
    title = "needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("moderation", "A moderator"), ("request", "A request to be sent")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CustomerReview]) -> QuerySet[CustomerReview]:
        condition = {"moderation": AWAITING_MODERATION, "request": UNSENT}.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class DueFilter(SimpleListFilter):
    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("open", "Open"), ("overdue", "Overdue")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ReviewEscalation]
    ) -> QuerySet[ReviewEscalation]:
        match self.value():
            case "open":
                return queryset.filter(OPEN_ESCALATION)
            case "overdue":
                return queryset.filter(OPEN_ESCALATION, sla_due_at__lte=timezone.now())
            case _:
                return queryset

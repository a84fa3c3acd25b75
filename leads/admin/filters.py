"""How staff cut the list of leads: by what waits for somebody."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from leads.enums import OPEN_LEAD_STATUSES
from leads.models import Lead
from leads.models.lead import UNANSWERED

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin


class NeedsFilter(SimpleListFilter):
    title = "needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [
            ("open", "Anything: still open"),
            ("answer", "A first answer, overdue"),
            ("follow_up", "A follow-up, due"),
            ("owner", "Somebody to take care"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        now, still_open = timezone.now(), Q(status__in=OPEN_LEAD_STATUSES)
        condition = {
            "open": still_open,
            "answer": UNANSWERED & Q(answer_due_at__lte=now),
            "follow_up": still_open & Q(follow_up_date__lte=now),
            "owner": still_open & Q(assigned_to__isnull=True),
        }.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)

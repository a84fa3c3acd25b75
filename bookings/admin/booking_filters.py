"""How staff cut the list of bookings."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.services.transitions import AWAITING_DEPOSIT

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin

WEEK = timedelta(days=7)


class WhenFilter(SimpleListFilter):
    """Event dates, counted in the company's zone."""

    title = "event date"
    parameter_name = "when"
    choices_by_value: Mapping[str, tuple[str, Callable[[date], Q]]] = MappingProxyType(
        {
            "today": ("Today", lambda today: Q(date=today)),
            "week": ("Next 7 days", lambda today: Q(date__gte=today, date__lte=today + WEEK)),
            "ahead": ("From today on", lambda today: Q(date__gte=today)),
            "past": ("Past", lambda today: Q(date__lt=today)),
        }
    )

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        del request, model_admin
        return [(value, label) for value, (label, _condition) in self.choices_by_value.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        del request
        chosen = self.choices_by_value.get(self.value() or "")
        if chosen is None:
            return queryset
        today = timezone.localdate(timezone=ZoneInfo(settings.COMPANY_TIME_ZONE))
        return queryset.filter(chosen[1](today))


class NeedsFilter(SimpleListFilter):
    """What waits for somebody."""

    title = "needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        del request, model_admin
        return [
            ("chef", "A chef"),
            ("deposit", "An overdue deposit"),
            ("release", "A decision: on hold"),
            ("cancellation", "A decision: cancellation asked"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        del request
        now = timezone.now()
        conditions = {
            "chef": Q(status=BookingStatus.CONFIRMED, chef__isnull=True, starts_at__gte=now),
            "deposit": Q(
                status__in=AWAITING_DEPOSIT, hold_on_request=False, customer_deposit_deadline__lt=now
            ),
            "release": Q(hold_on_request=True),
            "cancellation": Q(cancellation_requested_at__isnull=False, cancelled_at__isnull=True),
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)

"""The back office: who acts, how people enter, what the first page shows."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings.selectors.dashboard import get_dashboard
from common.actors import Actor, GuestActor
from common.admin.display import money
from common.admin.site import HouseAdminSite
from common.admin.theme import ThemeAuthenticationForm
from common.exceptions import DomainError
from identity.models import User
from identity.selectors import actor_for


class HouseAuthenticationForm(ThemeAuthenticationForm):
    """Log-in form that tells refusals, such as a lockout, in words (AU-4, AU-5)."""

    username = forms.EmailField(label="E-mail", max_length=255)

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except DomainError as refusal:
            raise ValidationError(in_words(refusal)) from refusal


def in_words(refusal: DomainError) -> str:
    """Return what to tell somebody whose log-in was refused."""
    if seconds := refusal.headers.get("Retry-After"):
        return f"{refusal.detail}: wait {-(-int(seconds) // 60)} minutes."
    if (left := refusal.extra.get("attempts_left")) is not None:
        return f"{refusal.detail}. {left} more attempts before the account is locked."
    return f"{refusal.detail}."


class MyHibachiAdminSite(HouseAdminSite):
    """Staff work here; everything they see is cut down to their stations."""

    login_form = HouseAuthenticationForm
    index_template = "bookings/admin/dashboard.html"

    def build_actor(self, request: HttpRequest) -> Actor:
        user = request.user
        if isinstance(user, AnonymousUser) or not isinstance(user, User):
            return GuestActor()
        return actor_for(user)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        dashboard = get_dashboard(actor=self.actor(request), at=timezone.now())
        figures = dashboard.figures
        context = {
            "title": "Today and the next 7 days",
            "dashboard": dashboard,
            "figures": [
                ("Parties today", str(figures.parties_today), "event", ""),
                ("Next 7 days", f"{figures.parties_week}", "date_range", f"{figures.guests_week} guests"),
                ("Booked", money(figures.booked_week_cents), "sell", "next 7 days"),
                ("Received", money(figures.received_week_cents), "payments", "last 7 days"),
                ("Without a chef", str(figures.without_chef), "outdoor_grill", "next 7 days"),
                ("Deposits overdue", str(figures.deposits_overdue), "savings", "past the deadline"),
                ("Live holds", str(figures.holds), "hourglass_top", "slots kept"),
            ],
            **(extra_context or {}),
        }
        return super().index(request, context)

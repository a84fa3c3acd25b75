"""The back office: who acts, how people enter, what the first page shows."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bookings.selectors.dashboard import get_dashboard
from common.actors import Actor, GuestActor
from common.admin.display import money
from common.admin.forms import add_refusal, dress, posted
from common.admin.theme import ThemeAuthenticationForm
from common.api.exceptions import RateLimited
from common.api.throttling import require_room
from common.exceptions import DomainError
from common.ports import audit_trail
from config.admin_mfa import MfaAdminSite
from config.refusals import in_words
from identity.backends import LOGIN_SCOPE, REFUSAL
from identity.exceptions import AccountLocked, InvalidCredentials
from identity.models import User
from identity.selectors import actor_for
from identity.services.change_password import change_password


class HouseAuthenticationForm(ThemeAuthenticationForm):
    """Log-in form that tells refusals, such as a lockout, in words (AU-4, AU-5)."""

    username = forms.EmailField(label="E-mail", max_length=255)

    def get_invalid_login_error(self) -> ValidationError:
        refusal = self.request.__dict__.get(REFUSAL) if self.request else None
        return ValidationError(in_words(refusal)) if refusal else super().get_invalid_login_error()


class OwnPasswordForm(forms.Form):
    """The current password and the next one, twice."""

    current_password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters, not a common one, not like your name or e-mail.",
    )
    again = forms.CharField(
        label="New password again",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new_password") != self.cleaned_data.get("again"):
            self.add_error("again", "The two passwords differ.")
        return self.cleaned_data


class MyHibachiAdminSite(MfaAdminSite):
    """Staff work here; everything they see is cut down to their stations."""

    login_form = HouseAuthenticationForm
    index_template = "bookings/admin/dashboard.html"

    def build_actor(self, request: HttpRequest) -> Actor:
        user = request.user
        return actor_for(user) if isinstance(user, User) else GuestActor()

    def password_change(  # type: ignore[override]  # the answer to a change is a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change the own password through the service: every other session ends (AU-2, AU-6)."""
        user = User.objects.get(pk=str(request.user.pk))
        form = OwnPasswordForm(posted(request))
        if request.method == "POST" and form.is_valid():
            try:
                require_room(request, LOGIN_SCOPE, at=timezone.now())
                change_password(
                    user=user,
                    current_password=form.cleaned_data["current_password"],
                    new_password=form.cleaned_data["new_password"],
                    by=self.actor(request),
                    at=timezone.now(),
                )
            except InvalidCredentials as refusal:
                form.add_error("current_password", in_words(refusal))
            except (AccountLocked, RateLimited) as refusal:
                form.add_error(None, in_words(refusal))
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                user.refresh_from_db()
                update_session_auth_hash(request, user)
                messages.success(request, "Your password is changed; you are logged out everywhere else.")
                return HttpResponseRedirect(reverse(f"{self.name}:index"))
        context = {
            **self.each_context(request),
            "title": "Change password",
            "form": form,
            "back_url": reverse(f"{self.name}:index"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "house/form_page.html", context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """End the session and note it (P-7)."""
        actor = self.actor(request)
        if request.method == "POST" and actor.id is not None:
            audit_trail.get().record(
                action="logout", resource_type="user", resource_id=str(actor.id), by=actor
            )
        return super().logout(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
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
                ("No chef yet", str(figures.without_chef), "outdoor_grill", "next 7 days"),
                ("Late deposits", str(figures.deposits_overdue), "savings", "past the deadline"),
                ("Live holds", str(figures.holds), "hourglass_top", "slots kept"),
            ],
            **(extra_context or {}),
        }
        return super().index(request, context)

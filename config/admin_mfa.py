"""The second factor in the back office (AU-8, AU-9): the code after the password, the own set-up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common.admin.forms import dress, posted
from common.admin.site import HouseAdminSite
from common.exceptions import DomainError
from config.refusals import in_words
from identity.backends import MFA_TOKEN, REFUSAL
from identity.exceptions import InvalidCredentials
from identity.models import User
from identity.policies import must_enrol_mfa
from identity.services.mfa import begin_enrolment, disable_mfa, enrolment_of, finish_enrolment

KEPT_TOKEN, KEPT_NEXT = "mfa_token", "mfa_next"
OPEN_PAGES = frozenset({"mfa", "logout", "jsi18n"})
"""Pages for somebody who must enrol first."""


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        max_length=32,
        help_text="The 6 digits of your authenticator app, or a backup code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


class DisableForm(CodeForm):
    """Password and code: what switching off takes."""

    password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("password", "code")


class MfaAdminSite(HouseAdminSite):
    """Asks for the code where MFA is on, and lets nobody work who must enrol first."""

    def extra_urls(self) -> list[URLPattern]:
        """Return the pages of the second factor; the theme puts them before its own."""
        return [
            path("login/code/", self.code_page, name="mfa_code"),
            path("security/", self.admin_view(self.security_page), name="mfa"),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            match, user = request.resolver_match, request.user
            if (
                isinstance(user, User)
                and must_enrol_mfa(user, at=timezone.now())
                and (match is None or match.url_name not in OPEN_PAGES)
            ):
                messages.warning(request, "Set up your authenticator app first; your account needs it.")
                return HttpResponseRedirect(self._page("mfa"))
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the log-in page; the right password of an account with MFA leads on to the code."""
        answer = super().login(request, extra_context)
        token = request.__dict__.get(MFA_TOKEN)
        if token is None:
            return answer
        request.session.cycle_key()
        request.session[KEPT_TOKEN] = token
        request.session[KEPT_NEXT] = request.POST.get("next", request.GET.get("next", ""))
        return HttpResponseRedirect(self._page("mfa_code"))

    @property
    def code_page(self) -> Callable[..., HttpResponse]:
        """The second step of a log-in."""
        return never_cache(sensitive_post_parameters()(self._code_page))

    def _code_page(self, request: HttpRequest) -> HttpResponse:
        token = request.session.get(KEPT_TOKEN)
        if token is None:
            return HttpResponseRedirect(self._page("login"))
        form = CodeForm(posted(request))
        if request.method == "POST" and form.is_valid():
            user = authenticate(request, mfa_token=token, code=form.cleaned_data["code"])
            if user is not None:
                following = request.session.pop(KEPT_NEXT, "")
                del request.session[KEPT_TOKEN]
                login(request, user)
                safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure())
                return HttpResponseRedirect(following if safe else self._page("index"))
            refusal = request.__dict__[REFUSAL]
            if refusal.code.startswith("token_"):
                del request.session[KEPT_TOKEN]
                messages.error(request, "That took too long; log in again.")
                return HttpResponseRedirect(self._page("login"))
            form.add_error("code", in_words(refusal))
        context = {**self.each_context(request), "title": "One-time code", "form": form}
        return TemplateResponse(request, "identity/admin/code.html", context)

    def security_page(self, request: HttpRequest) -> HttpResponse:
        """Set the own second factor up, or switch it off; backup codes are shown once."""
        if "done" in request.POST:
            return HttpResponseRedirect(self._page("index"))
        user = User.objects.get(pk=str(request.user.pk))
        if user.mfa_enabled:
            return self._disable_page(request, user)
        if "begin" in request.POST:
            begin_enrolment(user=user)
            return HttpResponseRedirect(self._page("mfa"))
        if user.mfa_secret is None:
            return self._security(request, forms.Form(), "Set up two-step log-in", begins=True)
        return self._enrolment_page(request, user)

    def _enrolment_page(self, request: HttpRequest, user: User) -> HttpResponse:
        form = CodeForm(posted(request))
        if request.method == "POST" and form.is_valid():
            try:
                codes = finish_enrolment(
                    user=user, code=form.cleaned_data["code"], by=self.actor(request), at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error("code", in_words(refusal))
            else:
                return self._security(request, forms.Form(), "Two-step log-in is on", backup_codes=codes)
        enrolment = enrolment_of(user)
        return self._security(
            request,
            form,
            "Switch on two-step log-in",
            secret=enrolment.secret,
            qr_svg=mark_safe(enrolment.qr_svg),  # noqa: S308 -- drawn by our own library
        )

    def _disable_page(self, request: HttpRequest, user: User) -> HttpResponse:
        form = DisableForm(posted(request))
        if request.method == "POST" and form.is_valid():
            try:
                disable_mfa(user=user, **form.cleaned_data, by=self.actor(request), at=timezone.now())
            except DomainError as refusal:
                name = "password" if refusal.code == InvalidCredentials.code else "code"
                form.add_error(name, in_words(refusal))
            else:
                messages.success(request, "Two-step log-in is off.")
                return HttpResponseRedirect(self._page("mfa"))
        left = len(user.mfa_backup_codes or [])
        return self._security(request, form, "Switch off two-step log-in", danger=True, codes_left=left)

    def _security(self, request: HttpRequest, form: forms.Form, title: str, **more: Any) -> TemplateResponse:
        context = {
            **self.each_context(request),
            "title": title,
            "form": form,
            "back_url": self._page("index"),
            **more,
        }
        return TemplateResponse(request, "identity/admin/security.html", context)

    def _page(self, name: str) -> str:
        return reverse(f"{self.name}:{name}")

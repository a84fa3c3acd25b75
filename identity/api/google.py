"""/auth/google: sign in with Google (AU-14)."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC
from common.api.serializers import QuerySerializer, StrictSerializer
from common.exceptions import FieldError, LinkExpired, NotFound, PermissionDenied, ValidationFailed
from events.exceptions import ProviderError
from identity.api.bases import AnonymousView
from identity.api.serializers import LogInOutput
from identity.exceptions import AccountLocked, AccountNotActive
from identity.openid import authorization_url, fetch_identity
from identity.services.exchange_codes import issue_exchange_code
from identity.services.google import CUSTOMER, INTENTS, account_of, exchange
from identity.sign_in_state import COOKIE, LIFETIME, from_cookie, new_state, to_cookie

MAX_TEXT = 2_000


class StartQuery(QuerySerializer):
    intent = serializers.ChoiceField(INTENTS, default=CUSTOMER, help_text="`staff` asks for a staff account.")
    return_url = serializers.CharField(
        max_length=MAX_TEXT, required=False, help_text="One of the allowed addresses; default: the first."
    )


class CallbackQuery(QuerySerializer):
    """What the provider sends back; members that we do not need are its own affair."""

    state = serializers.CharField(max_length=MAX_TEXT)
    code = serializers.CharField(max_length=MAX_TEXT, required=False)
    error = serializers.CharField(max_length=MAX_TEXT, required=False)
    error_description = serializers.CharField(max_length=MAX_TEXT, required=False)
    scope = serializers.CharField(max_length=MAX_TEXT, required=False)
    authuser = serializers.CharField(max_length=MAX_TEXT, required=False)
    prompt = serializers.CharField(max_length=MAX_TEXT, required=False)
    hd = serializers.CharField(max_length=MAX_TEXT, required=False)
    iss = serializers.CharField(max_length=MAX_TEXT, required=False)


class ExchangeInput(StrictSerializer):
    code = serializers.CharField(max_length=MAX_TEXT, help_text="Of the return URL; 60 seconds, once.")


class GoogleView(AnonymousView):
    """A step that a browser takes."""

    answer_serializers = {"get": None}
    success_statuses = {"get": 302}

    def redirect_uri(self) -> str:
        """Return our address that the provider sends the browser back to."""
        return str(self.request.build_absolute_uri(reverse("auth-google-callback")))


class GoogleStartView(GoogleView):
    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": StartQuery}
    refusals = {"get": (NotFound, ProviderError)}

    def get(self, request: Request) -> HttpResponse:
        """Send the browser to Google; it comes back to the return URL with a one-time `code`."""
        allowed = settings.SIGN_IN_RETURN_URLS
        return_url = self.query.get("return_url", next(iter(allowed), ""))
        if return_url not in allowed:
            raise ValidationFailed([FieldError("/return_url", "invalid", "This address is not allowed.")])
        at = timezone.now()
        state = new_state(intent=self.query["intent"], return_url=return_url, at=at)
        target = authorization_url(
            redirect_uri=self.redirect_uri(),
            state=state.state,
            nonce=state.nonce,
            verifier=state.verifier,
            at=at,
        )
        answer = HttpResponseRedirect(target)
        answer.set_cookie(
            COOKIE,
            to_cookie(state),
            max_age=LIFETIME,
            path=reverse("auth-google-callback"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return answer


class GoogleCallbackView(GoogleView):
    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": CallbackQuery}
    refusals = {"get": (NotFound, LinkExpired, PermissionDenied, AccountNotActive, ProviderError)}

    def get(self, request: Request) -> HttpResponse:
        """Take the answer of Google and send the browser to the return URL, with `code` or `error`."""
        at = timezone.now()
        state = from_cookie(request.COOKIES.get(COOKIE, ""), state=self.query["state"], at=at)
        if "code" not in self.query:
            return self._back(state.return_url, error="access_denied")
        identity = fetch_identity(
            code=self.query["code"],
            redirect_uri=self.redirect_uri(),
            nonce=state.nonce,
            verifier=state.verifier,
            at=at,
        )
        user = account_of(identity=identity, intent=state.intent, at=at)
        return self._back(state.return_url, code=issue_exchange_code(user, at=at))

    def _back(self, return_url: str, **words: Any) -> HttpResponse:
        joint = "&" if "?" in return_url else "?"
        answer = HttpResponseRedirect(f"{return_url}{joint}{urlencode(words)}")
        answer.delete_cookie(COOKIE, path=reverse("auth-google-callback"))
        return answer


class GoogleExchangeView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": ExchangeInput}
    answer_serializers = {"post": LogInOutput}
    refusals = {"post": (LinkExpired, AccountNotActive, AccountLocked)}

    def post(self, request: Request) -> Response:
        """Turn the one-time code of the return URL into tokens."""
        return Response(LogInOutput(exchange(code=self.body["code"], at=timezone.now())).data)

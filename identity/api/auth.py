"""/auth: log in, stay in, log out, say who I am."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC, SIGNED_IN
from common.exceptions import NotFound
from identity.api.bases import AccountView, AnonymousView
from identity.api.serializers import (
    LogInInput,
    LogInOutput,
    PasswordChangeInput,
    ProfileInput,
    ProfileOutput,
    RefreshInput,
    StationTokenInput,
    StationTokenOutput,
    TokenPairOutput,
)
from identity.exceptions import (
    AccountLocked,
    AccountNotActive,
    InvalidCredentials,
    TokenExpired,
    TokenInvalid,
    TokenReused,
    TokenRevoked,
)
from identity.selectors.profiles import get_profile
from identity.services.accounts import update_profile
from identity.services.change_password import change_password
from identity.services.log_in import log_in
from identity.services.sessions import end_all_sessions, end_session, refresh_session
from identity.services.station_tokens import issue_station_token, leave_station


class LogInView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    throttle_scopes = {"post": "login"}
    body_serializers = {"post": LogInInput}
    answer_serializers = {"post": LogInOutput}
    refusals = {"post": (InvalidCredentials, AccountLocked, AccountNotActive)}
    examples = {"post": {"email": "owner@demo.example", "password": "a long enough password"}}

    def post(self, request: Request) -> Response:
        """Exchange e-mail and password for tokens."""
        entry = log_in(email=self.body["email"], password=self.body["password"], at=timezone.now())
        return Response(LogInOutput(entry).data)


class RefreshView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": RefreshInput}
    answer_serializers = {"post": TokenPairOutput}
    refusals = {"post": (TokenInvalid, TokenExpired, TokenRevoked, TokenReused)}

    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair; one sent twice ends its log-in."""
        pair = refresh_session(token=self.body["refresh"], at=timezone.now())
        return Response(TokenPairOutput(pair).data)


class LogOutView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": RefreshInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}
    refusals = {"post": (TokenInvalid, TokenExpired, TokenReused)}

    def post(self, request: Request) -> Response:
        """Revoke the refresh token."""
        end_session(token=self.body["refresh"], at=timezone.now())
        return Response(status=204)


class LogOutAllView(AccountView):
    permission_codes = {"post": SIGNED_IN}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}

    def post(self, request: Request) -> Response:
        """Log out everywhere: every token issued before now is dead."""
        end_all_sessions(user=self.user, by=self.account, at=timezone.now())
        return Response(status=204)


class PasswordChangeView(AccountView):
    permission_codes = {"post": SIGNED_IN}
    throttle_scopes = {"post": "login"}
    body_serializers = {"post": PasswordChangeInput}
    answer_serializers = {"post": TokenPairOutput}
    refusals = {"post": (InvalidCredentials, AccountLocked)}

    def post(self, request: Request) -> Response:
        """Change the password; logs out everywhere and answers with the tokens of a fresh log-in."""
        pair = change_password(
            user=self.user,
            current_password=self.body["current_password"],
            new_password=self.body["new_password"],
            by=self.account,
            at=timezone.now(),
        )
        return Response(TokenPairOutput(pair).data)


class MeView(AccountView):
    permission_codes = {"get": SIGNED_IN, "patch": SIGNED_IN}
    body_serializers = {"patch": ProfileInput}
    answer_serializers = {"get": ProfileOutput, "patch": ProfileOutput}

    def get(self, request: Request) -> Response:
        """Return the caller's profile, rights and station links."""
        return Response(ProfileOutput(get_profile(self.account, at=timezone.now())).data)

    def patch(self, request: Request) -> Response:
        """Change name, phone or picture."""
        update_profile(user=self.user, changes=self.body, by=self.account)
        return Response(ProfileOutput(get_profile(self.account, at=timezone.now())).data)


class StationTokenView(AccountView):
    permission_codes = {"post": SIGNED_IN, "delete": SIGNED_IN}
    body_serializers = {"post": StationTokenInput}
    answer_serializers = {"post": StationTokenOutput, "delete": None}
    success_statuses = {"post": 201}
    refusals = {"post": (NotFound,)}

    def post(self, request: Request) -> Response:
        """Choose a station: returns a token that narrows requests to it."""
        issued = issue_station_token(station_id=self.body["station_id"], by=self.account, at=timezone.now())
        return Response(StationTokenOutput(issued).data, status=201)

    def delete(self, request: Request) -> Response:
        """Leave the station: revokes the token."""
        leave_station(by=self.account, at=timezone.now())
        return Response(status=204)

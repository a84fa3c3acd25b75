"""/auth/mfa: the second factor of an account (AU-8, AU-9)."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC, SIGNED_IN
from common.exceptions import InvalidTransition
from identity.api.authentication import EnrolmentAuthentication
from identity.api.bases import AccountView, AnonymousView
from identity.api.serializers import (
    BackupCodesOutput,
    EnrolmentOutput,
    LogInOutput,
    MfaDisableInput,
    MfaEnableInput,
    MfaVerifyInput,
)
from identity.exceptions import (
    AccountLocked,
    AccountNotActive,
    InvalidCredentials,
    MfaCodeInvalid,
    TokenExpired,
    TokenInvalid,
)
from identity.services.log_in import complete_log_in
from identity.services.mfa import begin_enrolment, disable_mfa, finish_enrolment


class MfaVerifyView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": MfaVerifyInput}
    answer_serializers = {"post": LogInOutput}
    refusals = {"post": (TokenInvalid, TokenExpired, MfaCodeInvalid, AccountLocked, AccountNotActive)}
    examples = {"post": {"mfa_token": "eyJ1IjoiMDE5…", "code": "123456"}}

    def post(self, request: Request) -> Response:
        """Exchange the `mfa_token` of a log-in and a one-time code for tokens."""
        entry = complete_log_in(**self.body, at=timezone.now())
        return Response(LogInOutput(entry).data)


class MfaSetupView(AccountView):
    authentication_classes = (EnrolmentAuthentication,)
    permission_codes = {"post": SIGNED_IN}
    answer_serializers = {"post": EnrolmentOutput}
    refusals = {"post": (InvalidTransition,)}

    def post(self, request: Request) -> Response:
        """Return a fresh secret for an authenticator app; it counts once a code of it was sent to enable."""
        return Response(EnrolmentOutput(begin_enrolment(user=self.user)).data)


class MfaEnableView(AccountView):
    authentication_classes = (EnrolmentAuthentication,)
    permission_codes = {"post": SIGNED_IN}
    body_serializers = {"post": MfaEnableInput}
    answer_serializers = {"post": BackupCodesOutput}
    refusals = {"post": (InvalidTransition, MfaCodeInvalid, AccountLocked)}
    examples = {"post": {"code": "123456"}}

    def post(self, request: Request) -> Response:
        """Switch MFA on with a code of the app; answers with ten backup codes."""
        codes = finish_enrolment(user=self.user, code=self.body["code"], by=self.account, at=timezone.now())
        return Response({"backup_codes": codes})


class MfaDisableView(AccountView):
    permission_codes = {"post": SIGNED_IN}
    throttle_scopes = {"post": "login"}
    body_serializers = {"post": MfaDisableInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}
    refusals = {"post": (InvalidTransition, InvalidCredentials, MfaCodeInvalid, AccountLocked)}

    def post(self, request: Request) -> Response:
        """Switch MFA off with password and code."""
        disable_mfa(user=self.user, **self.body, by=self.account, at=timezone.now())
        return Response(status=204)

"""/auth: open an account, confirm the e-mail, get a new password (AU-7, AU-11)."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC
from common.exceptions import LinkExpired, NotFound
from identity.api.bases import AnonymousView
from identity.api.serializers import EmailInput, LinkInput, NewPasswordInput, RegisterInput
from identity.services.forgotten_passwords import forget_password, reset_password
from identity.services.registration import register, verify_email

EXAMPLE_PASSWORD = "a long enough password"  # noqa: S105 -- an example of the documentation


class RegisterView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    throttle_scopes = {"post": "register"}
    body_serializers = {"post": RegisterInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 202}
    examples = {"post": {"email": "jane@example.com", "password": EXAMPLE_PASSWORD, "full_name": "Jane Roe"}}

    def post(self, request: Request) -> Response:
        """Open a customer account; a mail tells how to go on, whether the e-mail was free or not."""
        register(**self.body, at=timezone.now())
        return Response(status=202)


class VerifyEmailView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    body_serializers = {"post": LinkInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}
    refusals = {"post": (NotFound, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Confirm the e-mail with the token of the mailed link; the account may log in from then on."""
        verify_email(token=self.body["token"], at=timezone.now())
        return Response(status=204)


class PasswordForgotView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    throttle_scopes = {"post": "reset"}
    body_serializers = {"post": EmailInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 202}
    examples = {"post": {"email": "jane@example.com"}}

    def post(self, request: Request) -> Response:
        """Mail a link for a new password, if there is an account."""
        forget_password(email=self.body["email"], at=timezone.now())
        return Response(status=202)


class PasswordResetView(AnonymousView):
    permission_codes = {"post": PUBLIC}
    throttle_scopes = {"post": "reset"}
    body_serializers = {"post": NewPasswordInput}
    answer_serializers = {"post": None}
    success_statuses = {"post": 204}
    refusals = {"post": (NotFound, LinkExpired)}
    examples = {"post": {"token": "eyJ1IjoiMDE5…", "password": EXAMPLE_PASSWORD}}

    def post(self, request: Request) -> Response:
        """Set a new password with the token of the mailed link; logs out everywhere."""
        reset_password(**self.body, at=timezone.now())
        return Response(status=204)

"""/webhooks/*: what providers tell; signed, stored, answered at once, and processed from the inbox (PY-2)."""

from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.exceptions import MalformedJSON, PayloadTooLarge
from common.api.permissions import PUBLIC
from common.api.views import HouseAPIView
from common.exceptions import ServiceUnavailable
from events.services.inbox import receive_message
from integra.exceptions import InvalidSignature
from integra.services.signatures import check_signature

MAX_ID = 255
MAX_SIGNATURE = 255


class ReceivedAnswer(serializers.Serializer[None]):
    """The message is kept; `duplicate` when it had been before."""

    received = serializers.BooleanField()
    duplicate = serializers.BooleanField(required=False)


class SignedWebhookView(HouseAPIView):
    """A provider's intake: any live secret signs, the raw body counts, nothing unsigned is stored."""

    authentication_classes = ()
    permission_codes = {"post": PUBLIC}
    throttle_role = "webhook"
    keeps_answers = False  # the sender's own id is the key
    answer_serializers = {"post": ReceivedAnswer}
    refusals = {"post": (InvalidSignature, MalformedJSON, PayloadTooLarge)}
    source: ClassVar[str]
    signature_header: ClassVar[str]
    secrets_setting: ClassVar[str]

    def take_in(self, request: Request) -> Response:
        """Check, store and answer; 503 when it could not be stored, so that the sender tries again."""
        now = timezone.now()
        body: bytes = request.body
        header = request.headers.get(self.signature_header, "")
        secrets: list[str] = getattr(settings, self.secrets_setting)
        check_signature(body=body, header=header, secrets=secrets, at=now)
        message_id, message_type = self.identify(body)
        is_new = self._store(body.decode(), header, message_id, message_type, now)
        return Response({"received": True} if is_new else {"received": True, "duplicate": True})

    def identify(self, body: bytes) -> tuple[str, str]:
        """Return id and type of a JSON message."""
        try:
            event = orjson.loads(body)
            message_id, message_type = event["id"], event["type"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise MalformedJSON("The body is no event.") from None
        for value in (message_id, message_type):
            if not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
                raise MalformedJSON("The body is no event.")
        return message_id, message_type

    def _store(self, body: str, header: str, message_id: str, message_type: str, now: datetime) -> bool:
        try:
            return receive_message(
                source=self.source,
                message_id=message_id,
                message_type=message_type,
                payload=body,
                signature=header[:MAX_SIGNATURE],
                at=now,
            )
        except DatabaseError as error:
            raise ServiceUnavailable from error


def signature_parameter(name: str) -> OpenApiParameter:
    """Describe the signature header to OpenAPI."""
    words = "`t=<unix time>,v1=<hex HMAC-SHA256 of timestamp.body>`; one `v1` per live secret."
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=words)


def event_body(message_id: str, message_type: str) -> dict[str, Any]:
    """Describe what every event has to OpenAPI; the rest of it is its provider's affair."""
    text = {"type": "string", "minLength": 1, "maxLength": MAX_ID}
    members = {"id": {**text, "examples": [message_id]}, "type": {**text, "examples": [message_type]}}
    return {"application/json": {"type": "object", "required": ["id", "type"], "properties": members}}


class StripeWebhookView(SignedWebhookView):
    source = "stripe"
    signature_header = "Stripe-Signature"
    secrets_setting = "STRIPE_WEBHOOK_SECRETS"

    @extend_schema(
        request=event_body("evt_1QX", "charge.refunded"), parameters=[signature_parameter("Stripe-Signature")]
    )
    def post(self, request: Request) -> Response:
        """Take in an event of Stripe."""
        return self.take_in(request)


class PaymentMailWebhookView(SignedWebhookView):
    """Mail of banks, forwarded as JSON: id, type, from, subject, text, received_at."""

    source = "payment_mail"
    signature_header = "Payment-Mail-Signature"
    secrets_setting = "PAYMENT_MAIL_SECRETS"

    @extend_schema(
        request=event_body("<20270612.1@bank.example>", "payment_mail"),
        parameters=[signature_parameter("Payment-Mail-Signature")],
    )
    def post(self, request: Request) -> Response:
        """Take in a mail that may tell of money."""
        return self.take_in(request)

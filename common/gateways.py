"""The outside world behind small Protocols; the defaults work offline and keep a record.

A gateway is chosen by a dotted path in the settings. The file gateways append one JSON line per request to
VAR_DIR/outbox, readable by the owner alone, since a message holds personal data.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """An e-mail; `message_id` is the sender's idempotency key."""

    to: str
    subject: str
    body: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """A text message; `message_id` is the sender's idempotency key, `to` an E.164 number."""

    to: str
    body: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """A page on which a card is charged `amount_cents`; `key` is the sender's idempotency key.

    `metadata` comes back with every notice about the payment; nothing personal belongs into it.
    """

    key: str
    amount_cents: int
    currency: str
    description: str
    metadata: Mapping[str, str]
    expires_at: datetime
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPage:
    """The page made for an order: the provider's id and the address to send the payer to."""

    id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Cents of a card payment to be given back; `key` is the sender's idempotency key."""

    key: str
    payment_intent_id: str
    amount_cents: int
    metadata: Mapping[str, str]


class RefundState(StrEnum):
    """What the provider says of a refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRefund:
    """A refund at the provider; `failure` is its code of a failure."""

    id: str
    state: RefundState
    failure: str = ""


class CardRefused(Exception):
    """The provider will never do it; the words are its code, nothing personal."""


class CardUnavailable(Exception):
    """The provider did not answer, or not as it should; whether it acted is not known."""


class CardGateway(Protocol):
    """Card payments; every call may raise CardRefused or CardUnavailable."""

    def create_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        """Make the page of an order; the same key gives the same page."""

    def expire_checkout(self, page_id: str) -> None:
        """Close a page, so that nobody can pay on it any more; CardRefused when it was paid or closed."""

    def refund(self, order: RefundOrder) -> CardRefund:
        """Give money back; the same key gives the same refund."""

    def retrieve_refund(self, refund_id: str) -> CardRefund:
        """Return how a refund stands by now."""


class MailRefused(Exception):
    """The provider will never take this e-mail; the words are its code, nothing personal."""


class MailUnavailable(Exception):
    """The provider did not answer, or not now; the same e-mail may be sent again."""


class MailGateway(Protocol):
    """E-mail; every call may raise MailRefused or MailUnavailable."""

    def send(self, mail: Mail) -> str:
        """Send an e-mail and return the provider's id."""


class SmsGateway(Protocol):
    def send(self, sms: Sms) -> str:
        """Send a text message and return the provider's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPost:
    """One event on its way to a receiver's program."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class ReceiverForbidden(Exception):
    """The address must not be posted to; the words name it, nothing personal."""


class WebhookGateway(Protocol):
    def post(self, post: WebhookPost) -> int:
        """Post and return the status of the answer; raises ReceiverForbidden, or anything without answer."""


class ObjectStore(Protocol):
    """Files beside the database: recordings, photographs."""

    def remove(self, bucket: str, key: str) -> None:
        """Remove a file; one that is not there is removed already."""


def _append(kind: str, record: Mail | Sms) -> str:
    _keep(kind, asdict(record))
    return f"file:{record.message_id}"


def _keep(kind: str, record: Mapping[str, Any]) -> None:
    directory = Path(settings.VAR_DIR) / "outbox"
    directory.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"sent_at": timezone.now().isoformat(), **record}, cls=DjangoJSONEncoder) + "\n"
    descriptor = os.open(directory / f"{kind}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line)


class FileMailGateway:
    """Offline default: keeps every e-mail as a line of var/outbox/mail.jsonl."""

    def send(self, mail: Mail) -> str:
        return _append("mail", mail)


class FileSmsGateway:
    """Offline default: keeps every text message as a line of var/outbox/sms.jsonl."""

    def send(self, sms: Sms) -> str:
        return _append("sms", sms)


class FileCardGateway:
    """Offline default: keeps every request in var/outbox/cards.jsonl and answers like the provider."""

    def create_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        page = CheckoutPage(id=f"cs_offline_{order.key}", url=f"{settings.CHECKOUT_URL}?page={order.key}")
        _keep("cards", {"did": "create_checkout", "page": page.id, **asdict(order)})
        return page

    def expire_checkout(self, page_id: str) -> None:
        _keep("cards", {"did": "expire_checkout", "page": page_id})

    def refund(self, order: RefundOrder) -> CardRefund:
        _keep("cards", {"did": "refund", **asdict(order)})
        return CardRefund(id=f"re_offline_{order.key}", state=RefundState.SUCCEEDED)

    def retrieve_refund(self, refund_id: str) -> CardRefund:
        _keep("cards", {"did": "retrieve_refund", "refund": refund_id})
        return CardRefund(id=refund_id, state=RefundState.SUCCEEDED)


class FileWebhookGateway:
    """Sends nothing: keeps every post as a line of var/outbox/webhooks.jsonl and answers 202."""

    def post(self, post: WebhookPost) -> int:
        _keep("webhooks", {"url": post.url, "headers": post.headers, "body": post.body.decode()})
        return 202


def webhook_gateway() -> WebhookGateway:
    """Return the gateway named by WEBHOOK_GATEWAY."""
    return cast("WebhookGateway", import_string(settings.WEBHOOK_GATEWAY)())


def card_gateway() -> CardGateway:
    """Return the gateway named by CARD_GATEWAY."""
    return cast("CardGateway", import_string(settings.CARD_GATEWAY)())


class FileObjectStore:
    """Offline default: keeps files below var/objects/<bucket>."""

    def remove(self, bucket: str, key: str) -> None:
        root = (Path(settings.VAR_DIR) / "objects").resolve()
        path = (root / bucket / key).resolve()
        if root not in path.parents:
            raise ValueError("The key of a file leads out of the store.")
        path.unlink(missing_ok=True)


def mail_gateway() -> MailGateway:
    """Return the gateway named by MAIL_GATEWAY."""
    return cast("MailGateway", import_string(settings.MAIL_GATEWAY)())


def sms_gateway() -> SmsGateway:
    """Return the gateway named by SMS_GATEWAY."""
    return cast("SmsGateway", import_string(settings.SMS_GATEWAY)())


def object_store() -> ObjectStore:
    """Return the store named by OBJECT_STORE."""
    return cast("ObjectStore", import_string(settings.OBJECT_STORE)())


def unusable_gateways() -> Iterator[str]:
    """Yield one line for each gateway that cannot be made of the settings as they are."""
    for make in (mail_gateway, sms_gateway, card_gateway, webhook_gateway, object_store):
        try:
            make()
        except (ImproperlyConfigured, ImportError) as error:
            yield str(error)

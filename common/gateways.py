"""The outside world behind small Protocols; the defaults work offline and keep a record.

A gateway is chosen by a dotted path in the settings. The file gateways append one JSON line per request to
VAR_DIR/outbox, readable by the owner alone, since a message holds personal data.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
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


class MailGateway(Protocol):
    def send(self, mail: Mail) -> str:
        """Send an e-mail and return the provider's id."""


class SmsGateway(Protocol):
    def send(self, sms: Sms) -> str:
        """Send a text message and return the provider's id."""


def _append(kind: str, record: Mail | Sms) -> str:
    directory = Path(settings.VAR_DIR) / "outbox"
    directory.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"sent_at": timezone.now().isoformat(), **asdict(record)}) + "\n"
    descriptor = os.open(directory / f"{kind}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line)
    return f"file:{record.message_id}"


class FileMailGateway:
    """Offline default: keeps every e-mail as a line of var/outbox/mail.jsonl."""

    def send(self, mail: Mail) -> str:
        return _append("mail", mail)


class FileSmsGateway:
    """Offline default: keeps every text message as a line of var/outbox/sms.jsonl."""

    def send(self, sms: Sms) -> str:
        return _append("sms", sms)


def mail_gateway() -> MailGateway:
    """Return the gateway named by MAIL_GATEWAY."""
    return cast("MailGateway", import_string(settings.MAIL_GATEWAY)())


def sms_gateway() -> SmsGateway:
    """Return the gateway named by SMS_GATEWAY."""
    return cast("SmsGateway", import_string(settings.SMS_GATEWAY)())

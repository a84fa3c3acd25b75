"""What accounts are told by mail: the words, and the rows that carry them.

Addresses and tokens stand in the encrypted part of an outbox row only; the words are made when it is sent.
"""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from events.enums import OutboxTarget
from events.models import OutboxMessage
from events.registry import MessageKind
from events.services.facts import Delivery
from identity.models import User

KINDS = (
    "account_verify_email",
    "account_email_taken",
    "account_password_reset",
    "account_password_changed",
    "account_invitation",
    "account_new_log_in",
)


def mail_to(user: User, kind: str, *, at: datetime, **words: str) -> Delivery:
    """Return the mail of a kind to the account; `words` fill its template."""
    when = f"{at:%Y-%m-%d %H:%M} UTC"
    private = {"to": user.email, "name": user.full_name, "when": when, **words}
    return Delivery(target=OutboxTarget.EMAIL, destination=kind, private=private)


def compose_mail(message: OutboxMessage) -> tuple[str, str]:
    """Return subject (the template's first line) and body of an account's mail."""
    words = {**(message.private_payload or {}), "site": settings.PUBLIC_SITE_URL.rstrip("/")}
    text = render_to_string(f"identity/messages/{message.destination}.txt", words)
    subject, _line, body = text.partition("\n")
    return subject.strip(), body.strip() + "\n"


def mail_kinds() -> list[MessageKind]:
    """Return every kind of mail that this app sends."""
    return [MessageKind(name=name, compose=compose_mail) for name in KINDS]

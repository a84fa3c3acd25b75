"""Notices of Zelle and Venmo, forwarded from the mailbox of the house (PY-8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

import orjson
from django.conf import settings

from bookings.enums import PaymentMethod
from common.crypto.normalize import normalize_email, normalize_phone
from events.exceptions import Undeliverable
from events.models import InboxMessage
from integra.enums import PaymentProvider
from integra.services.payment_events import ToldPayment, store_payment_event

SOURCE = "payment_mail"
PAID = re.compile(
    r"^[ \t]*(?P<name>[^\W\d_][\w .,'’&-]{0,99}?)\s+(?:has\s+)?(?:sent|paid)\s+you\s+(?:a\s+payment\s+of\s+)?"
    r"\$\s?(?P<dollars>\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.(?P<cents>\d\d))?(?!\d|\.\d)",
    re.IGNORECASE | re.MULTILINE,
)
MEMO = re.compile(r"^\s*(?:memo|note|message)\s*:\s*(?P<memo>.{1,500}?)\s*$", re.IGNORECASE | re.MULTILINE)
KEY = re.compile(
    r"(?:transaction|confirmation)\s*(?:number|id|code|#)?\s*:?\s*#?\s*(?P<key>[A-Za-z0-9]{8,40})\b",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"^\s*sender(?:'s)?(?:\s+(?:e-?mail|phone))?\s*:\s*(?P<contact>.{3,254}?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
HANDLE = re.compile(r"(?<![\w.])@(?P<handle>[A-Za-z0-9_-]{3,30})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a mail of a bank says about money that came in."""

    method: PaymentMethod
    key: str
    name: str
    amount_cents: int
    memo: str = ""
    email: str = ""
    phone: str = ""
    handle: str = ""


def process_payment_mail(message: InboxMessage, at: datetime) -> bool:
    """Keep the money that a stored mail tells of; False for mail that tells of none, or from elsewhere."""
    try:
        mail = orjson.loads(message.payload or "")
        sender, subject, text = mail["from"], mail["subject"], mail["text"]
        received_at = datetime.fromisoformat(mail["received_at"])
    except (ValueError, KeyError, TypeError) as error:
        raise Undeliverable(f"unreadable: {type(error).__name__}") from error
    if not is_bank(str(sender)):
        return False
    notice = read_notice(subject=str(subject), text=str(text))
    if notice is None:
        return False
    told = told_by_mail(notice, mail=mail, message_id=message.message_id, received_at=received_at)
    store_payment_event(told=told, at=at)
    return True


def is_bank(sender: str) -> bool:
    """Tell whether a mail comes from a domain that tells of money (PAYMENT_MAIL_SENDERS), or one below."""
    _name, address = parseaddr(sender)
    domain = address.rpartition("@")[2].lower()
    return any(domain == known or domain.endswith(f".{known}") for known in settings.PAYMENT_MAIL_SENDERS)


def read_notice(*, subject: str, text: str) -> Notice | None:
    """Return what a mail says of money that came in, None when it says nothing of the kind."""
    whole = f"{subject}\n{text}"
    paid = PAID.search(text) or PAID.search(subject)
    if paid is None:
        return None
    cents = int(paid["dollars"].replace(",", "")) * 100 + int(paid["cents"] or 0)
    if cents == 0:
        return None
    memo, key, contact = MEMO.search(text), KEY.search(text), CONTACT.search(text)
    handle = HANDLE.search(text)
    email, phone = _contact(contact["contact"]) if contact else ("", "")
    return Notice(
        method=PaymentMethod.VENMO if "venmo" in whole.lower() else PaymentMethod.ZELLE,
        key=key["key"] if key else "",
        name=paid["name"].strip(" .,:;-"),
        amount_cents=cents,
        memo=memo["memo"] if memo else "",
        email=email,
        phone=phone,
        handle=handle["handle"] if handle and not email else "",
    )


def told_by_mail(
    notice: Notice, *, mail: Mapping[str, Any], message_id: str, received_at: datetime
) -> ToldPayment:
    """Return the payment of a notice; its key is the bank's own, so that a forwarded copy counts once."""
    if received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=UTC)
    return ToldPayment(
        provider=PaymentProvider.PAYMENT_MAIL,
        provider_id=f"{notice.method.value}:{notice.key}" if notice.key else message_id,
        method=notice.method,
        amount_cents=notice.amount_cents,
        occurred_at=received_at,
        memo=notice.memo,
        sender_name=notice.name,
        sender_email=notice.email,
        sender_phone=notice.phone,
        sender_handle=notice.handle,
        raw=mail,
    )


def _contact(text: str) -> tuple[str, str]:
    """Return e-mail and phone of a contact; what is neither is left out."""
    if "@" in text:
        return normalize_email(parseaddr(text)[1]), ""
    try:
        return "", normalize_phone(text)
    except ValueError:
        return "", ""

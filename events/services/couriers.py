"""Couriers of e-mail and SMS: the gate is asked, the words are composed, the gateway is called."""

from datetime import datetime

from django.db import transaction

from common.gateways import Mail, MailRefused, Sms, mail_gateway, sms_gateway
from events.enums import OutboxTarget
from events.exceptions import DeliveryDeferred, DeliveryRefused, Undeliverable
from events.models import OutboxMessage
from events.ports import Decision, Dispatch, message_gate
from events.registry import MessageKind, message_kind_of


def send_mail(message: OutboxMessage, at: datetime) -> int | None:
    """Send one e-mail, its Message-ID made of the row's id; what the provider refuses for good is parked."""
    kind, to = _allowed(message, at=at)
    subject, body = kind.compose(message)
    try:
        mail_gateway().send(Mail(to=to, subject=subject, body=body, message_id=str(message.pk)))
    except MailRefused as refusal:
        raise Undeliverable(str(refusal)) from None
    return None


def send_sms(message: OutboxMessage, at: datetime) -> int | None:
    """Send one text message; the row's id is the provider's idempotency key."""
    kind, to = _allowed(message, at=at)
    _subject, body = kind.compose(message)
    sms_gateway().send(Sms(to=to, body=body, message_id=str(message.pk)))
    return None


def _allowed(message: OutboxMessage, *, at: datetime) -> tuple[MessageKind, str]:
    kind = message_kind_of(message.destination)
    to = str((message.private_payload or {}).get("to") or "")
    dispatch = Dispatch(
        channel="email" if message.target == OutboxTarget.EMAIL else "sms",
        contact=to,
        purpose=kind.purpose,
        source_id=message.pk,
        station_id=message.event.station_id,
    )
    with transaction.atomic():
        verdict = message_gate.get().judge(dispatch, at=at)
    if verdict.decision == Decision.DEFER and verdict.until is not None:
        raise DeliveryDeferred(verdict.until, *verdict.reasons)
    if verdict.decision != Decision.ALLOW:
        raise DeliveryRefused(*verdict.reasons)
    return kind, to

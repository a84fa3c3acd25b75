"""The words of every message about a party; times are the station's, money is written out."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.template import Context, Engine

from bookings.enums import HoldCancellationReason
from events.enums import OutboxTarget
from events.models import OutboxMessage
from events.registry import Composer, MessageKind

OPT_OUT = "Reply STOP to opt out"
ABOUT_BOOKINGS = (
    "deposit_request",
    "deposit_reminder",
    "deposit_reversed",
    "booking_confirmed",
    "booking_cancelled",
    "booking_timed_out",
    "cancellation_rejected",
    "booking_rescheduled",
    "booking_reinstated",
    "event_reminder_week",
    "event_reminder_balance",
    "event_reminder_day",
    "custom_reminder",
)
ABOUT_HOLDS = ("hold_signing_link", "hold_signing_warning", "hold_payment_warning", "hold_expired")
ABOUT_MONEY = ("payment_failed",)
ABOUT_QUOTES = ("quote_email",)
MONEY = {
    "deposit_cents": "deposit",
    "amount_cents": "deposit",
    "missing_cents": "missing",
    "refund_cents": "refund",
    "total_cents": "total",
    "balance_cents": "balance",
    "fee_cents": "fee",
    "charged_cents": "charged",
}
NOON = 12
INSTANTS = ("starts_at", "old_starts_at", "deadline")


def message_kinds() -> list[MessageKind]:
    """Return what the messages of this app say; all are part of a contract or of making one."""
    return [
        MessageKind(name=kind, compose=composer(kind))
        for kind in (*ABOUT_BOOKINGS, *ABOUT_HOLDS, *ABOUT_MONEY, *ABOUT_QUOTES)
    ]


def composer(kind: str) -> Composer:
    """Return what writes the messages of a kind from its template, e-mail or SMS."""

    def compose(message: OutboxMessage) -> tuple[str, str]:
        facts = facts_of(message)
        if message.target == OutboxTarget.SMS:
            words = _rendered(f"{kind}.sms", facts)
            return "", f"{' '.join(words.split())} {OPT_OUT}"
        subject, _, body = _rendered(kind, facts).partition("\n")
        return subject.strip(), _tidy(body)

    return compose


def facts_of(message: OutboxMessage) -> dict[str, Any]:
    """Return payload and contact of a message as its templates name them."""
    payload: Mapping[str, Any] = message.payload
    facts: dict[str, Any] = {**payload, **(message.private_payload or {})}
    for cents, name in MONEY.items():
        if cents in payload:
            facts[name] = money(payload[cents], payload["currency"])
    for name in INSTANTS:
        if payload.get(name):
            facts[name] = local_words(datetime.fromisoformat(payload[name]), payload["timezone"])
    if "lines" in payload:
        facts["lines"] = [
            {"label": line["label"], "amount": money(line["amount_cents"], payload["currency"])}
            for line in payload["lines"]
        ]
        facts["day"], facts["hour"] = slot_words(payload["date"], payload["slot"])
    facts["owes"] = payload.get("balance_cents", 0) > 0
    facts["refunds"] = payload.get("refund_cents", 0) > 0
    facts["has_fee"] = payload.get("fee_cents", 0) > 0
    facts["unsigned"] = payload.get("reason") == HoldCancellationReason.SIGNING_TIMEOUT
    return facts


def money(cents: int, currency: str) -> str:
    """Return `$1,234.56` for cents; other currencies by their code."""
    symbol = "$" if currency == "USD" else f"{currency} "
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{symbol}{whole:,}.{rest:02d}"


def local_words(instant: datetime, zone: str) -> str:
    """Return an instant as people of the station say it: `Saturday, June 6, 2026 at 12:00 PM PDT`."""
    local = instant.astimezone(ZoneInfo(zone))
    day, hour = slot_words(local.date().isoformat(), local.time().isoformat())
    return f"{day} at {hour} {local:%Z}"


def slot_words(day: str, slot: str) -> tuple[str, str]:
    """Return a date and a time of day in words: `Saturday, June 6, 2026` and `12:00 PM`."""
    on, at = date.fromisoformat(day), time.fromisoformat(slot)
    half = "AM" if at.hour < NOON else "PM"
    return f"{on:%A, %B} {on.day}, {on.year}", f"{at.hour % 12 or 12}:{at:%M} {half}"


def _rendered(name: str, facts: Mapping[str, Any]) -> str:
    template = Engine.get_default().get_template(f"bookings/messages/{name}.txt")
    # Plain text: nothing to escape.
    return template.render(Context(dict(facts), autoescape=False))


def _tidy(body: str) -> str:
    """Return the body without the blank lines that conditions leave behind."""
    paragraphs = [part.strip("\n") for part in body.strip().split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part.strip()) + "\n"

"""PY-8: money as a provider tells it, kept once per provider and key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings.enums import PaymentMethod
from common.actors import Actor
from common.db.statements import RowStatement
from common.ports import alerts, audit_trail
from events.services import publish
from integra.enums import PaymentEventStatus, PaymentProvider
from integra.models import PaymentEvent

TOLD_BY = RowStatement(PaymentEvent, "WHERE provider = %(provider)s AND provider_id = %(provider_id)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPayment:
    """What is known of money that arrived; `amount_cents` above 0, contacts in any readable spelling."""

    provider: PaymentProvider
    provider_id: str
    method: PaymentMethod
    amount_cents: int
    occurred_at: datetime
    currency: str = "USD"
    station_id: UUID | None = None
    memo: str = ""
    sender_name: str = ""
    sender_email: str = ""
    sender_phone: str = ""
    sender_handle: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def store_payment_event(
    *, told: ToldPayment, at: datetime, status: PaymentEventStatus = PaymentEventStatus.PENDING
) -> tuple[PaymentEvent, bool]:
    """Keep an event and return it, with whether it is new; a repeat changes nothing."""
    event = PaymentEvent(
        provider=told.provider,
        provider_id=told.provider_id,
        method=told.method,
        station_id=told.station_id,
        amount_cents=told.amount_cents,
        currency=told.currency,
        occurred_at=told.occurred_at,
        status=status,
        created_at=at,
        updated_at=at,
    )
    event.memo = told.memo or None
    event.sender_name = told.sender_name or None
    event.sender_email = told.sender_email or None
    event.sender_phone = told.sender_phone or None
    event.sender_handle = told.sender_handle or None
    event.raw_data = dict(told.raw) or None
    PaymentEvent.objects.bulk_create([event], ignore_conflicts=True)
    [kept] = TOLD_BY.all({"provider": told.provider.value, "provider_id": told.provider_id})
    return kept, kept.pk == event.pk


@transaction.atomic
def enter_payment_event(*, told: ToldPayment, by: Actor, at: datetime) -> tuple[PaymentEvent, bool]:
    """Keep money that staff enter by hand; a repeat of its reference changes nothing."""
    event, is_new = store_payment_event(told=told, at=at)
    if is_new:
        audit_trail.get().record(
            action="create",
            resource_type="paymentevent",
            resource_id=str(event.pk),
            by=by,
            station_id=event.station_id,
            permissions=["payment.match"],
            details={"amount_cents": event.amount_cents, "method": str(event.method)},
        )
    return event, is_new


def leave_unmatched(event: PaymentEvent, *, why: str, by: Actor, at: datetime) -> None:
    """Put an event that nobody can place by rule into the manual queue, with an alert (PY-10).

    Emits payment.unplaced; `why` is a code, nothing personal.
    """
    if event.status != PaymentEventStatus.UNMATCHED:
        event.status, event.updated_at = PaymentEventStatus.UNMATCHED, at
        event.save(update_fields=["status", "updated_at"])
    publish(
        "payment.unplaced",
        subject=event,
        by=by,
        at=at,
        station_id=event.station_id,
        payload={"amount_cents": event.amount_cents, "currency": event.currency, "reason": why},
    )
    alerts.get().raise_alert(
        cause="unplaced",
        subject_type="paymentevent",
        subject_id=event.pk,
        station_id=event.station_id,
        message=f"Money arrived that has no place yet ({why}): match it by hand or send it back.",
        at=at,
    )

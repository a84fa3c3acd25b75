"""The manual queue: events that leave it without a match (section 7)."""

from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import InvalidTransition
from common.ports import audit_trail
from common.reasons import check_reason
from integra.enums import QUEUED_PAYMENT_STATUSES, PaymentEventStatus, PaymentProvider
from integra.exceptions import AlreadyMatched
from integra.models import PaymentEvent

CODE = "payment.match"


@transaction.atomic
def ignore_event(*, event: PaymentEvent, note: str, by: Actor, at: datetime) -> PaymentEvent:
    """Take an event out of the queue with a note of 10 to 500 characters: it is not a customer's money."""
    because = check_reason(note)
    locked = lock_event(event)
    _close(locked, note=because, by=by, at=at)
    return locked


@transaction.atomic
def close_returned(*, provider_id: str | None, refunded_cents: int, by: Actor, at: datetime) -> bool:
    """Take card money out of the queue that was sent back at Stripe; tell whether there was any."""
    event = (
        PaymentEvent.objects.select_for_update(no_key=True, of=("self",))
        .filter(
            provider=PaymentProvider.STRIPE,
            provider_id=provider_id or "",
            status__in=QUEUED_PAYMENT_STATUSES,
            amount_cents__lte=refunded_cents,
        )
        .first()
    )
    if event is None:
        return False
    _close(event, note="Refunded at the card provider", by=by, at=at)
    return True


def lock_event(event: PaymentEvent) -> PaymentEvent:
    """Lock an event that waits in the queue; 409 `already_matched`, or `invalid_transition` when ignored."""
    locked = PaymentEvent.objects.select_for_update(no_key=True, of=("self",)).get(pk=event.pk)
    if locked.status == PaymentEventStatus.MATCHED:
        raise AlreadyMatched
    if locked.status not in QUEUED_PAYMENT_STATUSES:
        raise InvalidTransition(from_=locked.status, allowed=[])
    return locked


def _close(event: PaymentEvent, *, note: str, by: Actor, at: datetime) -> None:
    before = event.status
    event.status = PaymentEventStatus.IGNORED
    event.ignored_at, event.ignored_by_id, event.ignore_note = at, by.id, note
    event.updated_at = at
    event.save(update_fields=["status", "ignored_at", "ignored_by", "ignore_note", "updated_at"])
    audit_trail.get().record(
        action="update",
        resource_type="paymentevent",
        resource_id=str(event.pk),
        by=by,
        station_id=event.station_id,
        permissions=[CODE] if by.type == "user" else [],
        details={"ignored": {"from": str(before)}},
        reason=note,
    )

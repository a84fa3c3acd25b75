"""D-6: a booking that failed is not lost; what is known of it goes to whoever handles booking.failed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from django.db import transaction

from bookings.models import Booking
from bookings.requests import BookingRequest
from common.actors import Actor
from common.models import uuid7
from events.registry import subscriptions
from events.services import publish

FailureReason = Literal["slot_taken", "slot_contended", "outside_service_area", "error"]

log = structlog.get_logger(__name__)


def capture_failure(
    *,
    request: BookingRequest,
    reason: FailureReason,
    station_id: UUID | None,
    total_cents: int | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Store booking.failed after the attempt was rolled back; tell whether a handler got the contact."""
    stored = store_failure(
        request=request, reason=reason, station_id=station_id, total_cents=total_cents, by=by, at=at
    )
    return stored and bool(subscriptions("booking.failed"))


def store_failure(
    *,
    request: BookingRequest,
    reason: FailureReason,
    station_id: UUID | None,
    total_cents: int | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Store booking.failed and tell whether that worked; what hinders it is logged, the refusal stays.

    The contact travels only in the encrypted part of the handlers' outbox rows.
    """
    try:
        with transaction.atomic():
            publish(
                "booking.failed",
                # No booking came to be; the event opens the history of the key it would have had.
                subject=Booking(id=uuid7()),
                by=by,
                at=at,
                station_id=station_id,
                payload={
                    "reason": reason,
                    "station_id": None if station_id is None else str(station_id),
                    "date": request.date.isoformat(),
                    "slot": request.slot.isoformat(),
                    "source": request.source,
                    "party_adults": request.adults,
                    "party_kids": request.kids,
                    "party_toddlers": request.toddlers,
                    "budget_cents": total_cents,
                },
                private={
                    "first_name": request.first_name,
                    "last_name": request.last_name,
                    "email": request.email,
                    "phone": request.phone,
                    "postal_code": request.postal_code,
                },
            )
    except Exception:  # whatever breaks here must not replace the answer to the customer
        log.exception("booking_failed_not_captured", reason=reason)
        return False
    return True

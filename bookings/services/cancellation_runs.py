"""Requests to cancel that nobody decides (BK-10), by the clock."""

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef

from bookings.deadlines import APPROVAL_WITHIN
from bookings.enums import OCCUPYING_STATUSES
from bookings.models import Booking, SystemEvent
from bookings.services.attempts import attempt
from common.ports import alerts
from events.registry import JobReport
from events.services.jobs import run_items

CAUSE = "cancellation_waits"


def cancellation_alerts(*, at: datetime) -> JobReport:
    """Alert the approvers once of every request that has been open for more than 24 h."""
    told = SystemEvent.objects.filter(
        action=CAUSE, entity_id=OuterRef("pk"), timestamp__gt=OuterRef("cancellation_requested_at")
    )
    waiting = (
        Booking.objects.live()
        .filter(
            ~Exists(told),
            status__in=OCCUPYING_STATUSES,
            cancellation_requested_at__lt=at - APPROVAL_WITHIN,
            cancelled_at__isnull=True,
        )
        .order_by("cancellation_requested_at", "pk")
    )
    return run_items(
        "cancellation_alerts", waiting.iterator(), lambda booking: attempt(partial(_alert, booking, at))
    )


def _alert(booking: Booking, at: datetime) -> bool:
    requested_at = booking.cancellation_requested_at
    if requested_at is None:
        return False
    alerts.get().raise_alert(
        cause=CAUSE,
        subject_type="booking",
        subject_id=booking.pk,
        station_id=booking.station_id,
        message=f"A request to cancel {booking.reference} waits since {requested_at.isoformat()}.",
        at=at,
        step=requested_at.isoformat(),
    )
    return True

"""BK-17 and T6 by the clock: parties that nobody cooks for, and parties that are over."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.deadlines import (
    AUTO_COMPLETE_AFTER,
    CHEF_ALERT_EVERY,
    CHEF_ESCALATED_BEFORE,
    CHEF_ESCALATED_FROM_ALERT,
    CHEF_WANTED_BEFORE,
)
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.services.attempts import attempt
from bookings.services.life_cycle import complete_booking
from common.actors import SystemActor
from common.exceptions import InvalidTransition
from common.ports import alerts
from events.registry import JobReport
from events.services.jobs import run_items

CLOSING = SystemActor("close_past_bookings")


def close_past_bookings(*, at: datetime) -> JobReport:
    """Complete every confirmed party that ended 12 h ago (T6), each in a transaction of its own."""
    over = (
        Booking.objects.live()
        .filter(status=BookingStatus.CONFIRMED, ends_at__lte=at - AUTO_COMPLETE_AFTER)
        .order_by("ends_at", "pk")
    )
    return run_items("close_past_bookings", over.iterator(), partial(_complete, at=at))


def chef_alerts(*, at: datetime) -> JobReport:
    """Alert the station every 4 h of each party within 7 days that has no chef (BK-17).

    From the fourth alert on, or within 3 days, the owners too. Marks such parties urgent, and no others.
    """
    Booking.objects.filter(is_urgent=True).exclude(_chefless(at)).update(is_urgent=False, updated_at=at)
    due = Booking.objects.filter(_due(at)).order_by("starts_at", "pk")
    return run_items("chef_alerts", due.iterator(), lambda booking: attempt(partial(_alert, booking, at)))


def _complete(booking: Booking, *, at: datetime) -> bool:
    try:
        complete_booking(booking=booking, expected_version=None, by=CLOSING, at=at)
    except InvalidTransition:
        # Somebody was faster, or has moved the party.
        return False
    return True


def _chefless(at: datetime) -> Q:
    return Q(
        status=BookingStatus.CONFIRMED,
        chef__isnull=True,
        deleted_at__isnull=True,
        starts_at__gt=at,
        starts_at__lte=at + CHEF_WANTED_BEFORE,
    )


def _due(at: datetime) -> Q:
    silent = Q(urgency_alert_sent_at__isnull=True) | Q(urgency_alert_sent_at__lte=at - CHEF_ALERT_EVERY)
    return _chefless(at) & silent


def _alert(booking: Booking, at: datetime) -> bool:
    rows: QuerySet[Booking] = Booking.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.filter(_due(at), pk=booking.pk).first()
    if locked is None:
        return False
    number = locked.urgency_alert_count + 1
    is_escalated = number >= CHEF_ESCALATED_FROM_ALERT or locked.starts_at - at <= CHEF_ESCALATED_BEFORE
    # Marks of the clock, not of the party: its version stays, so that nobody's open form grows stale.
    Booking.objects.filter(pk=locked.pk).update(
        is_urgent=True,
        urgency_alert_count=number,
        urgency_alert_sent_at=at,
        urgency_escalated_at=locked.urgency_escalated_at or (at if is_escalated else None),
        updated_at=at,
    )
    words = f"{locked.reference} on {locked.date} at {locked.slot:%H:%M} has no chef yet (alert {number})."
    _raise("chef_missing", locked, locked.station_id, words, at)
    if is_escalated:
        _raise("chef_missing_escalated", locked, None, words, at)
    return True


def _raise(cause: str, booking: Booking, station_id: UUID | None, message: str, at: datetime) -> None:
    alerts.get().raise_alert(
        cause=cause,
        subject_type="booking",
        subject_id=booking.pk,
        station_id=station_id,
        message=message,
        at=at,
        step=at.isoformat(),
    )

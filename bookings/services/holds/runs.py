"""H-4 by the clock: warn an hour before a deadline, expire after it; jobs of section 16."""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q

from bookings.enums import HoldStatus
from bookings.models import ReservationHold
from bookings.models.querysets import ReservationHoldQuerySet
from bookings.services.attempts import attempt
from bookings.services.hold_states import mark_expired, save_move
from bookings.services.notices import hold_notice
from bookings.services.slots import lock_slots, release_lane, slot_of
from events.registry import JobReport
from events.selectors import list_events
from events.services import deliver
from events.services.jobs import run_items

WARNING_TIME = timedelta(hours=1)
UNWARNED = Q(status=HoldStatus.PENDING, signing_warning_sent_at=None) | Q(
    status=HoldStatus.SIGNED, payment_warning_sent_at=None
)


def expire_holds(*, at: datetime) -> JobReport:
    """Expire every hold whose deadline has passed and free its lane, each in a transaction of its own.

    Emits hold.expired and mails the customer; a hold that fails is logged and left to the next run.
    """
    overdue = _overdue(at).order_by("expires_at", "pk")
    return run_items("expire_holds", overdue.iterator(), lambda hold: attempt(partial(_expire, hold, at)))


def warn_holds(*, at: datetime) -> JobReport:
    """Mail everybody whose deadline is at most an hour away, once per deadline, each on its own."""
    due = _due_for_warning(at).order_by("expires_at", "pk")
    return run_items("warn_holds", due.iterator(), lambda hold: attempt(partial(_warn, hold, at)))


def _overdue(at: datetime) -> ReservationHoldQuerySet:
    return ReservationHold.objects.occupying().filter(expires_at__lt=at)


def _due_for_warning(at: datetime) -> ReservationHoldQuerySet:
    return ReservationHold.objects.filter(UNWARNED, expires_at__range=(at, at + WARNING_TIME))


def _lock(hold: ReservationHold, rows: ReservationHoldQuerySet) -> ReservationHold | None:
    """Lock the slot, then the hold if it is still one of these rows (D-9)."""
    lock_slots(slot_of(hold))
    return rows.select_for_update(no_key=True, of=("self",)).filter(pk=hold.pk).first()


def _expire(hold: ReservationHold, at: datetime) -> bool:
    locked = _lock(hold, _overdue(at))
    if locked is None:
        return False
    mark_expired(locked, at=at)
    release_lane(hold=locked)
    return True


def _warn(hold: ReservationHold, at: datetime) -> bool:
    locked = _lock(hold, _due_for_warning(at))
    if locked is None:
        return False
    is_unsigned = locked.status == HoldStatus.PENDING
    column = "signing_warning_sent_at" if is_unsigned else "payment_warning_sent_at"
    setattr(locked, column, at)
    save_move(locked, [column], at=at)
    # No new fact: the warning belongs to the last one, that the hold was made or signed.
    told = list_events(aggregate_type="reservationhold", aggregate_id=locked.pk).latest("version")
    deliver(told, hold_notice("hold_signing_warning" if is_unsigned else "hold_payment_warning", locked))
    return True

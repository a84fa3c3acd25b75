"""Times that follow from a booking: deposit deadlines (BK-5, BK-6), cut-offs (BK-4, BK-11), reminders.

Pure: every function takes its instants (UTC) and asks no clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.enums import ReminderType

CUSTOMER_DEADLINE = timedelta(hours=2)
INTERNAL_DEADLINE = timedelta(hours=24)
INTERNAL_BEFORE_START = timedelta(hours=24)
DEPOSIT_REMINDERS = (
    timedelta(hours=1, minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=23),
)
GUEST_COUNT_CUTOFF = timedelta(hours=24)
MENU_CUTOFF = timedelta(hours=12)
CUSTOMER_NOTICE = timedelta(hours=24)
REFUND_DAYS = 4
APPROVAL_WITHIN = timedelta(hours=24)
CORRECTION_WITHIN = timedelta(days=7)
RESTORE_WITHIN = timedelta(days=30)
AUTO_COMPLETE_AFTER = timedelta(hours=12)
NO_SHOW_AFTER = timedelta(minutes=30)
CHEF_WANTED_BEFORE = timedelta(days=7)
CHEF_ALERT_EVERY = timedelta(hours=4)
CHEF_ESCALATED_BEFORE = timedelta(days=3)
CHEF_ESCALATED_FROM_ALERT = 4
FIRST_REMINDER_NEEDS = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class DepositDeadlines:
    """BK-5: what the customer is told, and when the house gives the slot away."""

    customer: datetime
    internal: datetime


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """BK-18: one reminder of the event."""

    reminder_type: ReminderType
    scheduled_for: datetime


def deposit_deadlines(*, counted_from: datetime, starts_at: datetime) -> DepositDeadlines:
    """Return both deadlines of BK-5, counted from creation, or from now when they are restarted."""
    customer = counted_from + CUSTOMER_DEADLINE
    internal = min(counted_from + INTERNAL_DEADLINE, starts_at - INTERNAL_BEFORE_START)
    return DepositDeadlines(customer=customer, internal=max(customer, internal))


def refund_cutoff(*, zone: str, day: date, slot: time) -> datetime:
    """Return until when a cancellation is in time (BK-11): the slot's wall time four days before, in UTC.

    A wall time that occurs twice means the first; one that a change of the clocks skips counts as before it.
    """
    local = datetime.combine(day - timedelta(days=REFUND_DAYS), slot, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def planned_reminders(*, starts_at: datetime, at: datetime) -> list[PlannedReminder]:
    """Return the reminders of BK-18 that still lie ahead of `at`, earliest first."""
    plan = [
        PlannedReminder(ReminderType.EMAIL, starts_at - timedelta(days=3)),
        PlannedReminder(ReminderType.BOTH, starts_at - timedelta(hours=24)),
    ]
    if starts_at - at > FIRST_REMINDER_NEEDS:
        plan.insert(0, PlannedReminder(ReminderType.EMAIL, starts_at - timedelta(days=7)))
    return [reminder for reminder in plan if reminder.scheduled_for > at]


def next_deposit_reminder(
    *, created_at: datetime, internal_deadline: datetime | None, at: datetime
) -> datetime | None:
    """Return when BK-6 reminds next, or None when the last reminder or the internal deadline has passed."""
    for delay in DEPOSIT_REMINDERS:
        due = created_at + delay
        if due > at and (internal_deadline is None or due < internal_deadline):
            return due
    return None

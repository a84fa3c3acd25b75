"""Times that follow from a booking: deposit deadlines (BK-5, BK-6), edit cut-offs (BK-4), reminders (BK-18).

Pure: every function takes its instants (UTC) and asks no clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
AUTO_COMPLETE_AFTER = timedelta(hours=12)
NO_SHOW_AFTER = timedelta(minutes=30)
CHEF_WANTED_BEFORE = timedelta(days=7)
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

from datetime import UTC, datetime, timedelta

import pytest

from bookings.deadlines import (
    DepositDeadlines,
    PlannedReminder,
    deposit_deadlines,
    next_deposit_reminder,
    planned_reminders,
)
from bookings.enums import ReminderType

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "internal"),
    [
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(hours=48), timedelta(hours=24)),
        (timedelta(hours=40), timedelta(hours=16)),
        (timedelta(hours=26), timedelta(hours=2)),
        (timedelta(hours=25), timedelta(hours=2)),
        (timedelta(hours=3), timedelta(hours=2)),
    ],
)
def test_bk5_internal_deadline_is_a_day_before_the_party_but_never_before_the_customers(ahead, internal):
    assert deposit_deadlines(counted_from=NOW, starts_at=NOW + ahead) == DepositDeadlines(
        customer=NOW + timedelta(hours=2), internal=NOW + internal
    )


def test_bk18_far_ahead_plans_three_reminders():
    starts_at = NOW + timedelta(days=8, seconds=1)
    assert planned_reminders(starts_at=starts_at, at=NOW) == [
        PlannedReminder(ReminderType.EMAIL, starts_at - timedelta(days=7)),
        PlannedReminder(ReminderType.EMAIL, starts_at - timedelta(days=3)),
        PlannedReminder(ReminderType.BOTH, starts_at - timedelta(hours=24)),
    ]


def test_bk18_first_reminder_needs_more_than_eight_days():
    starts_at = NOW + timedelta(days=8)
    assert [reminder.scheduled_for for reminder in planned_reminders(starts_at=starts_at, at=NOW)] == [
        starts_at - timedelta(days=3),
        starts_at - timedelta(days=1),
    ]


@pytest.mark.parametrize(
    ("ahead", "count"), [(timedelta(days=3), 1), (timedelta(hours=25), 1), (timedelta(hours=24), 0)]
)
def test_bk18_plans_nothing_for_the_past(ahead, count):
    assert len(planned_reminders(starts_at=NOW + ahead, at=NOW)) == count


@pytest.mark.parametrize(
    ("passed", "due"),
    [
        (timedelta(0), timedelta(minutes=90)),
        (timedelta(minutes=90), timedelta(hours=2)),
        (timedelta(hours=2), timedelta(hours=12)),
        (timedelta(hours=12), timedelta(hours=23)),
        (timedelta(hours=23), None),
    ],
)
def test_bk6_reminds_four_times(passed, due):
    found = next_deposit_reminder(
        created_at=NOW, internal_deadline=NOW + timedelta(hours=24), at=NOW + passed
    )
    assert found == (None if due is None else NOW + due)


def test_bk6_stops_at_the_internal_deadline():
    deadline = NOW + timedelta(hours=2)
    at = NOW + timedelta(minutes=91)
    assert next_deposit_reminder(created_at=NOW, internal_deadline=deadline, at=at) is None
    assert next_deposit_reminder(created_at=NOW, internal_deadline=None, at=at) == NOW + timedelta(hours=2)

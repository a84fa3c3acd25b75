"""AU-5 as arithmetic."""

from datetime import UTC, datetime, timedelta

from identity.lockout import LockState, attempts_left

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(state, attempts, at):
    for _ in range(attempts):
        state = state.after_attempt(at)
    return state


def test_four_attempts_only_count():
    assert after(LockState(), 4, AT) == LockState(attempts=4)


def test_the_fifth_locks_for_fifteen_minutes():
    state = after(LockState(), 5, AT)
    assert state == LockState(attempts=0, level=1, locked_until=AT + 15 * MINUTE)
    assert state.is_locked(AT + 14 * MINUTE)
    assert not state.is_locked(AT + 15 * MINUTE)


def test_further_locks_grow_to_a_day_and_stay_there():
    state, at, minutes = LockState(), AT, []
    for _ in range(6):
        state = after(state, 5, at)
        minutes.append((state.locked_until - at) / MINUTE)
        at = state.locked_until
    assert minutes == [15, 30, 60, 1440, 1440, 1440]


def test_a_day_without_a_lock_clears_the_level():
    once = after(LockState(), 5, AT)
    day = timedelta(hours=24)
    assert after(once, 5, once.locked_until + day - MINUTE).level == 2
    assert after(once, 5, once.locked_until + day) == LockState(
        level=1, locked_until=once.locked_until + day + 15 * MINUTE
    )


def test_attempts_left_are_told_from_the_third_failure_on():
    assert [attempts_left(number) for number in (1, 2, 3, 4, 5)] == [None, None, 2, 1, 0]

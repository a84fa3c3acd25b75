"""BK-20: the state of a booking in words: why it is so, what blocks it, what happens next by itself."""

from dataclasses import dataclass
from datetime import datetime

from bookings.deadlines import (
    AUTO_COMPLETE_AFTER,
    CHEF_ALERT_EVERY,
    CHEF_WANTED_BEFORE,
    NO_SHOW_AFTER,
    next_deposit_reminder,
)
from bookings.enums import BookingStatus, DepositStatus, ReminderStatus
from bookings.models import Booking, BookingReminder, Deposit
from bookings.selectors.payments import get_paid_cents, has_payment_under_way


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code and a sentence; never personal data."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class NextAction:
    """What the house does next by itself, and when (UTC)."""

    code: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """Answer of BK-20; `next_action` is None when nothing happens by itself any more."""

    state: str
    why: str
    blockers: list[Reason]
    next_action: NextAction | None


def explain_booking(*, booking: Booking, at: datetime) -> Explanation:
    """Explain a booking as it stands at `at`; four queries at most."""
    status = BookingStatus(booking.status)
    if status in (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING):
        return _awaiting_deposit(booking, status, at)
    if status == BookingStatus.CONFIRMED:
        return _confirmed(booking, at)
    return Explanation(state=status.value, why=_closed(booking, status), blockers=[], next_action=None)


def _awaiting_deposit(booking: Booking, status: BookingStatus, at: datetime) -> Explanation:
    paid = get_paid_cents(booking.pk)
    missing = booking.deposit_due_cents - paid
    under_way = has_payment_under_way(booking.pk)
    blockers = []
    if missing > 0:
        blockers.append(
            Reason(
                "deposit_unpaid",
                f"{_money(missing)} of the {_money(booking.deposit_due_cents)} deposit is missing.",
            )
        )
    blockers += _hold(booking)
    if under_way:
        blockers.append(Reason("payment_processing", "A payment is being processed."))
    blockers += _cancellation(booking)
    asked = (
        "has not been asked for yet" if status == BookingStatus.NEW else "was asked for and has not arrived"
    )
    next_action = None
    if not booking.hold_on_request and missing > 0:
        next_action = _before_deadline(booking, at=at, under_way=under_way)
    return Explanation(
        state=status.value, why=f"The deposit {asked}.", blockers=blockers, next_action=next_action
    )


def _before_deadline(booking: Booking, *, at: datetime, under_way: bool) -> NextAction | None:
    deadline = booking.internal_deadline
    reminder = next_deposit_reminder(created_at=booking.created_at, internal_deadline=deadline, at=at)
    if reminder is not None and booking.status == BookingStatus.DEPOSIT_PENDING:
        return NextAction("deposit_reminder", "The customer is reminded of the deposit.", reminder)
    if deadline is None or under_way:
        return None
    return NextAction("auto_cancel", "The booking is cancelled and its slot given away.", deadline)


def _confirmed(booking: Booking, at: datetime) -> Explanation:
    deposit = Deposit.objects.filter(booking=booking).first()
    waived = deposit is not None and deposit.status == DepositStatus.WAIVED
    how = "was waived" if waived else "has arrived"
    why = f"The deposit {how}; confirmed at {_instant(booking.deposit_confirmed_at)}."
    blockers = [*_hold(booking), *_cancellation(booking)]
    if booking.chef_id is None:
        blockers.append(Reason("no_chef", "No chef is assigned."))
    if at < booking.starts_at:
        blockers.append(Reason("not_started", f"It can be completed from {_instant(booking.starts_at)} on."))
    elif at < booking.starts_at + NO_SHOW_AFTER:
        blockers.append(
            Reason(
                "no_show_too_early",
                f"A no-show can be noted from {_instant(booking.starts_at + NO_SHOW_AFTER)} on.",
            )
        )
    return Explanation(
        state=BookingStatus.CONFIRMED.value,
        why=why,
        blockers=blockers,
        next_action=_after_confirmation(booking, at),
    )


def _after_confirmation(booking: Booking, at: datetime) -> NextAction:
    coming = [
        NextAction("complete", "The booking is completed.", max(at, booking.ends_at + AUTO_COMPLETE_AFTER))
    ]
    reminder = (
        BookingReminder.objects.filter(booking=booking, status=ReminderStatus.PENDING, scheduled_for__gt=at)
        .order_by("scheduled_for", "pk")
        .values_list("scheduled_for", flat=True)
        .first()
    )
    if reminder is not None:
        coming.append(NextAction("event_reminder", "The customer is reminded of the party.", reminder))
    told = booking.urgency_alert_sent_at
    due = booking.starts_at - CHEF_WANTED_BEFORE if told is None else told + CHEF_ALERT_EVERY
    if booking.chef_id is None and at < booking.starts_at:
        words = "The station manager is alerted if no chef is assigned."
        coming.append(NextAction("chef_alert", words, max(at, due)))
    return min(coming, key=lambda action: action.at)


def _hold(booking: Booking) -> list[Reason]:
    if not booking.hold_on_request:
        return []
    return [Reason("on_hold", f"On hold since {_instant(booking.held_at)}.")]


def _cancellation(booking: Booking) -> list[Reason]:
    if booking.cancellation_requested_at is None:
        return []
    text = f"A cancellation requested at {_instant(booking.cancellation_requested_at)} waits for approval."
    return [Reason("cancellation_requested", text)]


def _closed(booking: Booking, status: BookingStatus) -> str:
    if status == BookingStatus.COMPLETED:
        return "The party took place."
    if status == BookingStatus.NO_SHOW:
        return "Nobody came to the party; the deposit is forfeited."
    code = str(booking.cancellation_reason_code).replace("_", " ")
    return f"Cancelled at {_instant(booking.cancelled_at)}, reason: {code}."


def _instant(value: datetime | None) -> str:
    return "an unknown time" if value is None else value.strftime("%Y-%m-%d %H:%M UTC")


def _money(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"

"""The deposit by the clock: reminders (BK-6), and the end of a booking that stays unpaid (BK-7, T4)."""

from datetime import datetime
from functools import partial

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Value,
    When,
)

from bookings.deadlines import DEPOSIT_REMINDERS
from bookings.enums import (
    BookingStatus,
    CancellationReasonCode,
    DepositStatus,
    PaymentStatus,
    ReminderPurpose,
    ReminderStatus,
    ReminderType,
)
from bookings.models import Booking, BookingReminder, Deposit, Payment
from bookings.selectors.payments import get_paid_cents
from bookings.services.attempts import attempt
from bookings.services.endings import leave_cancelled, lock_deposit, settle_deposit_row
from bookings.services.notices import money_facts, notices
from bookings.services.transitions import AWAITING_DEPOSIT, record_change
from common.actors import SystemActor
from common.ports import alerts
from events.registry import JobReport
from events.services import publish
from events.services.jobs import run_items

AUTO_CANCEL = SystemActor("auto_cancel_deposits")
REMINDING = SystemActor("deposit_reminders")
TIMEOUT_WORDS = "The deposit did not arrive in time."


def auto_cancel_deposits(*, at: datetime) -> JobReport:
    """Cancel every unpaid booking past its internal deadline (T4), each in a transaction of its own.

    Emits booking.cancelled and tells the customer; admin holds and payments under way wait.
    """
    due = _unpaid_for_good(at).order_by("internal_deadline", "pk")
    return run_items("auto_cancel_deposits", due.iterator(), partial(cancel_unpaid, at=at))


def cancel_unpaid(booking: Booking, *, at: datetime) -> bool:
    """Cancel one booking past its internal deadline (T4); tell whether BK-7 wanted it."""
    return attempt(partial(_cancel, booking, at))


def deposit_reminders(*, at: datetime) -> JobReport:
    """Remind of deposits 1 h 30, 2 h, 12 h and 23 h after booking; of several overdue only the latest."""
    due = _due_for_reminder(at).order_by("created_at", "pk")
    return run_items(
        "deposit_reminders", due.iterator(), lambda booking: attempt(partial(_remind, booking, at))
    )


def _unpaid_for_good(at: datetime) -> QuerySet[Booking]:
    under_way = Payment.objects.filter(booking=OuterRef("pk"), status=PaymentStatus.PROCESSING)
    return Booking.objects.live().filter(
        ~Exists(under_way),
        status__in=AWAITING_DEPOSIT,
        hold_on_request=False,
        internal_deadline__lt=at,
    )


def _due_for_reminder(at: datetime) -> QuerySet[Booking]:
    """Return asked, unheld bookings whose latest reminder that is due (`due_at`) nobody has sent."""
    latest = Case(
        *(
            When(
                created_at__lte=at - delay,
                then=ExpressionWrapper(F("created_at") + Value(delay), output_field=DateTimeField()),
            )
            for delay in reversed(DEPOSIT_REMINDERS)
        ),
        output_field=DateTimeField(),
    )
    sent = BookingReminder.objects.filter(
        booking=OuterRef("pk"), purpose=ReminderPurpose.DEPOSIT, scheduled_for=OuterRef("due_at")
    )
    return (
        Booking.objects.live()
        .alias(due_at=latest)
        .filter(
            ~Exists(sent),
            status=BookingStatus.DEPOSIT_PENDING,
            hold_on_request=False,
            created_at__lte=at - DEPOSIT_REMINDERS[0],
            internal_deadline__gt=at,
        )
    )


def _lock(booking: Booking, rows: QuerySet[Booking]) -> Booking | None:
    """Lock the booking if it is still one of these rows, and its deposit still missing."""
    locked = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "customer")
        .filter(pk=booking.pk)
        .first()
    )
    # Asked only now: the statement that waited for the lock does not see what its rival has added.
    if locked is None or not rows.filter(pk=booking.pk).exists():
        return None
    if get_paid_cents(locked.pk) >= locked.deposit_due_cents:
        return None
    return locked


def _cancel(booking: Booking, at: datetime) -> bool:
    locked = _lock(booking, _unpaid_for_good(at))
    if locked is None:
        return False
    deposit = lock_deposit(locked)
    locked.cancellation_reason_code = CancellationReasonCode.DEPOSIT_TIMEOUT
    locked.cancellation_reason = locked.cancellation_reason or TIMEOUT_WORDS
    before = leave_cancelled(
        locked, by=AUTO_CANCEL, at=at, more=("cancellation_reason_code", "cancellation_reason")
    )
    paid = get_paid_cents(locked.pk)
    if paid > 0:
        _keep_part(locked, deposit, at=at)
    else:
        settle_deposit_row(deposit, DepositStatus.WAIVED, why=TIMEOUT_WORDS, by=AUTO_CANCEL, at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.cancelled",
        by=AUTO_CANCEL,
        at=at,
        payload={
            "reference": locked.reference,
            "from": before,
            "reason_code": CancellationReasonCode.DEPOSIT_TIMEOUT.value,
            "refund_cents": 0,
            "deposit": str(deposit.status),
            "paid_cents": paid,
        },
        deliveries=notices("booking_timed_out", locked, extra={"deposit_cents": locked.deposit_due_cents}),
    )
    return True


def _keep_part(booking: Booking, deposit: Deposit, *, at: datetime) -> None:
    """PY-10: a part of the deposit came; it waits for staff, who are told, to reinstate or refund."""
    deposit.status, deposit.paid_at = DepositStatus.PAID, deposit.paid_at or at
    deposit.save(update_fields=["status", "paid_at", "updated_at"])
    alerts.get().raise_alert(
        cause="unplaced",
        subject_type="booking",
        subject_id=booking.pk,
        station_id=booking.station_id,
        message=f"{booking.reference} was cancelled with a part of its deposit paid: reinstate it or refund.",
        at=at,
        step=at.isoformat(),
    )


def _remind(booking: Booking, at: datetime) -> bool:
    locked = _lock(booking, _due_for_reminder(at))
    if locked is None:
        return False
    due_at = max(locked.created_at + delay for delay in DEPOSIT_REMINDERS if locked.created_at + delay <= at)
    BookingReminder.objects.create(
        booking=locked,
        reminder_type=ReminderType.BOTH if locked.sms_consent else ReminderType.EMAIL,
        purpose=ReminderPurpose.DEPOSIT,
        scheduled_for=due_at,
        status=ReminderStatus.SENT,
        sent_at=at,
        attempts=1,
    )
    deadline = locked.customer_deposit_deadline
    facts = {
        **money_facts(locked),
        "deadline": deadline and deadline.isoformat(),
        "late": _is_late(locked, at),
    }
    publish(
        "booking.reminded",
        subject=locked,
        by=REMINDING,
        at=at,
        payload={"reference": locked.reference, "purpose": "deposit", "scheduled_for": due_at.isoformat()},
        station_id=locked.station_id,
        deliveries=notices("deposit_reminder", locked, extra=facts),
    )
    return True


def _is_late(booking: Booking, at: datetime) -> bool:
    deadline = booking.customer_deposit_deadline
    return deadline is not None and deadline <= at

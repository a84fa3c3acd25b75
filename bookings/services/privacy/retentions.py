"""How long customers, parties, money, messages and logs of this app are kept (section 14)."""

from contextlib import suppress
from datetime import datetime

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from bookings.enums import LIVE_HOLD_STATUSES, HoldStatus
from bookings.exceptions import ErasureBlocked
from bookings.models import (
    Booking,
    BookingReminder,
    Chef,
    Customer,
    Deposit,
    Message,
    MessageThread,
    Payment,
    PriceAdjustment,
    ReservationHold,
    SocialMessage,
    SocialPage,
    SocialThread,
    SystemEvent,
)
from bookings.services.privacy.erasure import erase_customer
from bookings.services.privacy.tables import ADJUSTMENT, BOOKING, DEPOSIT, HOLD, PAYMENT, REMINDER
from common.actors import SystemActor
from events.retention import Retention, delete_rows
from events.subjects import ERASED, Erasing

BOOKING_DAYS = 2_555
MESSAGE_DAYS = 1_095
DELETED_DAYS = 30
PURGER = SystemActor("purge_retention")
DELETED_CUSTOMER = "Deleted for more than 30 days."


def _erase_customers(rows: QuerySet[Customer], at: datetime) -> int:
    """Erase those who are free; the others are tried again with the next purge (P-6)."""
    count = 0
    for customer in rows.order_by("pk"):
        with suppress(ErasureBlocked):
            erase_customer(customer=customer, reason=DELETED_CUSTOMER, by=PURGER, at=at)
            count += 1
    return count


def _erase_bookings(rows: QuerySet[Booking], at: datetime) -> int:
    erasing = Erasing(by=PURGER, at=at)
    REMINDER(BookingReminder.objects.filter(booking__in=rows), erasing)
    ADJUSTMENT(PriceAdjustment.objects.filter(booking__in=rows), erasing)
    DEPOSIT(Deposit.objects.filter(booking__in=rows), erasing)
    PAYMENT(Payment.objects.filter(booking__in=rows), erasing)
    return BOOKING(rows, erasing)


def _forget_contact(rows: QuerySet[ReservationHold], at: datetime) -> int:
    return HOLD(rows, Erasing(by=PURGER, at=at))


def _delete_payments(rows: QuerySet[Payment], at: datetime) -> int:
    """Delete payments, refunds before what they gave back."""
    count = len(rows)
    delete_rows(Payment.objects.filter(refunded_payment__in=rows), at)
    delete_rows(rows, at)
    return count


def _payments(before: datetime) -> QuerySet[Payment]:
    ended = Q(booking__ends_at__lt=before) | Q(booking=None, hold__starts_at__lt=before)
    return Payment.objects.filter(ended).exclude(booking__customer__legal_hold=True)


def _empty_threads(before: datetime) -> QuerySet[SocialThread]:
    messages = SocialMessage.objects.filter(thread=OuterRef("pk"))
    return (
        SocialThread.objects.filter(~Exists(messages))
        .exclude(customer__legal_hold=True)
        .alias(last=Coalesce("last_message_at", "created_at", output_field=DateTimeField()))
        .filter(last__lt=before)
    )


def _silent_threads(before: datetime) -> QuerySet[MessageThread]:
    messages = Message.objects.filter(thread=OuterRef("pk"))
    return MessageThread.objects.filter(~Exists(messages), last_message_at__lt=before).exclude(
        customer__legal_hold=True
    )


RETENTIONS = (
    Retention(
        name="core.customers.deleted",
        model=Customer,
        days=DELETED_DAYS,
        does="erases deleted customers",
        due=lambda before: Customer.objects.filter(
            deleted_at__lt=before, erased_at__isnull=True, legal_hold=False
        ),
        end=_erase_customers,
    ),
    Retention(
        name="core.bookings.deleted",
        model=Booking,
        days=DELETED_DAYS,
        does="erases deleted parties",
        due=lambda before: Booking.objects.filter(deleted_at__lt=before, customer__legal_hold=False).exclude(
            delete_reason=ERASED
        ),
        end=_erase_bookings,
    ),
    Retention(
        name="core.chefs.deleted",
        model=Chef,
        days=DELETED_DAYS,
        does="purges deleted chefs",
        due=lambda before: Chef.objects.filter(deleted_at__lt=before),
    ),
    Retention(
        name="core.message_threads.deleted",
        model=MessageThread,
        days=DELETED_DAYS,
        does="purges deleted threads with their messages",
        due=lambda before: MessageThread.objects.filter(deleted_at__lt=before, customer__legal_hold=False),
    ),
    Retention(
        name="core.social_accounts.deleted",
        model=SocialPage,
        days=DELETED_DAYS,
        does="purges deleted pages with their threads",
        due=lambda before: SocialPage.objects.filter(deleted_at__lt=before),
    ),
    Retention(
        name="core.messages",
        model=Message,
        days=MESSAGE_DAYS,
        does="deletes old messages",
        due=lambda before: Message.objects.filter(created_at__lt=before, thread__customer__legal_hold=False),
    ),
    Retention(
        name="core.message_threads",
        model=MessageThread,
        days=MESSAGE_DAYS,
        does="deletes old threads that are empty",
        due=_silent_threads,
    ),
    Retention(
        name="core.social_messages",
        model=SocialMessage,
        days=MESSAGE_DAYS,
        does="deletes old messages of social platforms",
        due=lambda before: SocialMessage.objects.filter(created_at__lt=before).exclude(
            thread__customer__legal_hold=True
        ),
    ),
    Retention(
        name="core.social_threads",
        model=SocialThread,
        days=MESSAGE_DAYS,
        does="deletes old threads of social platforms that are empty",
        due=_empty_threads,
    ),
    Retention(
        name="core.reservation_holds.contact",
        model=ReservationHold,
        days=90,
        does="forgets the contact data of dead holds",
        due=lambda before: ReservationHold.objects.filter(
            status__in=(HoldStatus.EXPIRED, HoldStatus.CANCELLED),
            updated_at__lt=before,
            email_bidx__isnull=False,
        ).exclude(customer__legal_hold=True),
        end=_forget_contact,
    ),
    Retention(
        name="core.deposits",
        model=Deposit,
        days=BOOKING_DAYS,
        does="deletes the deposits of parties that are purged",
        due=lambda before: Deposit.objects.filter(
            booking__ends_at__lt=before, booking__customer__legal_hold=False
        ),
    ),
    Retention(
        name="core.payments",
        model=Payment,
        days=BOOKING_DAYS,
        does="deletes the payments of parties and holds that are purged",
        due=_payments,
        end=_delete_payments,
        is_frozen=True,
    ),
    Retention(
        name="core.reservation_holds",
        model=ReservationHold,
        days=BOOKING_DAYS,
        does="deletes old holds with their agreements",
        due=lambda before: (
            ReservationHold.objects.filter(starts_at__lt=before)
            .exclude(status__in=LIVE_HOLD_STATUSES)
            .exclude(customer__legal_hold=True)
        ),
    ),
    Retention(
        name="core.bookings",
        model=Booking,
        days=BOOKING_DAYS,
        does="deletes old parties",
        due=lambda before: Booking.objects.filter(ends_at__lt=before, customer__legal_hold=False),
    ),
    Retention(
        name="core.system_events",
        model=SystemEvent,
        days=90,
        does="deletes old entries",
        due=lambda before: SystemEvent.objects.filter(timestamp__lt=before),
        is_frozen=True,
    ),
)

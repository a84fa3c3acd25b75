"""A person's customer rows, parties, holds and money: how they are found, what an erasure leaves (P-6)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.enums import ReminderStatus
from bookings.models import (
    Booking,
    BookingReminder,
    Customer,
    Deposit,
    Payment,
    PriceAdjustment,
    ReservationHold,
)
from bookings.models.querysets import BookingQuerySet, ReservationHoldQuerySet
from events.subjects import (
    ERASED,
    Erasing,
    Moment,
    Overwrite,
    Subject,
    SubjectTable,
    empty,
    gone,
    sealed,
    sentence,
    word,
)

KEPT_METADATA = ("quote", "reschedule_count", "deposit_locked")
"""Of a booking's metadata an erasure keeps what the ledger rests on."""


def list_holds(subject: Subject) -> ReservationHoldQuerySet:
    """Return the person's holds, by customer, else by contact."""
    return ReservationHold.objects.filter(
        subject.owned(customer="customer", email="email_bidx", phone="phone_bidx")
    )


def list_bookings(subject: Subject) -> BookingQuerySet:
    """Return the person's parties, deleted ones too."""
    return Booking.objects.filter(customer__in=subject.customers)


def list_payments(subject: Subject) -> QuerySet[Payment]:
    """Return the payments for the person's parties and holds."""
    owned = Q(booking__customer__in=subject.customers) | Q(booking=None, hold__in=list_holds(subject))
    return Payment.objects.filter(owned).select_related("booking", "hold")


def list_customers(subject: Subject) -> QuerySet[Customer]:
    """Return the person's customer rows, deleted ones too."""
    return Customer.objects.filter(pk__in=subject.customers)


def _ledger_metadata(former: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in former.items() if name in KEPT_METADATA}


def _next_version(former: int) -> int:
    return former + 1


def _forget_names(customer: Customer, erasing: Erasing) -> Sequence[str]:
    customer.first_name = customer.last_name = ERASED
    customer.consent_sms = customer.consent_email = False
    customer.erased_at = erasing.at
    return ("first_name", "last_name", "consent_sms", "consent_email", "erased_at")


def _stop(reminder: BookingReminder, _erasing: Erasing) -> Sequence[str]:
    if reminder.status != ReminderStatus.PENDING:
        return ()
    reminder.status = ReminderStatus.CANCELLED
    return ("status",)


def _station_of_payment(payment: Payment) -> UUID | None:
    owner = payment.booking or payment.hold
    return owner.station_id if owner else None


BOOKING = Overwrite(
    values={
        "version": _next_version,
        "address": sealed,
        "postal_code": gone,
        "allergens": empty,
        "hold_reason": word,
        "cancellation_reason": word,
        "cancellation_note": word,
        "cancellation_rejection_reason": word,
        "override_reason": gone,
        "special_requests": gone,
        "notes": gone,
        "delete_reason": word,
        "metadata": _ledger_metadata,
    }
)
REMINDER = Overwrite(values={"message": gone, "error_message": gone}, then=_stop)
ADJUSTMENT = Overwrite(values={"reason": sentence})
DEPOSIT = Overwrite(values={"reference": gone, "settle_reason": gone})
PAYMENT = Overwrite(
    values={
        "payment_reference": gone,
        "sender_name": sealed,
        "sender_email": sealed,
        "sender_phone": sealed,
        "description": gone,
        "notes": gone,
        "refund_reason": word,
        "failure_reason": gone,
        "stripe_customer_id": gone,
        "checkout_url": gone,
    }
)
HOLD = Overwrite(
    values={
        "name": sealed,
        "email": sealed,
        "phone": sealed,
        "email_bidx": gone,
        "phone_bidx": gone,
        "request": sealed,
        "signer_name": sealed,
        "signer_ip_hash": gone,
        "deposit_payment_reference": gone,
        "metadata": empty,
    }
)
CUSTOMER = Overwrite(
    values={
        "email": sealed,
        "phone": sealed,
        "email_bidx": gone,
        "phone_bidx": gone,
        "notes": gone,
        "tags": gone,
        "delete_reason": word,
    },
    then=_forget_names,
)

TABLES = (
    SubjectTable(
        model=BookingReminder,
        rows=lambda subject: BookingReminder.objects.filter(booking__customer__in=subject.customers),
        erase=REMINDER,
    ),
    SubjectTable(
        model=PriceAdjustment,
        rows=lambda subject: PriceAdjustment.objects.filter(booking__customer__in=subject.customers),
        erase=ADJUSTMENT,
    ),
    SubjectTable(
        model=Deposit,
        rows=lambda subject: Deposit.objects.filter(booking__customer__in=subject.customers),
        erase=DEPOSIT,
    ),
    SubjectTable(
        model=Payment,
        rows=list_payments,
        erase=PAYMENT,
        moments=(
            Moment(
                at="created_at",
                what="payment.recorded",
                shows=("payment_type", "payment_method", "status", "amount_cents", "currency"),
            ),
        ),
        station=_station_of_payment,
    ),
    SubjectTable(
        model=ReservationHold,
        rows=list_holds,
        erase=HOLD,
        moments=(
            Moment(at="created_at", what="hold.created", shows=("date", "slot", "status")),
            Moment(at="agreement_signed_at", what="hold.signed", shows=("agreement_version",)),
        ),
    ),
    SubjectTable(
        model=Booking,
        rows=list_bookings,
        erase=BOOKING,
        moments=(
            Moment(
                at="created_at",
                what="booking.created",
                shows=("reference", "date", "slot", "status", "total_due_cents", "currency"),
            ),
            Moment(at="deposit_confirmed_at", what="booking.confirmed", shows=("reference",)),
            Moment(
                at="cancelled_at", what="booking.cancelled", shows=("reference", "cancellation_reason_code")
            ),
            Moment(at="deleted_at", what="booking.deleted", shows=("reference",)),
        ),
    ),
    SubjectTable(
        model=Customer,
        rows=list_customers,
        erase=CUSTOMER,
        moments=(
            Moment(at="created_at", what="customer.created"),
            Moment(at="deleted_at", what="customer.deleted"),
            Moment(at="erased_at", what="customer.erased"),
        ),
    ),
)

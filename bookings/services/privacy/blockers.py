"""P-6: what keeps a person's data from being erased yet, as far as customers, parties and money know."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from bookings.enums import BookingStatus, PaymentStatus, PaymentType
from bookings.models import Booking
from bookings.selectors.payments import UNPLACED, get_balance_cents
from bookings.services.privacy.tables import list_bookings, list_customers, list_holds, list_payments
from events.subjects import Subject

OPEN_REFUND = Q(
    payment_type=PaymentType.REFUND, status__in=(PaymentStatus.PENDING, PaymentStatus.PROCESSING)
) | Q(status=PaymentStatus.PROCESSING)


def find_reasons(subject: Subject, _at: datetime) -> Iterator[str]:
    """Yield reason codes: legal hold, party or hold ahead, open balance, refund or dispute."""
    if list_customers(subject).filter(legal_hold=True).exists():
        yield "legal_hold"
    if list_bookings(subject).occupying().exists():
        yield "occupying_booking"
    if list_holds(subject).occupying().exists():
        yield "live_hold"
    payments = list_payments(subject)
    if payments.filter(UNPLACED).exists() or any(map(_owes, _finished(subject))):
        yield "open_balance"
    if payments.filter(OPEN_REFUND).exists():
        yield "open_refund"
    if payments.filter(metadata__has_key="dispute").exclude(metadata__dispute=None).exists():
        yield "open_dispute"


def _finished(subject: Subject) -> Iterator[Booking]:
    """Yield the parties that took place: of cancelled ones and of guests who stayed away nothing is owed."""
    yield from list_bookings(subject).live().filter(status=BookingStatus.COMPLETED)


def _owes(booking: Booking) -> bool:
    return get_balance_cents(booking) != 0

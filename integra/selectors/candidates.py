"""PY-9: the bookings that money may be for, and how well each fits; one query for any number of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Lower

from bookings.enums import BookingStatus, CancellationReasonCode, PaymentType
from bookings.models import Booking, Payment
from bookings.selectors.payments import CREDITED
from common.crypto.blind_index import blind_indexes
from integra.models import PaymentEvent
from integra.names import name_tokens
from integra.scoring import DOLLAR, Claim, Clues, Score, Verdict, find_references, rank, verdict

MADE_AFTER = timedelta(hours=1)
PARTY_BEFORE = timedelta(days=30)
CANCELLED_WITHIN = timedelta(days=7)
SHOWN = 3
OWING = (
    BookingStatus.NEW,
    BookingStatus.DEPOSIT_PENDING,
    BookingStatus.CONFIRMED,
    BookingStatus.COMPLETED,
    BookingStatus.NO_SHOW,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one event's place: scores, the best first, and the bookings they are about."""

    verdict: Verdict
    scores: Sequence[Score]
    bookings: dict[UUID, Booking]

    @property
    def best(self) -> list[tuple[Score, Booking]]:
        """The best three, with their bookings."""
        return [(found, self.bookings[found.booking_id]) for found in self.scores[:SHOWN]]

    def of(self, booking_id: UUID) -> Score | None:
        """Return the score of one booking, None when it is no candidate."""
        return next((found for found in self.scores if found.booking_id == booking_id), None)


def find_candidates(
    events: Sequence[PaymentEvent], *, at: datetime, named_only: bool = False
) -> dict[UUID, Found]:
    """Return for each event what it may be for, as of now: by key of the event.

    `named_only` leaves out bookings that neither a reference nor a contact points at. The verdicts are the
    same, because names, sums and dates alone never reach SUGGEST_FROM; they are what a person wants to see.
    """
    clues = {event.pk: clues_of(event) for event in events}
    wanted = list(clues.values())
    pointed_at = _named(wanted) if named_only else _named(wanted) | _alike(wanted)
    bookings = list(_bookings(events, pointed_at, at=at)) if events else []
    claims = {booking.pk: _claim(booking) for booking in bookings}
    by_key = {booking.pk: booking for booking in bookings}
    found = {}
    for event in events:
        fitting = (claims[booking.pk] for booking in bookings if _is_candidate(event, booking))
        scores = rank(clues[event.pk], fitting)
        found[event.pk] = Found(verdict(scores), scores, by_key)
    return found


def clues_of(event: PaymentEvent) -> Clues:
    """Return what an event says about its sender and purpose."""
    phone = event.sender_phone or ""
    return Clues(
        amount_cents=event.amount_cents,
        occurred_at=event.occurred_at,
        references=find_references(event.memo or ""),
        names=name_tokens(event.sender_name or ""),
        emails=_indexes(event.sender_email, "email"),
        phones=_indexes(phone, "phone"),
        last_4=phone[-4:],
    )


def _indexes(contact: str | None, kind: str) -> frozenset[bytes]:
    return frozenset(blind_indexes(contact, kind=kind)) if contact else frozenset()


def _named(wanted: Sequence[Clues]) -> Q:
    """Keep what a reference or a contact points at."""
    return (
        Q(reference__in={name for item in wanted for name in item.references})
        | Q(customer__email_bidx__in={index for item in wanted for index in item.emails})
        | Q(customer__phone_bidx__in={index for item in wanted for index in item.phones})
    )


def _alike(wanted: Sequence[Clues]) -> Q:
    """Keep what shares a word of the name, or owes the sum."""
    words = {word for item in wanted for word in item.names if len(word) > 1}
    owed = [Q(balance__range=(item.amount_cents - DOLLAR, item.amount_cents + DOLLAR)) for item in wanted]
    return reduce(or_, owed, Q(first_word__in=words) | Q(last_word__in=words))


def _bookings(events: Sequence[PaymentEvent], pointed_at: Q, *, at: datetime) -> QuerySet[Booking]:
    """Fetch the bookings that may still get money from any of the events, of those pointed at."""
    paid = (
        Payment.objects.filter(booking=OuterRef("pk"), status__in=CREDITED)
        .exclude(payment_type=PaymentType.REFUND)
        .order_by()
        .values("booking")
        .annotate(paid=Sum(F("amount_cents") - F("refunded_amount_cents")))
        .values("paid")
    )
    first = min(event.occurred_at for event in events)
    last = max(event.occurred_at for event in events)
    return (
        Booking.objects.live()
        .annotate(
            paid=Coalesce(Subquery(paid), Value(0), output_field=IntegerField()),
            balance=F("total_due_cents") - F("paid"),
            first_word=Lower("customer__first_name"),
            last_word=Lower("customer__last_name"),
        )
        .filter(
            Q(status__in=OWING, balance__gt=0)
            | Q(
                status=BookingStatus.CANCELLED,
                cancellation_reason_code=CancellationReasonCode.DEPOSIT_TIMEOUT,
                cancelled_at__gte=at - CANCELLED_WITHIN,
            ),
            created_at__lte=last + MADE_AFTER,
            date__gte=(first - PARTY_BEFORE).date() - timedelta(days=1),
        )
        .filter(pointed_at)
        .select_related("customer", "station")
    )


def _is_candidate(event: PaymentEvent, booking: Booking) -> bool:
    """Tell whether the booking may be what this event is for (PY-9); the query asked for all events."""
    if event.station_id is not None and booking.station_id != event.station_id:
        return False
    return (
        booking.created_at <= event.occurred_at + MADE_AFTER
        and booking.date >= (event.occurred_at - PARTY_BEFORE).date()
    )


def _claim(booking: Any) -> Claim:
    customer = booking.customer
    open_deposit = booking.deposit_due_cents - booking.paid
    awaits = booking.status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
    due = (open_deposit, booking.balance) if awaits else (booking.balance,)
    deadlines = (booking.customer_deposit_deadline, booking.internal_deadline)
    return Claim(
        booking_id=booking.pk,
        reference=booking.reference,
        due_cents=due,
        instants=(booking.created_at, booking.starts_at, *(item for item in deadlines if item)),
        names=name_tokens(f"{customer.first_name} {customer.last_name}"),
        email=_bytes(customer.email_bidx),
        phone=_bytes(customer.phone_bidx),
        last_4=(customer.phone or "")[-4:],
    )


def _bytes(index: bytes | memoryview | None) -> bytes | None:
    return None if index is None else bytes(index)

"""Past bookings, written in bulk in their terminal states: no claim, no message, no quote to accept."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from bookings.calendar import booking_window, length
from bookings.enums import BookingSource, BookingStatus, CancellationReasonCode, DepositStatus
from bookings.models import Booking, Customer, Deposit
from bookings.pricing.price_book import PriceBook
from bookings.pricing.quote import Quote, QuoteRequest, quote
from bookings.pricing.travel import road_miles, zip_point
from bookings.selectors.price_books import get_price_book
from bookings.services.imports.rows import ImportRow
from common.actors import Actor
from common.crypto.blind_index import blind_indexes
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import DomainError
from common.imports.outcomes import Imported, Known, Outcome, Refused
from common.ports import audit_trail
from identity.models import Station

BATCH = 500
SETTLE_REASON = "Imported history: payments before the import are not known."


@transaction.atomic
def import_history(*, rows: Sequence[ImportRow], station: Station, by: Actor, at: datetime) -> list[Outcome]:
    """Write a batch of past rows as completed, cancelled or no-show bookings; audited, without events.

    Rows that were imported before are left alone, rows that lie ahead or cannot be priced are refused. Prices
    are those of the price list at `at`; a deposit row is `waived`, as nothing is known of payments.
    """
    advisory_xact_locks([lock_key("bookings.import", station.pk)])
    known = set(Booking.objects.filter(pk__in=[row.key for row in rows]).values_list("pk", flat=True))
    book = get_price_book(station=station, at=at)
    outcomes: list[Outcome] = []
    priced: list[tuple[ImportRow, Quote]] = []
    for row in rows:
        outcome = _judge(row, known, book, at)
        if isinstance(outcome, Quote):
            priced.append((row, outcome))
        else:
            outcomes.append(outcome)
    if priced:
        _write(priced, station=station, by=by, at=at)
    return outcomes + [Imported(row.number) for row, _price in priced]


def _judge(row: ImportRow, known: set[UUID], book: PriceBook, at: datetime) -> Quote | Known | Refused:
    if row.key in known:
        return Known(row.number)
    if row.starts_at >= at:
        return Refused(row.number, "validation_error", "The party lies ahead: import it with --as-live.")
    try:
        return quote(
            book,
            QuoteRequest(
                date=row.date,
                slot=row.slot,
                adults=row.adults,
                kids=row.kids,
                toddlers=row.toddlers,
                postal_code=row.postal_code,
                road_miles=_miles(book, row.postal_code),
            ),
            row.booked_at.date(),
        )
    except DomainError as refusal:
        return Refused(row.number, refusal.code, refusal.detail)


def _miles(book: PriceBook, postal_code: str) -> Decimal:
    venue = zip_point(postal_code)
    return road_miles(book.travel.origin or venue, venue)


def _write(priced: Sequence[tuple[ImportRow, Quote]], *, station: Station, by: Actor, at: datetime) -> None:
    customers = _customers([row for row, _price in priced], station)
    references = _references(len(priced))
    bookings = [
        _booking(row, price, station=station, customer_id=customers[row.email], reference=reference, at=at)
        for (row, price), reference in zip(priced, references, strict=True)
    ]
    Booking.objects.bulk_create(bookings)
    Deposit.objects.bulk_create(
        Deposit(
            booking=booking,
            amount_cents=booking.deposit_due_cents,
            currency=booking.currency,
            status=DepositStatus.WAIVED,
            settled_at=booking.cancelled_at or booking.ends_at,
            settle_reason=SETTLE_REASON,
        )
        for booking in bookings
    )
    audit_trail.get().record(
        action="import",
        resource_type="booking",
        resource_id=str(bookings[0].pk),
        by=by,
        station_id=station.pk,
        details={"bookings": len(bookings), "rows": [priced[0][0].number, priced[-1][0].number]},
    )


def _booking(
    row: ImportRow, price: Quote, *, station: Station, customer_id: UUID, reference: str, at: datetime
) -> Booking:
    cancelled = row.status == BookingStatus.CANCELLED
    closed_at = min(max(row.closed_at or row.starts_at, row.booked_at), row.starts_at)
    return Booking(  # type: ignore[misc]  # the plugin knows the encrypted columns only
        id=row.key,
        reference=reference,
        station=station,
        customer_id=customer_id,
        date=row.date,
        slot=row.slot,
        starts_at=row.starts_at,
        ends_at=row.starts_at + length(row.adults + row.kids + row.toddlers),
        status=row.status,
        source=BookingSource.IMPORT,
        address=row.address,
        postal_code=row.postal_code,
        party_adults=row.adults,
        party_kids=row.kids,
        party_toddlers=row.toddlers,
        allergens=list(row.allergens),
        deposit_due_cents=price.deposit_cents,
        total_due_cents=price.total_cents,
        currency=price.currency,
        cancelled_at=closed_at if cancelled else None,
        cancellation_reason_code=CancellationReasonCode.OTHER if cancelled else None,
        booking_window=booking_window(row.starts_at - row.booked_at),
        special_requests=row.special_requests or None,
        notes=row.notes or None,
        metadata={"import": {"row": row.number}},
        created_at=row.booked_at,
        updated_at=at,
    )


def _customers(rows: Sequence[ImportRow], station: Station) -> dict[str, UUID]:
    """Return the key of the station's live customer of each e-mail, made where there is none (BK-2)."""
    by_email = {row.email: row for row in reversed(rows)}
    indexes = {index: email for email in by_email for index in blind_indexes(email, kind="email")}
    found = Customer.objects.filter(
        station=station, deleted_at__isnull=True, email_bidx__in=list(indexes)
    ).values_list("email_bidx", "pk")
    keys = {indexes[bytes(index)]: pk for index, pk in found if index is not None}
    fresh = [
        Customer(  # type: ignore[misc]  # the plugin knows the encrypted columns only
            station=station,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            phone=row.phone,
            timezone=station.timezone,
            created_at=row.booked_at,
        )
        for email, row in by_email.items()
        if email not in keys
    ]
    Customer.objects.bulk_create(fresh)
    return keys | {str(customer.email): customer.pk for customer in fresh}


def _references(wanted: int) -> list[str]:
    """Return that many booking references that no booking bears."""
    free: set[str] = set()
    while len(free) < wanted:
        drawn = {f"MH-{secrets.token_hex(4).upper()}" for _ in range(wanted - len(free))}
        taken = Booking.objects.filter(reference__in=drawn).values_list("reference", flat=True)
        free |= drawn - set(taken)
    return sorted(free)

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.enums import BookingSource, BookingStatus, BookingWindow, CancellationReasonCode, DepositStatus
from bookings.models import Booking, Customer, Deposit, SlotClaim
from bookings.services.imports.history import SETTLE_REASON, import_history
from bookings.services.imports.rows import ImportRow
from bookings.services.reference_data import load_price_list
from common.actors import SystemActor
from common.imports.outcomes import Imported, Known, Refused
from events.models import DomainEvent, OutboxMessage
from identity.models import StationAuditLog
from tests.factories.bookings import NOW
from tests.factories.identity import StationFactory

BY = SystemActor("tests")

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    load_price_list()
    return StationFactory()


def row(number=1, **changes) -> ImportRow:
    values = {
        "number": number,
        "key": UUID(int=number),
        "date": date(2026, 3, 7),
        "slot": time(12),
        "starts_at": datetime(2026, 3, 7, 20, tzinfo=UTC),
        "booked_at": datetime(2026, 2, 5, 17, tzinfo=UTC),
        "adults": 10,
        "kids": 0,
        "toddlers": 0,
        "status": BookingStatus.COMPLETED,
        "closed_at": None,
        "first_name": "Guest",
        "last_name": f"Row {number}",
        "email": f"row{number}@rows.example",
        "phone": "+14155550101",
        "address": f"{number} Market Street",
        "postal_code": "94536",
        "allergens": ("unknown",),
        "special_requests": "",
        "notes": "from a file",
    }
    return ImportRow(**{**values, **changes})


def write(station, *rows, at=NOW):
    return import_history(rows=rows, station=station, by=BY, at=at)


def test_a_past_party_is_written_whole(station) -> None:
    assert write(station, row()) == [Imported(1)]
    booking = Booking.objects.get()
    assert (booking.pk, booking.status, booking.source) == (
        UUID(int=1),
        BookingStatus.COMPLETED,
        BookingSource.IMPORT,
    )
    assert (booking.date, booking.slot, booking.starts_at) == (date(2026, 3, 7), time(12), row().starts_at)
    assert (booking.ends_at, booking.booking_window) == (
        row().starts_at + timedelta(minutes=90),
        BookingWindow.ADVANCE,
    )
    assert (booking.total_due_cents, booking.deposit_due_cents) == (59_538, 10_000)
    assert (booking.created_at, booking.updated_at) == (row().booked_at, NOW)
    assert (booking.address, booking.allergens, booking.notes) == (
        "1 Market Street",
        ["unknown"],
        "from a file",
    )
    assert booking.metadata == {"import": {"row": 1}}
    customer = booking.customer
    assert (customer.first_name, customer.email, customer.phone) == (
        "Guest",
        "row1@rows.example",
        "+14155550101",
    )
    assert (len(bytes(customer.email_bidx)), customer.created_at) == (32, row().booked_at)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.amount_cents, deposit.settled_at, deposit.settle_reason) == (
        DepositStatus.WAIVED,
        10_000,
        booking.ends_at,
        SETTLE_REASON,
    )


def test_history_claims_nothing_and_tells_nobody(station) -> None:
    write(station, row())
    assert not SlotClaim.objects.exists()
    assert not DomainEvent.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_p7_a_batch_leaves_one_audit_row(station) -> None:
    write(station, row(3), row(4))
    [entry] = StationAuditLog.objects.filter(resource_type="booking")
    assert (entry.action, entry.actor_label, entry.station_id, entry.details) == (
        "import",
        "system:tests",
        station.pk,
        {"bookings": 2, "rows": [3, 4]},
    )


@pytest.mark.parametrize(
    ("closed_at", "cancelled_at"),
    [
        (datetime(2026, 3, 1, 20, tzinfo=UTC), datetime(2026, 3, 1, 20, tzinfo=UTC)),
        (datetime(2026, 1, 1, 20, tzinfo=UTC), datetime(2026, 2, 5, 17, tzinfo=UTC)),
        (datetime(2026, 4, 1, 20, tzinfo=UTC), datetime(2026, 3, 7, 20, tzinfo=UTC)),
        (None, datetime(2026, 3, 7, 20, tzinfo=UTC)),
    ],
)
def test_a_cancellation_lies_between_booking_and_start(station, closed_at, cancelled_at) -> None:
    write(station, row(status=BookingStatus.CANCELLED, closed_at=closed_at))
    booking = Booking.objects.get()
    assert (booking.cancelled_at, booking.cancellation_reason_code) == (
        cancelled_at,
        CancellationReasonCode.OTHER,
    )
    assert Deposit.objects.get().settled_at == cancelled_at


def test_a_no_show_is_one(station) -> None:
    write(station, row(status=BookingStatus.NO_SHOW))
    assert Booking.objects.get().status == BookingStatus.NO_SHOW


def test_a_row_is_imported_once(station) -> None:
    write(station, row(1))
    assert write(station, row(1), row(2)) == [Known(1), Imported(2)]
    assert write(station, row(1), row(2)) == [Known(1), Known(2)]
    assert Booking.objects.count() == 2


def test_bk2_a_customer_is_met_again_by_e_mail(station) -> None:
    known = Customer.objects.create(
        station=station, first_name="Ann", last_name="Lee", email="ann@people.example", phone="+15105550199"
    )
    elsewhere = Customer.objects.create(
        station=StationFactory(),
        first_name="Ann",
        last_name="Lee",
        email="bob@people.example",
        phone="+15105550199",
    )
    write(
        station,
        row(1, email="ann@people.example"),
        row(2, email="bob@people.example", first_name="Bob"),
        row(3, email="bob@people.example", first_name="Robert"),
    )
    customers = [booking.customer for booking in Booking.objects.order_by("pk")]
    assert customers[0] == known
    assert customers[1] == customers[2] != elsewhere
    assert (customers[1].first_name, customers[1].email) == ("Bob", "bob@people.example")
    assert Customer.objects.count() == 3


def test_what_lies_ahead_or_has_no_price_is_refused(station) -> None:
    assert write(
        station,
        row(1, starts_at=NOW),
        row(2, postal_code="00000"),
        row(3, starts_at=NOW - timedelta(seconds=1)),
    ) == [
        Refused(1, "validation_error", "The party lies ahead: import it with --as-live."),
        Refused(2, "unknown_postal_code", "This ZIP code is not known"),
        Imported(3),
    ]


def test_a_batch_with_nothing_new_writes_nothing(station) -> None:
    assert write(station, row(1, starts_at=NOW)) != []
    assert not Booking.objects.exists()
    assert not StationAuditLog.objects.filter(resource_type="booking").exists()


def test_a_batch_takes_the_same_statements_for_any_number_of_rows(station) -> None:
    def statements(*rows):
        with CaptureQueriesContext(connection) as queries:
            write(station, *rows)
        return len(queries)

    assert statements(row(1)) == statements(row(2), row(3), row(4))

import multiprocessing
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import OperationalError, connection

from bookings.enums import BookingStatus
from bookings.models import Booking, SlotClaim, SystemEvent
from bookings.services.bookings import create_booking
from bookings.services.imports.live import ImportActor
from bookings.services.imports.replay import ReplayOptions, Share, WorkerDied, deal, replay
from bookings.services.reference_data import load_price_list
from common.actors import GuestActor, Scope
from common.imports.outcomes import Imported, Known, Refused
from events.models import DomainEvent, OutboxMessage
from tests.bookings.imports.test_history import row
from tests.factories.bookings import make_request
from tests.factories.identity import StationFactory

SLOT_TAKEN = "This slot is taken"


def sell():
    load_price_list()
    return StationFactory(slot_capacity=2)


@pytest.fixture
def station(db):
    return sell()


@pytest.fixture
def committed_station(transactional_db):
    return sell()


def run(station, *rows, **options):
    with replay(rows=rows, station=station, options=ReplayOptions(**options)) as outcomes:
        return sorted(outcomes, key=lambda outcome: outcome.number)


def test_a_row_is_booked_at_its_own_time(station) -> None:
    assert run(station, row()) == [Imported(1)]
    booking = Booking.objects.get()
    assert (booking.pk, booking.status, booking.created_at) == (
        UUID(int=1),
        BookingStatus.NEW,
        row().booked_at,
    )
    assert SlotClaim.objects.get().booking_id == booking.pk
    assert not OutboxMessage.objects.exists()


def test_the_mapping_may_ask_for_the_deposit(station) -> None:
    run(station, row(), ask_deposit=True)
    assert Booking.objects.get().status == BookingStatus.DEPOSIT_PENDING


def test_who_booked_first_gets_the_lane(station) -> None:
    early, late = row().booked_at, row().booked_at + timedelta(days=1)
    outcomes = run(
        station,
        row(1, booked_at=late),
        row(2, booked_at=early),
        row(3, booked_at=late),
        row(4, booked_at=early),
    )
    assert outcomes == [
        Refused(1, "slot_taken", SLOT_TAKEN),
        Imported(2),
        Refused(3, "slot_taken", SLOT_TAKEN),
        Imported(4),
    ]


def test_s4_s5_s6_see_the_time_of_the_row(station) -> None:
    start = row().starts_at
    outcomes = run(
        station,
        row(1, booked_at=start - timedelta(hours=24)),
        row(2, booked_at=start - timedelta(hours=23, minutes=59)),
        row(3, booked_at=start - timedelta(days=366)),
        row(4, booked_at=start + timedelta(days=1)),
        row(5, adults=51),
        row(6, postal_code="10001"),
    )
    assert [getattr(outcome, "code", "") for outcome in outcomes] == [
        "",
        "lead_time_too_short",
        "beyond_horizon",
        "slot_in_past",
        "party_size_invalid",
        "outside_service_area",
    ]


def test_d6_a_loser_is_captured_once_however_often_the_file_is_read(station) -> None:
    rows = [row(1), row(2), row(3)]
    first = run(station, *rows)
    assert run(station, *rows) == [Known(1), Known(2), first[2]]
    assert DomainEvent.objects.filter(event_type="booking.failed").count() == 1
    event = SystemEvent.objects.get(service="import_bookings")
    assert (event.action, event.entity_type, event.entity_id, event.event_data) == (
        "row_refused",
        "import_row",
        UUID(int=3),
        {"row": 3, "code": "slot_taken", "reason": SLOT_TAKEN},
    )


def test_refused_rows_may_be_asked_again(station) -> None:
    rows = [row(1), row(2), row(3)]
    run(station, *rows)
    station.slot_capacity = 3
    station.save()
    assert run(station, *rows, retry_refused=True) == [Known(1), Known(2), Imported(3)]


def test_a_dry_run_counts_and_keeps_nothing(station) -> None:
    later = {"date": date(2026, 3, 14), "starts_at": row().starts_at + timedelta(days=7)}
    outcomes = run(station, row(1), row(2), row(3), row(4, **later), dry_run=True)
    assert outcomes == [Imported(1), Imported(2), Refused(3, "slot_taken", SLOT_TAKEN), Imported(4)]
    assert not Booking.objects.exists()
    assert not SystemEvent.objects.filter(service="import_bookings").exists()


def test_a_row_that_another_run_books_meanwhile_is_known(station) -> None:
    with replay(rows=[row(1)], station=station, options=ReplayOptions()) as outcomes:
        request = make_request(station, date=row().date, slot=row().slot, adults=2)
        create_booking(request=request, by=GuestActor(), at=row().booked_at, booking_id=row(1).key)
        assert list(outcomes) == [Known(1)]


def test_a_value_that_no_column_holds_is_refused(station) -> None:
    broken = replace(row(1), notes="\x00")
    assert run(station, broken, row(2)) == [
        Refused(1, "validation_error", "A value is too long or holds a NUL."),
        Imported(2),
    ]


def test_a_row_that_breaks_something_is_reported(station) -> None:
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "core"."deposits" ADD CONSTRAINT broken CHECK (amount_cents <> 10000)')
    assert run(station, row()) == [Refused(1, "internal_error", "IntegrityError")]


def test_an_import_holds_the_right_to_book_and_no_other() -> None:
    actor = ImportActor()
    assert (actor.type, actor.id, actor.label) == ("system", None, "system:import_bookings")
    assert actor.may("booking.create")
    assert not actor.may("booking.override")
    assert actor.scope("booking.create") == Scope(everywhere=True)
    assert actor.scope("booking.override") == Scope()


def test_a_date_goes_to_one_worker_and_shares_are_even() -> None:
    days = [date(2026, 3, 1 + number % 7) for number in range(70)]
    rows = [row(number, date=day) for number, day in enumerate(days, start=1)]
    shares = deal(rows, 3)
    assert sorted(item.number for share in shares for item in share) == list(range(1, 71))
    homes = {(item.date, index) for index, share in enumerate(shares) for item in share}
    assert len(homes) == 7
    assert sorted(len(share) for share in shares) == [20, 20, 30]


def slots_of(*, days, rows_per_slot):
    for day in range(days):
        for number in range(rows_per_slot):
            yield {
                "date": row().date + timedelta(days=day),
                "starts_at": row().starts_at,
                "booked_at": row().booked_at - timedelta(minutes=number * 7 % 5),
            }


def test_workers_accept_what_one_would_have(committed_station) -> None:
    """For each slot: accepted = min(asked, lanes), by the same rows as with one worker."""
    rows = [
        row(number, adults=2, **changes)
        for number, changes in enumerate(slots_of(days=5, rows_per_slot=4), start=1)
    ]
    alone = run(committed_station, *rows, dry_run=True)
    together = run(committed_station, *rows, workers=3)
    assert together == alone
    assert Counter(Booking.objects.values_list("date", flat=True)) == dict.fromkeys(
        (row().date + timedelta(days=day) for day in range(5)), 2
    )
    assert run(committed_station, *rows, workers=3) == [
        Known(outcome.number) if isinstance(outcome, Imported) else outcome for outcome in together
    ]


def test_workers_end_when_nobody_listens_any_more(committed_station) -> None:
    rows = [row(number, date=row().date + timedelta(days=number)) for number in range(1, 9)]
    with replay(rows=rows, station=committed_station, options=ReplayOptions(workers=2)) as outcomes:
        next(outcomes)
    done = Booking.objects.count()
    assert 1 <= done <= 8
    rest = run(committed_station, *rows, workers=2)
    assert len(rest) == 8
    assert Booking.objects.count() == 8


def test_a_dead_worker_is_noticed(committed_station) -> None:
    rows = [row(number, date=row().date + timedelta(days=number)) for number in range(1, 101)]
    options = ReplayOptions(workers=2)
    with replay(rows=rows, station=committed_station, options=options) as outcomes:
        for child in multiprocessing.active_children():
            child.kill()
        with pytest.raises(WorkerDied):
            list(outcomes)
    rest = run(committed_station, *rows, workers=2)
    assert len(rest) == Booking.objects.count() == 100


def test_a_lost_database_ends_the_run(committed_station) -> None:
    rows = [row(number, date=row().date + timedelta(days=number)) for number in range(1, 101)]
    options = ReplayOptions(workers=2)
    with replay(rows=rows, station=committed_station, options=options) as outcomes:
        next(outcomes)
        cut_other_connections()
        with pytest.raises(OperationalError):
            list(outcomes)


def cut_other_connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_stopped_share_ends_between_rows(station) -> None:
    answers = iter([False, True])
    share = Share([row(1), row(2)], station, ReplayOptions())
    assert list(share.outcomes(lambda: next(answers))) == [Imported(1)]

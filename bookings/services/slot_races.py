"""D-7 on a running database: many connections ask for one slot at the same instant.

The parties are real while a round lasts; afterwards they are cancelled and deleted softly, together with
their customers, so that lists stay clean. The losers' booking.failed stay: events are never taken back.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from time import perf_counter
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from bookings.enums import BookingStatus, CancellationReasonCode, DepositStatus
from bookings.exceptions import SlotContended, SlotTaken
from bookings.models import Booking, Customer, Deposit, SlotClaim
from bookings.requests import BookingRequest
from bookings.selectors.availability import list_availability
from bookings.selectors.stations import slot_calendar
from bookings.services.bookings import create_booking
from bookings.services.slots import Slot, lock_slots, release_lane, slot_of
from bookings.services.transitions import record_change
from bookings.services.versions import lock_booking, save_version
from bookings.validators import MAX_DAYS
from common.actors import SystemActor
from common.db.errors import first_line
from events.models import DomainEvent
from identity.models import Station

RACER = SystemActor("race_slots")
REASON = "Made by race_slots to prove the slots"
SLOWEST_ALLOWED = 5.0
START_TIMEOUT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one racer got: a booking, a refusal or an accident, after so many seconds."""

    seconds: float
    booking: Booking | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """One slot, raced for; `problems` is empty when D-7 holds."""

    slot: Slot
    won: int
    taken: int
    contended: int
    captured: int
    worst_seconds: float
    problems: tuple[str, ...]


def find_race_slots(*, station: Station, rounds: int, at: datetime) -> list[Slot]:
    """Return empty slots as far ahead as can be booked, the farthest first; fewer when there are fewer."""
    end = slot_calendar(station).last_date(at)
    start = end - timedelta(days=MAX_DAYS - 1)
    empty = [
        Slot(station.pk, found.date, found.slot)
        for found in list_availability(station=station, start=start, end=end, at=at)
        if found.available and found.lanes_free == station.slot_capacity
    ]
    return empty[::-1][:rounds]


def race_for_slot(*, station: Station, slot: Slot, threads: int) -> RoundResult:
    """Let the threads book the slot at once, each on its own connection, judge the answers and clear up."""
    since = timezone.now()
    barrier = Barrier(threads)
    with ThreadPoolExecutor(threads) as pool:
        answers = list(
            pool.map(lambda number: _race(_request(station, slot, number), barrier), range(threads))
        )
    result = _judge(station, slot, answers, since)
    for answer in answers:
        if answer.booking is not None:
            _withdraw(answer.booking, at=timezone.now())
    return result


def _race(request: BookingRequest, barrier: Barrier) -> Answer:
    started = perf_counter()
    try:
        connection.ensure_connection()
        barrier.wait(START_TIMEOUT)
        started = perf_counter()
        booking = create_booking(request=request, by=RACER, at=timezone.now())
        return Answer(seconds=perf_counter() - started, booking=booking)
    except Exception as error:  # noqa: BLE001 -- an accident of one racer is a result of the race
        return Answer(seconds=perf_counter() - started, error=error)
    finally:
        connection.close()


def _request(station: Station, slot: Slot, number: int) -> BookingRequest:
    return BookingRequest(
        station_id=station.pk,
        date=slot.date,
        slot=slot.slot,
        first_name="Race",
        last_name=f"Number {number}",
        email=f"race-{uuid4().hex}@race.invalid",
        phone=f"+1510555{number % 10_000:04}",
        address="At the station",
        postal_code=station.postal_code,
        adults=2,
        allergens=("none",),
        terms_accepted=True,
        notes="race_slots",
        # Nobody is to be asked for money.
        ask_deposit=False,
    )


def _judge(station: Station, slot: Slot, answers: Sequence[Answer], since: datetime) -> RoundResult:
    errors = [answer.error for answer in answers if answer.error is not None]
    taken = [error for error in errors if isinstance(error, SlotTaken)]
    contended = [error for error in errors if isinstance(error, SlotContended)]
    captured = DomainEvent.objects.filter(
        event_type="booking.failed",
        occurred_at__gte=since,
        station_id=station.pk,
        payload__date=slot.date.isoformat(),
        payload__slot=slot.slot.isoformat(),
    ).count()
    result = RoundResult(
        slot=slot,
        won=sum(answer.booking is not None for answer in answers),
        taken=len(taken),
        contended=len(contended),
        captured=captured,
        worst_seconds=max(answer.seconds for answer in answers),
        problems=tuple(
            f"{type(error).__name__}: {first_line(error)}"
            for error in errors
            if not isinstance(error, SlotTaken | SlotContended)
        ),
    )
    return _with_problems(result, station, [*taken, *contended])


def _with_problems(
    result: RoundResult, station: Station, refusals: Sequence[SlotTaken | SlotContended]
) -> RoundResult:
    slot = result.slot
    claims = SlotClaim.objects.filter(station_id=slot.station_id, date=slot.date, slot=slot.slot).count()
    wanted = min(station.slot_capacity, result.won + len(refusals) + len(result.problems))

    def found() -> Iterator[str]:
        yield from result.problems
        if result.won != wanted or claims != wanted:
            yield f"{result.won} bookings and {claims} claims for {wanted} lanes"
        if result.captured != len(refusals):
            yield f"{result.captured} of {len(refusals)} losers captured"
        if any(not refusal.extra.get("alternatives") for refusal in refusals):
            yield "a loser got no alternatives"
        if result.worst_seconds > SLOWEST_ALLOWED:
            yield f"an answer took {result.worst_seconds:.1f} s"

    return replace(result, problems=tuple(found()))


@transaction.atomic
def _withdraw(booking: Booking, *, at: datetime) -> None:
    """Cancel a party of the race, free its lane, and hide it and its customer."""
    lock_slots(slot_of(booking))
    customer = Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.customer_id)
    locked = lock_booking(booking_id=booking.pk, expected_version=None)
    release_lane(booking=locked)
    locked.status = BookingStatus.CANCELLED
    locked.cancelled_at = locked.deleted_at = at
    locked.cancellation_reason_code = CancellationReasonCode.OTHER
    locked.cancellation_note = locked.delete_reason = REASON
    fields = "status cancelled_at cancellation_reason_code cancellation_note deleted_at delete_reason"
    save_version(locked, fields=fields.split(), at=at)
    Deposit.objects.filter(booking=locked).update(
        status=DepositStatus.WAIVED, settled_at=at, settle_reason=REASON, updated_at=at
    )
    customer.deleted_at, customer.delete_reason = at, REASON
    customer.save(update_fields=["deleted_at", "delete_reason", "updated_at"])
    for subject, event_type in ((locked, "booking.cancelled"), (customer, "customer.deleted")):
        record_change(
            subject=subject,
            station_id=booking.station_id,
            event_type=event_type,
            by=RACER,
            at=at,
            payload={"reason": "race_slots"},
            action="delete",
            reason=REASON,
        )

"""Rows and actors for tests of bookings that start in the middle of a party's life."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from bookings.calendar import length, starts_at
from bookings.deadlines import deposit_deadlines
from bookings.enums import OCCUPYING_STATUSES, BookingStatus, DepositStatus
from bookings.models import Booking, Chef, Customer, Deposit, SlotClaim
from bookings.services.attempts import attempt
from bookings.services.customers import customer_keys, upsert_customer
from bookings.services.slots import lock_slots
from bookings.services.units import Unit
from common.actors import Actor
from identity.actors import LinkGrant, RoleGrant, UserActor
from identity.enums import StationRole, UserRole
from identity.models import Station, User
from identity.permissions import MATRIX, STATION_ROLES

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)
DAY = date(2026, 6, 6)
NOON = time(12)
_numbers = count(1)


def make_station(**values: Any) -> Station:
    number = next(_numbers)
    return Station.objects.create(
        **{
            "code": f"CA-TEST-{number:03}",
            "name": f"Station {number}",
            "display_name": f"Station {number}",
            "email": f"station{number}@example.com",
            "phone": "+15105550100",
            "address_line1": "1 Main St",
            "city": "Fremont",
            "state": "CA",
            "postal_code": "94539",
            **values,
        }
    )


def meet_customer(*, station: Station, by: Actor, at: datetime, email: str, **values: Any) -> Customer:
    """The customer of a unit of work of its own, met as a booking meets its host."""

    def work() -> Customer:
        lock_slots(also=customer_keys(station_id=station.pk, email=email))
        unit = Unit(by=by, at=at)
        customer = upsert_customer(unit=unit, station=station, email=email, **values)
        unit.write()
        return customer

    return attempt(work)


def make_user(role: UserRole = UserRole.STATION_MANAGER, **values: Any) -> User:
    return User.objects.create(**{"email": f"user{next(_numbers)}@example.com", "role": role, **values})


def make_actor(
    role: UserRole = UserRole.STATION_MANAGER,
    *,
    stations: Iterable[Station] = (),
    user: User | None = None,
    link: StationRole = StationRole.STATION_ADMIN,
) -> UserActor:
    """An account with its system role and live links, as identity would build it."""
    user = user or make_user(role)
    return UserActor(
        id=user.pk,
        role=role,
        roles=(RoleGrant(role, frozenset(MATRIX[role])),),
        links=tuple(
            LinkGrant(station.pk, link, frozenset(MATRIX[STATION_ROLES[link]]), frozenset())
            for station in stations
        ),
    )


def make_customer(station: Station, **values: Any) -> Customer:
    number = next(_numbers)
    return Customer.objects.create(
        **{
            "station": station,
            "first_name": "Ann",
            "last_name": "Lee",
            "email": f"ann{number}@example.com",
            "phone": f"+1510555{number % 10_000:04}",
            **values,
        }
    )


def make_chef(station: Station | None = None, **values: Any) -> Chef:
    return Chef.objects.create(
        **{"station": station, "name": "Ken", "email": f"chef{next(_numbers)}@example.com", **values}
    )


def make_booking(station: Station, **values: Any) -> Booking:
    """A party with claim and deposit row: 8 adults at noon of 6 June 2026, deposit asked for."""
    day, slot = values.pop("date", DAY), values.pop("slot", NOON)
    begins = values.pop("starts_at", None) or starts_at(station.timezone, day, slot)
    created_at = values.pop("created_at", NOW)
    status = BookingStatus(values.get("status", BookingStatus.DEPOSIT_PENDING))
    deadlines = deposit_deadlines(counted_from=created_at, starts_at=begins)
    number = next(_numbers)
    booking = Booking.objects.create(
        **{
            "reference": f"MH-{number:08X}",
            "station": station,
            "customer": values.pop("customer", None) or make_customer(station),
            "date": day,
            "slot": slot,
            "starts_at": begins,
            "ends_at": begins + length(8),
            "created_at": created_at,
            "status": status,
            "address": "5 Oak Ave, Fremont",
            "postal_code": "94539",
            "party_adults": 8,
            "allergens": ["none"],
            "deposit_due_cents": 10_000,
            "total_due_cents": 60_000,
            "customer_deposit_deadline": deadlines.customer,
            "internal_deadline": deadlines.internal,
            **values,
        }
    )
    settled = status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
    Deposit.objects.create(
        booking=booking,
        amount_cents=booking.deposit_due_cents,
        status=DepositStatus.CONFIRMED if settled else DepositStatus.PENDING,
        requested_at=created_at,
        paid_at=created_at if settled else None,
        settled_at=created_at if settled else None,
    )
    if status in OCCUPYING_STATUSES:
        SlotClaim.objects.create(station=station, date=day, slot=slot, lane=booking.lane, booking=booking)
    return booking


def after_start(booking: Booking, **delta: float) -> datetime:
    """An instant counted from the start of the party."""
    return booking.starts_at + timedelta(**delta)


def events_of(subject_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """What was published about a row, in order."""
    from events.models import DomainEvent

    rows = DomainEvent.objects.filter(aggregate_id=subject_id).order_by("version")
    return list(rows.values_list("event_type", "payload"))

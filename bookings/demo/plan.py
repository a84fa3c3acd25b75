"""What happens in the demo: drawn by seed around a day, without a database."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from bookings.calendar import SlotCalendar, starts_at
from bookings.demo.cast import (
    ALLERGENS,
    FIRST_NAMES,
    LAST_NAMES,
    SPECIAL_REQUESTS,
    STREETS,
)
from bookings.requests import MenuChoice

SEED = 20_260_501
DAYS = 60
CUSTOMERS_PER_STATION = 20
INCLUDED = ("chicken", "ny_strip", "shrimp", "calamari", "tofu")
UPGRADES = ("salmon", "scallops", "filet_mignon", "lobster_tail")
NEAR = 8
LEAST_DAYS = 5
LEAST_NOTICE = timedelta(hours=73)


class Fate(Enum):
    """What becomes of a party until today."""

    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    NEW = "new"
    DEPOSIT_PENDING = "deposit_pending"
    HELD = "held"
    CANCELLATION_REQUESTED = "cancellation_requested"
    HOLD_PENDING = "hold_pending"
    HOLD_SIGNED = "hold_signed"


PAST: dict[Fate, int] = {Fate.COMPLETED: 74, Fate.CANCELLED: 16, Fate.NO_SHOW: 8}
AHEAD: dict[Fate, int] = {
    Fate.CONFIRMED: 62,
    Fate.NEW: 7,
    Fate.DEPOSIT_PENDING: 12,
    Fate.HELD: 5,
    Fate.CANCELLATION_REQUESTED: 5,
    Fate.CANCELLED: 11,
    Fate.HOLD_PENDING: 4,
    Fate.HOLD_SIGNED: 3,
}
OPEN = {Fate.NEW, Fate.DEPOSIT_PENDING, Fate.HELD}
HOLDS = {Fate.HOLD_PENDING, Fate.HOLD_SIGNED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer of one station."""

    station: int
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    postal_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One booking to be; `booked_at` is the clock it is made at."""

    fate: Fate
    person: Person
    date: date
    slot: time
    starts_at: datetime
    booked_at: datetime
    adults: int
    kids: int
    toddlers: int
    menu: MenuChoice
    allergens: tuple[str, ...]
    special_requests: str
    by_phone: bool


class _Place(NamedTuple):
    station: int
    date: date
    slot: time


def draw_people(dice: random.Random, zips: tuple[tuple[str, ...], ...]) -> list[Person]:
    """Return the customers of every station; the very first is the one who can log in."""
    people = []
    for station, codes in enumerate(zips):
        for number in range(CUSTOMERS_PER_STATION):
            first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
            serial = station * CUSTOMERS_PER_STATION + number + 1
            people.append(
                Person(
                    station=station,
                    first_name=first,
                    last_name=last,
                    email="customer@example.com"
                    if serial == 1
                    else f"{first}.{last}.{serial}@example.com".lower(),
                    phone=f"+1{('510', '916', '619')[station]}55501{number:02d}",
                    address=f"{dice.randint(1, 999)} {dice.choice(STREETS)}",
                    postal_code=dice.choice(codes),
                )
            )
    return people


class Planner:
    """Draws parties for the people; no slot gets more than its lanes."""

    def __init__(
        self, dice: random.Random, people: list[Person], places: list[tuple[SlotCalendar, int]], at: datetime
    ) -> None:
        """Take the calendar and the lanes of each station, in the order people name them."""
        self._dice, self._people, self._places, self._at = dice, people, places, at
        self._taken: Counter[_Place] = Counter()

    def parties(self) -> list[Party]:
        """Return the parties in order of their booking time."""
        past = [self._party(fate, range(-DAYS, 0)) for fate, wanted in PAST.items() for _ in range(wanted)]
        ahead = [self._party(fate, _days(fate)) for fate, wanted in AHEAD.items() for _ in range(wanted)]
        return sorted(past + ahead, key=lambda party: party.booked_at)

    def _party(self, fate: Fate, days: range) -> Party:
        dice = self._dice
        person = dice.choice(self._people)
        place, start = self._place(person.station, days)
        adults, kids = dice.randint(4, 18), dice.choice((0, 0, 0, 1, 2, 3, 4, 6))
        toddlers = dice.choice((0, 0, 0, 0, 1, 2))
        return Party(
            fate=fate,
            person=person,
            date=place.date,
            slot=place.slot,
            starts_at=start,
            booked_at=_booked_at(dice, fate, start, self._at),
            adults=adults,
            kids=kids,
            toddlers=toddlers,
            menu=_menu(dice, wanted=2 * (adults + kids) + toddlers),
            allergens=dice.choice(ALLERGENS),
            special_requests=dice.choice(SPECIAL_REQUESTS),
            by_phone=dice.random() < 1 / 4,
        )

    def _place(self, station: int, days: range) -> tuple[_Place, datetime]:
        calendar, lanes = self._places[station]
        while True:
            # The dashboard looks a week ahead: a good part of what is to come lies there.
            ahead = self._dice.choice(days[:NEAR] if self._dice.random() < 1 / 4 else days)
            place = _Place(
                station, calendar.today(self._at) + timedelta(days=ahead), self._dice.choice(calendar.slots)
            )
            start = starts_at(calendar.zone, place.date, place.slot)
            if (
                start is not None
                and calendar.closed_reason(place.date, place.slot) is None
                and self._taken[place] < lanes
                and (start > self._at) is (ahead >= 0)
            ):
                self._taken[place] += 1
                return place, start


def _days(fate: Fate) -> range:
    """Return the days ahead a party may lie; what was booked a moment ago keeps the lead time."""
    return range(LEAST_DAYS if fate in OPEN | HOLDS else 0, DAYS + 1)


def _booked_at(dice: random.Random, fate: Fate, start: datetime, at: datetime) -> datetime:
    """Return a clock that keeps lead time and deadlines: what still waits for money was booked today."""
    if fate in HOLDS:
        return at - timedelta(minutes=dice.randint(2, 30))
    if fate in OPEN:
        return at - timedelta(minutes=dice.randint(5, 600))
    latest = min(start - LEAST_NOTICE, at - timedelta(hours=6))
    return latest - timedelta(minutes=dice.randint(0, 30 * 24 * 60))


def _menu(dice: random.Random, *, wanted: int) -> MenuChoice:
    if dice.random() < 1 / 4:
        return MenuChoice()
    codes = dice.sample(INCLUDED, 3) + dice.sample(UPGRADES, dice.choice((0, 1, 2)))
    proteins = {code: wanted // len(codes) for code in codes}
    proteins[codes[0]] += wanted - sum(proteins.values())
    addons = {code: dice.randint(2, 10) for code in dice.sample(("yakisoba", "gyoza", "edamame"), 1)}
    extra = {"shrimp": dice.randint(1, 4)} if dice.random() < 1 / 5 else {}
    return MenuChoice(proteins=proteins, extra_proteins=extra, addons=addons)

"""One demo per database, all of it or nothing."""

import random
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bookings.demo.cast import STATIONS
from bookings.demo.plan import SEED, Person, Planner, draw_people
from bookings.demo.play import Play
from bookings.demo.stage import DIRECTOR, DemoLogin, Stage, set_stage
from bookings.models import Booking, Chef, Customer, ReservationHold
from bookings.selectors.stations import slot_calendar
from bookings.services.customers import create_customer
from common.db.locks import advisory_xact_locks, lock_key
from identity.models import Station, User

STAGE_TABLES = (User, Station, Chef, Customer, Booking, ReservationHold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What was loaded, and the logins that nobody can read again."""

    stations: int
    chefs: int
    customers: int
    bookings: int
    holds: int
    logins: list[DemoLogin]


@transaction.atomic
def load_demo(*, at: datetime, seed: int = SEED) -> Demo | None:
    """Fill an empty database around `at`; None when there is anything of people in it already.

    Roles and price list must be loaded. Equal seeds give equal demos, but for keys, references and passwords.
    """
    advisory_xact_locks([lock_key("bookings", "demo")])
    if any(model._default_manager.exists() for model in STAGE_TABLES):
        return None
    dice = random.Random(seed)  # noqa: S311 -- a demo wants the same dice every time
    stage = set_stage(at=at)
    people = draw_people(dice, tuple(plan.customer_zips for plan in STATIONS))
    _meet(people, stage, at)
    places = [(slot_calendar(station), station.slot_capacity) for station in stage.stations]
    play = Play(stage, dice)
    for party in Planner(dice, people, places, at).parties():
        play.perform(party)
    return Demo(
        stations=len(stage.stations),
        chefs=len(stage.chefs),
        customers=Customer.objects.count(),
        bookings=Booking.objects.count(),
        holds=ReservationHold.objects.count(),
        logins=stage.logins,
    )


def _meet(people: list[Person], stage: Stage, at: datetime) -> None:
    for person in people:
        create_customer(
            station=stage.stations[person.station],
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            phone=person.phone,
            by=DIRECTOR,
            at=at,
        )

"""Stations, price rules, chefs and accounts of the demo; passwords are made here and shown once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bookings.demo.cast import CHEFS, STAFF, STATIONS
from bookings.enums import PriceRuleEffect
from bookings.models import Chef, DynamicPricingRule, TravelFeeConfiguration
from bookings.services.chefs import ChefChanges, create_chef
from bookings.services.price_list import save_price_row
from common.actors import Actor, SystemActor
from identity.enums import UserRole
from identity.models import Station, User
from identity.selectors import actor_for
from identity.services.accounts import create_user
from identity.services.station_links import LinkTerms, grant_station
from identity.services.stations import create_station

DIRECTOR = SystemActor("demo")
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """An account somebody can log into; the password stands nowhere else."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything the play needs; `staff` acts for all stations."""

    stations: list[Station]
    chefs: list[Chef]
    logins: list[DemoLogin]
    staff: Actor


def set_stage(*, at: datetime) -> Stage:
    """Open the stations with their prices, hire the chefs and make one login per kind of account."""
    stations = [_open(number, at) for number in range(len(STATIONS))]
    _add_rules(stations)
    chefs = [_hire(number, stations) for number in range(len(CHEFS))]
    logins, users = _accounts(stations, at)
    return Stage(stations=stations, chefs=chefs, logins=logins, staff=actor_for(users[UserRole.ADMIN]))


def _open(number: int, at: datetime) -> Station:
    plan = STATIONS[number]
    station = create_station(
        fields={
            "name": plan.name,
            "email": plan.email,
            "phone": plan.phone,
            "address_line1": plan.address_line1,
            "postal_code": plan.postal_code,
            "slot_capacity": plan.slot_capacity,
            "service_area_radius": plan.service_area_radius,
            "settings": plan.settings,
            "business_hours": plan.business_hours,
        },
        by=DIRECTOR,
        at=at,
    )
    save_price_row(
        row=TravelFeeConfiguration(
            station=station,
            free_miles=Decimal(plan.free_miles),
            price_per_mile_cents=plan.price_per_mile_cents,
            max_service_distance=Decimal(plan.max_miles),
        ),
        by=DIRECTOR,
    )
    return station


def _add_rules(stations: list[Station]) -> None:
    _fremont, sacramento, san_diego = stations
    for row in (
        DynamicPricingRule(
            station=san_diego,
            name="Saturday",
            weekdays=[6],
            effect=PriceRuleEffect.PERCENT,
            percent=Decimal(15),
        ),
        DynamicPricingRule(
            station=sacramento,
            name="Weekday parties",
            weekdays=[2, 3, 4],
            effect=PriceRuleEffect.PERCENT,
            percent=Decimal(-5),
        ),
    ):
        save_price_row(row=row, by=DIRECTOR)


def _hire(number: int, stations: list[Station]) -> Chef:
    name, home, skills = CHEFS[number]
    first, _blank, last = name.lower().partition(" ")
    # The first chef is the one who can log in: accounts and chefs meet by their e-mail.
    email = "chef@example.com" if number == 0 else f"{first}.{last}@example.com"
    return create_chef(
        station=None if home is None else stations[home],
        details=ChefChanges(
            name=name, email=email, phone=f"+1510555018{number}", zones=("primary",), skills=skills
        ),
        by=DIRECTOR,
    )


def _accounts(stations: list[Station], at: datetime) -> tuple[list[DemoLogin], dict[str, User]]:
    logins, users = [], {}
    for role in UserRole:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = create_user(
            email=f"{role.value.replace('_', '.')}@example.com",
            role=role,
            by=DIRECTOR,
            at=at,
            password=password,
            full_name=f"Demo {role.label}",
        )
        users[role.value] = user
        logins.append(DemoLogin(role.value, user.email, password))
    for kind, (link, places) in STAFF.items():
        for place in places:
            grant_station(
                user=users[kind],
                station=stations[place],
                terms=LinkTerms(role=link, is_primary_station=place == places[0]),
                by=DIRECTOR,
                at=at,
            )
    return logins, users

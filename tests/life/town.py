"""A station that sells two lanes a slot, its staff, and people who want parties; canaries in every name."""

from dataclasses import dataclass
from datetime import timedelta

import pyotp

from bookings.services.reference_data import load_price_list
from identity.enums import UserRole
from identity.models import Station, User
from identity.selectors import actor_for
from identity.services.mfa import begin_enrolment, finish_enrolment
from tests.factories.bookings import ChefFactory
from tests.factories.identity import StationFactory, UserFactory, make_staff

LANES = 2
CANARY = "Zwiebelfisch"
STREET = "Quittenweg"
HOSTS_WITH_ACCOUNTS = 10


@dataclass
class Town:
    """The rows that are there when the week begins."""

    station: Station
    staff: dict[str, User]
    secrets: dict[str, str]
    hosts: list[User]
    chefs: list[str]


def build_town(*, at) -> Town:
    load_price_list()
    station = StationFactory(
        slot_capacity=LANES, settings={"alert_emails": ["boss@stations.example"]}, created_at=at
    )
    staff = {
        "admin": make_staff(UserRole.ADMIN, station, email="ada@house.example"),
        "desk": make_staff(UserRole.ADMIN, station, email="desk@house.example"),
        "manager": make_staff(UserRole.STATION_MANAGER, station, email="mona@house.example"),
        "deputy": make_staff(UserRole.STATION_MANAGER, station, email="dan@house.example"),
        "support": make_staff(UserRole.CUSTOMER_SUPPORT, station, email="sue@house.example"),
    }
    secrets = {name: enrol(staff[name], at=at - timedelta(hours=1)) for name in ("admin", "desk")}
    hosts = [
        UserFactory(email=guest(number)["email"], full_name=CANARY) for number in range(HOSTS_WITH_ACCOUNTS)
    ]
    chefs = [ChefFactory(station=station, name=f"Chef {name}") for name in ("Ito", "Abe", "Mori", "Sato")]
    return Town(station, staff, secrets, hosts, [str(chef.pk) for chef in chefs])


def enrol(user, *, at):
    """Switch on two-step log-in, which admins must have; the step of the clock is spent."""
    secret = begin_enrolment(user=user).secret
    finish_enrolment(user=user, code=pyotp.TOTP(secret).at(at), by=actor_for(user), at=at)
    return secret


def guest(number):
    """Contact data of a person; nobody else has them."""
    return {
        "first_name": f"{CANARY}{number:03}",
        "last_name": f"Von{CANARY}",
        "email": f"{CANARY.lower()}{number:03}@people.example",
        "phone": f"+1510777{number:04}",
        "address": f"{number + 1} {STREET}, Fremont",
        "postal_code": "94539",
    }


CANARIES = (CANARY.lower(), STREET.lower(), "+1510777")
"""Pieces of all of them, in lower case."""

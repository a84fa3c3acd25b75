"""`manage.py load_reference_data`: what the house needs before work begins; `--demo` adds a life in it."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from bookings.demo import Demo, load_demo
from bookings.services.reference_data import load_first_station, load_price_list
from common.actors import SystemActor
from common.management.base import HouseCommand
from identity.services.reference_data import load_roles


class Command(HouseCommand):
    help = "Load roles, permissions, price list and a first station; rows that exist stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty database with a demo")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        at = timezone.now()
        with self.unit():
            figures: dict[str, Any] = {
                "roles": asdict(load_roles()),
                "price_list": asdict(load_price_list()),
            }
            if options["demo"]:
                figures["demo"] = _told(load_demo(at=at))
            station = load_first_station(by=SystemActor("load_reference_data"), at=at)
            figures["first_station"] = station.code if station else "there is one already"
        self.report(figures)


def _told(demo: Demo | None) -> Any:
    if demo is None:
        return "the database is not empty: nothing done"
    return {
        "stations": demo.stations,
        "chefs": demo.chefs,
        "customers": demo.customers,
        "bookings": demo.bookings,
        "reservation_holds": demo.holds,
        "logins_shown_only_now": {login.role: f"{login.email}  {login.password}" for login in demo.logins},
    }

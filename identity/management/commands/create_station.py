from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.management.base import HouseCommand
from identity.places import find_place
from identity.services.stations import create_station


class Command(HouseCommand):
    help = "Open a station with the next code of its city, ST-CITY-001, at the centroid of its ZIP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--zip", required=True, dest="postal_code")
        parser.add_argument("--timezone", default="", help="IANA name; default: that of the ZIP")
        parser.add_argument("--email", default="", help="default: a placeholder under .invalid")
        parser.add_argument("--phone", default="+10000000000")
        parser.add_argument("--address", default="to be given", dest="address_line1")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if find_place(options["postal_code"]) is None:
            raise CommandError(f"Unknown ZIP code {options['postal_code']}.")
        names = ("name", "postal_code", "timezone", "email", "phone", "address_line1")
        with self.unit():
            station = create_station(
                fields={name: options[name] for name in names},
                by=SystemActor("create_station"),
                at=timezone.now(),
            )
        self.report({"created": station.code, "city": station.city, "timezone": station.timezone})

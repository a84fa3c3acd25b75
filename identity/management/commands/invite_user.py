from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.management.base import HouseCommand
from identity.enums import UserRole
from identity.models import Station
from identity.services.invitations import DAYS, invite_user


class Command(HouseCommand):
    help = "Invite somebody by mail (AU-13); the mail waits in the outbox for the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", required=True, choices=UserRole.values)
        parser.add_argument("--station", action="append", default=[], help="station code; may be repeated")
        parser.add_argument("--name", default="", help="full name")
        parser.add_argument("--days", type=int, default=DAYS, help="how long the link works, 1 to 30")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        codes = options["station"]
        found = {station.code: station for station in Station.objects.filter(code__in=codes)}
        if unknown := sorted(set(codes) - set(found)):
            raise CommandError(f"Unknown station {', '.join(unknown)}.")
        with self.unit():
            user = invite_user(
                email=options["email"],
                role=options["role"],
                full_name=options["name"],
                stations=[found[code] for code in dict.fromkeys(codes)],
                days=options["days"],
                by=SystemActor("invite_user"),
                at=timezone.now(),
            )
        self.report({"invited": str(user.pk), "role": options["role"], "stations": codes})

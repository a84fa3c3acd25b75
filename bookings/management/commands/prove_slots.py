"""D-8: recount what is occupied by brute force and compare it with the claims."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from bookings.selectors.slot_proof import prove_slots
from bookings.services.slot_proofs import one_snapshot
from common.management.base import HouseCommand
from identity.models import Station


class Command(HouseCommand):
    help = "Prove that claims, bookings and holds tell the same story; exit 1 with the differences named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--station", metavar="CODE", help="one station (default: all)")
        parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="end", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, **options: Any) -> None:
        """Read everything in one snapshot, so that parties booked meanwhile are seen whole or not at all."""
        with one_snapshot():
            proof = prove_slots(
                station=_station(options["station"]), start=options["start"], end=options["end"]
            )
        self.report(
            {
                "bookings": proof.bookings,
                "holds": proof.holds,
                "claims": proof.claims,
                "findings": [finding.as_json() for finding in proof.findings],
            }
        )
        self.conclude(len(proof.findings), "differences between claims and what occupies")


def _station(code: str | None) -> Station | None:
    if code is None:
        return None
    station = Station.objects.filter(code=code).first()
    if station is None:
        raise CommandError(f"There is no station {code}.")
    return station

"""D-7: races for slots on the running database."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from bookings.services.slot_races import RoundResult, find_race_slots, race_for_slot
from common.management.base import HouseCommand, at_least
from identity.models import Station
from identity.selectors.stations import list_active_stations


class Command(HouseCommand):
    help = (
        "Let many connections book one far-off slot at once, round after round; exit 1 unless every lane had "
        "one winner and every loser a clean, captured 409. Its parties are cancelled and deleted afterwards."
    )
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--threads", type=at_least(1), default=50, help="racers and connections (default 50)"
        )
        parser.add_argument("--rounds", type=at_least(1), default=20, help="slots to race for (default 20)")
        parser.add_argument("--station", metavar="CODE", help="default: the first active one")

    def handle(self, **options: Any) -> None:
        """Race round after round; the answers of all rounds are counted together."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("race_slots makes parties that nobody ordered; it does not run in production.")
        threads, rounds = options["threads"], options["rounds"]
        station = _station(options["station"])
        slots = find_race_slots(station=station, rounds=rounds, at=timezone.now())
        if len(slots) < rounds:
            raise CommandError(f"{station.code} has only {len(slots)} empty slots far ahead.")
        results: list[RoundResult] = []
        with self.progress(rounds, "Racing") as advance:
            for slot in slots:
                results.append(race_for_slot(station=station, slot=slot, threads=threads))
                advance(1)
        self._tell(station, threads, results)

    def _tell(self, station: Station, threads: int, results: list[RoundResult]) -> None:
        problems = [
            {"date": result.slot.date.isoformat(), "slot": f"{result.slot.slot:%H:%M}", "problem": problem}
            for result in results
            for problem in result.problems
        ]
        self.report(
            {
                "station": station.code,
                "capacity": station.slot_capacity,
                "rounds": len(results),
                "threads": threads,
                "won": sum(result.won for result in results),
                "slot_taken": sum(result.taken for result in results),
                "slot_contended": sum(result.contended for result in results),
                "captured": sum(result.captured for result in results),
                "worst_answer_ms": round(max(result.worst_seconds for result in results) * 1000),
                "problems": problems,
            }
        )
        self.conclude(len(problems), "problems")


def _station(code: str | None) -> Station:
    stations = list_active_stations()
    station = stations.first() if code is None else stations.filter(code=code).first()
    if station is None:
        raise CommandError("There is no active station." if code is None else f"No active station {code}.")
    return station

"""`manage.py replay_messages`: parked or done rows are made due again, by the service that operators use."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.exceptions import DomainError
from common.management.base import HouseCommand
from events.registry import boxes

PARKED = "failed"


class Command(HouseCommand):
    help = "Make parked rows of a box due again; with --force also rows that are done (E-5, E-7)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--box", required=True, choices=sorted(box.name for box in boxes))
        parser.add_argument("--id", type=UUID, nargs="+", help="only these rows")
        parser.add_argument("--status", default=PARKED, help="rows in this state (failed)")
        parser.add_argument("--force", action="store_true", help="also what was delivered or processed")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replay row by row; a refused one is reported and the rest goes on."""
        box = next(box for box in boxes if box.name == options["box"])
        states = box.rows().model._meta.get_field("status").values
        if options["status"] not in states:
            raise CommandError(f"--status must be one of {', '.join(states)}.")
        rows = box.rows().filter(status=options["status"])
        if options["id"]:
            rows = box.rows().filter(pk__in=options["id"])
        by, at = SystemActor("replay_messages"), timezone.now()
        replayed, refused = 0, []
        keys = list(rows.order_by("created_at", "pk").values_list("pk", flat=True))
        missing = sorted(str(key) for key in set(options["id"] or ()) - set(keys))
        with self.progress(len(keys), "Replaying") as advance:
            for key in keys:
                try:
                    with self.unit():
                        box.replay(message=box.rows().get(pk=key), by=by, at=at, force=options["force"])
                        replayed += 1
                except DomainError as refusal:
                    refused.append({"id": str(key), "code": refusal.code, "reason": refusal.detail})
                advance(1)
        refused += [{"id": key, "code": "not_found", "reason": "There is no such row."} for key in missing]
        self.report({"box": box.name, "replayed": replayed, "refused": refused})
        self.conclude(len(refused), "rows refused")

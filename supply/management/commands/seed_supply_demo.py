"""`manage.py seed_supply_demo`: a world of the exchange by seed, with its ids and log-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.management.base import HouseCommand
from supply.demo import describe, find_world, is_empty, make_world


class Command(HouseCommand):
    help = "Make the exchange's demo of a seed, once, and print its ids and log-ins; never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="which world (default 1)")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where others trade on the exchange"
        )

    def handle(self, **options: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("seed_supply_demo makes accounts with a shared password; not in production.")
        seed = options["seed"]
        if options["if_empty"] and not is_empty() and find_world(seed) is None:
            self.report({"seed": seed, "created": False, "accounts": []})
            return
        with self.unit():
            created = make_world(seed=seed, at=timezone.now())
            world = describe(seed)
        self.report({"created": created, **world})

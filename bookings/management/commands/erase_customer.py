"""P-6: forget one customer."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone

from bookings.management.commands.export_customer import find_customer
from bookings.services.privacy import erase_customer
from common.actors import SystemActor
from common.management.base import HouseCommand


class Command(HouseCommand):
    help = "Erase the personal data of one customer in all tables and print the receipt (P-6)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--id", type=UUID, required=True, metavar="UUID", help="key of the customer")
        parser.add_argument("--reason", required=True, help="why; 10 to 500 characters")

    def handle(self, **options: Any) -> None:
        """Erase in one transaction; exit 1 with every reason when something is still open."""
        customer = find_customer(options["id"])
        with self.unit():
            receipt = erase_customer(
                customer=customer,
                reason=options["reason"],
                by=SystemActor("erase_customer"),
                at=timezone.now(),
            )
        self.report(receipt.as_dict())

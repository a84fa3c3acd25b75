"""P-5: write all that the house knows of one customer to a file."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from bookings.models import Customer
from bookings.services.privacy import export_customer
from common.actors import SystemActor
from common.management.base import HouseCommand


class Command(HouseCommand):
    help = "Export all rows about one customer as one JSON file; audited (P-5)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--id", type=UUID, required=True, metavar="UUID", help="key of the customer")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file that is not there")

    def handle(self, **options: Any) -> None:
        """Write the file, readable by its owner alone; none with `--dry-run`."""
        customer = find_customer(options["id"])
        out: Path = options["out"]
        with self.unit():
            document = export_customer(
                customer=customer, by=SystemActor("export_customer"), at=timezone.now()
            )
            if not self.dry_run:
                _write(out, document)
        self.report({"customer": customer.pk, "file": str(out), "rows": document["counts"]})


def find_customer(customer_id: UUID) -> Customer:
    """Return a customer, deleted or not; raises CommandError."""
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise CommandError(f"There is no customer {customer_id}.")
    return customer


def _write(path: Path, document: dict[str, Any]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)

"""`manage.py draft_supply_orders`: what a station's confirmed bookings take, ordered at its suppliers."""

import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import SystemActor
from common.management.base import HouseCommand
from supply.models import Consumer
from supply.services.drafts import Draft, draft_orders

OUT_OF_STOCK = "out_of_stock"


class Command(HouseCommand):
    help = "Draft a station's orders from its confirmed bookings; run it again after changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--station", required=True, help="code of the station, such as ST-FREMONT-001")
        parser.add_argument("--until", type=_day, required=True, help="last day of parties to order for")

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        code = options["station"]
        consumer = Consumer.objects.filter(station__code=code).select_related("station").first()
        if consumer is None:
            raise CommandError(f"There is no station {code}, or no consumer that buys for it.")
        with self.unit():
            draft = draft_orders(
                consumer=consumer,
                until=options["until"],
                by=SystemActor("draft_supply_orders"),
                at=timezone.now(),
            )
        self.report(
            {
                "bookings": draft.bookings,
                "menu_still_to_be_chosen": draft.undecided,
                "portions_without_recipe": dict(draft.without_recipe),
                "orders": [
                    {
                        "id": str(made.order.pk),
                        "supplier": made.supplier.company_name,
                        "items": len(made.order.lines),
                        "total_kzt": f"{made.order.total_kzt:.2f}",
                    }
                    for made in draft.orders
                ],
                "short": list(_short(draft)),
                "lines": list(_lines(draft)),
                "seconds": round(time.monotonic() - started, 2),
            }
        )


def _lines(draft: Draft) -> Iterator[dict[str, Any]]:
    for line in draft.lines:
        yield {
            "day": line.day.isoformat(),
            "sku": draft.products[line.product_id].sku,
            "product_id": str(line.product_id),
            "demand": line.demand,
            "on_hand": line.on_hand,
            "ordered": line.ordered,
            "drafted": line.drafted,
            "surplus": line.surplus,
            "short": line.short,
        }


def _short(draft: Draft) -> Iterator[dict[str, Any]]:
    for line in draft.lines:
        if line.short:
            yield {
                "day": line.day.isoformat(),
                "sku": draft.products[line.product_id].sku,
                "product_id": str(line.product_id),
                "units": line.short,
                "because": draft.closed.get(line.product_id, OUT_OF_STOCK),
            }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date such as 2026-03-08.") from None

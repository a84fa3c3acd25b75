"""The exchange: catalogue, orders, log-ins beside other requests, drafts and imports."""

import gzip
import io
import json
import random
import statistics
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from benchmarks import pgbench
from benchmarks.house import BENCH, add_customers, make_station, token_for
from benchmarks.load import Connection, Outcome, RequestMaker, build_request, run_load
from benchmarks.server import Server
from bookings.enums import BookingStatus
from bookings.models import Booking, Customer, MenuItem
from config.environment import BASE_DIR
from identity.enums import UserRole
from identity.models import Station
from identity.services.accounts import create_user
from supply.enums import LinkStatus
from supply.models import Consumer, Link, Product, Recipe, Supplier

CLIENTS = 8
PRODUCTS = 1_000
PARTIES = 500
PLENTY = 2_000_000_000
ITEMS = 3
ROUNDS = 4
EMPTY = "/api/v1/empty"
LIST = "/api/v1/supply/products?size=20"
ORDERS = "/api/v1/supply/orders"
LOG_IN = "/api/v1/auth/login"
PASSWORD = "Bench-Password-7-Long"  # noqa: S105 -- of an account of a scratch database
MAPPING = BASE_DIR / "docs" / "howto" / "online_retail.mapping.toml"

Add = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A supplier with many products and a consumer that may order them."""

    supplier: Supplier
    consumer: Consumer
    products: list[Product]

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(self.consumer.user)}"}

    def order(self, number: int) -> bytes:
        """Return the body of an order of three items."""
        chosen = random.Random(number).sample(self.products, ITEMS)  # noqa: S311 -- spreads orders
        items = [{"product_id": str(product.pk), "qty": 2} for product in chosen]
        return json.dumps({"supplier_id": str(self.supplier.pk), "items": items}).encode()


def build_exchange(station: Station) -> Exchange:
    """Lay out the exchange; the consumer buys for the station and logs in by PASSWORD."""
    now = timezone.now()
    owner = create_user(email="owner@bench.example", role=UserRole.SUPPLIER_OWNER, by=BENCH, at=now)
    buyer = create_user(
        email="buyer@bench.example", role=UserRole.CONSUMER, by=BENCH, at=now, password=PASSWORD
    )
    supplier = Supplier.objects.create(user=owner, company_name="Bench Foods")
    consumer = Consumer.objects.create(user=buyer, organization_name="Bench Kitchen", station=station)
    Link.objects.create(consumer=consumer, supplier=supplier, status=LinkStatus.ACCEPTED)
    products = Product.objects.bulk_create(
        Product(
            supplier=supplier,
            name=f"Product {number}",
            sku=f"SKU-{number:04}",
            price_kzt=Decimal("4.50"),
            stock_qty=PLENTY,
            stock_full_qty=PLENTY,
        )
        for number in range(PRODUCTS)
    )
    return Exchange(supplier, consumer, products)


def exchange_figures(add: Add, server: Server) -> None:
    """Catalogue, orders and log-ins at a running server, each beside its empty view, then the commands."""
    exchange = build_exchange(make_station("ST-KITCHEN-001", 500))
    connections.close_all()
    request = build_request("GET", LIST)
    seen = _beside_empty(server, lambda _number: request)
    pgbench.capture("get", LIST, headers={})
    status, statements = pgbench.capture("get", LIST, headers={})
    add(
        f"list of 20 of {PRODUCTS:,} products",
        seen,
        beside=f"{len(statements)} statements, status {status}",
        aim="≥ 40 % / 50 %",
    )
    _order_figures(add, server, exchange)
    _log_in_figures(add, server)
    draft_figures(add, exchange)
    import_figures(add, exchange)


def _order_figures(add: Add, server: Server, exchange: Exchange) -> None:
    headers = exchange.authorization

    def request(number: int) -> bytes:
        return build_request("POST", ORDERS, headers=headers, body=exchange.order(number))

    seen = _beside_empty(server, request, status=201)
    pgbench.capture("post", ORDERS, headers=headers, body=exchange.order(0))
    status, statements = pgbench.capture("post", ORDERS, headers=headers, body=exchange.order(1))
    add(
        f"order of {ITEMS} items",
        seen,
        beside=f"{len(statements)} statements, status {status}",
        aim="≥ 8 % / 13 %",
    )


def _beside_empty(server: Server, make: RequestMaker, *, status: int = 200) -> str:
    """Return rate and share of the empty view, the median of rounds that alternate: a busy machine sways."""
    empty = build_request("GET", EMPTY)
    run_load(server.port, make, clients=CLIENTS, seconds=1)
    shares: list[float] = []
    rounds: list[Outcome] = []
    for _ in range(ROUNDS):
        nothing = run_load(server.port, lambda _number: empty, clients=CLIENTS, seconds=2)
        outcome = run_load(server.port, make, clients=CLIENTS, seconds=2)
        if set(outcome.statuses) != {status}:
            raise RuntimeError(f"Not every answer was {status}: {dict(outcome.statuses)}")
        shares.append(outcome.rate / nothing.rate)
        rounds.append(outcome)
    rate = statistics.median(outcome.rate for outcome in rounds)
    p99 = statistics.median(outcome.percentile(0.99) for outcome in rounds)
    return f"{rate:.0f}/s (p99 {p99:.1f} ms) = {statistics.median(shares):.0%} of empty"


def _log_in_figures(add: Add, server: Server) -> None:
    """Measure the list's p95 while one client logs in without pause, and quiet rounds in between."""
    request = build_request("GET", LIST)
    quiet: list[float] = []
    noisy: list[float] = []
    log_ins = 0
    for _ in range(ROUNDS):
        quiet.append(_steady(server, request, seconds=2).percentile(0.95))
        with _LoggingIn(server.port) as others:
            noisy.append(_steady(server, request, seconds=2).percentile(0.95))
        log_ins += others.done
    before, during = statistics.median(quiet), statistics.median(noisy)
    add(
        "list of products while one client logs in",
        f"p95 {before:.1f} → {during:.1f} ms = ×{during / before:.2f}",
        beside=f"{log_ins} log-ins meanwhile, medians of {ROUNDS} rounds each",
        aim="≤ ×1.5",
    )


class _LoggingIn:
    """One client that logs in without pause until the block ends."""

    def __init__(self, port: int) -> None:
        self.done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self, port: int) -> None:
        body = json.dumps({"email": "buyer@bench.example", "password": PASSWORD}).encode()
        request = build_request("POST", LOG_IN, body=body)
        connection = Connection(port)
        while not self._stop.is_set():
            status, answer = connection.send(request)
            if status != 200:  # noqa: PLR2004 -- a log-in
                raise RuntimeError(f"{LOG_IN} answered {status}: {answer[:200]!r}")
            self.done += 1
        connection.close()


def _steady(server: Server, request: bytes, *, seconds: float = 4) -> Outcome:
    run_load(server.port, lambda _number: request, clients=CLIENTS, seconds=0.5)
    return run_load(server.port, lambda _number: request, clients=CLIENTS, seconds=seconds)


def draft_figures(add: Add, exchange: Exchange) -> None:
    """Draft the orders of many parties, then once more, when nothing has changed."""
    station = exchange.consumer.station
    if station is None:
        raise RuntimeError("The consumer buys for no station.")
    for item, product in zip(MenuItem.objects.filter(station=None), exchange.products, strict=False):
        Recipe.objects.create(
            menu_item=item, product=product, qty_per_guest=Decimal("0.15"), buffer_percent=10
        )
    add_parties(station, PARTIES)
    until = (timezone.now() + timedelta(days=120)).date().isoformat()
    reports = []
    for _ in range(2):
        out = io.StringIO()
        call_command("draft_supply_orders", station=station.code, until=until, as_json=True, stdout=out)
        reports.append(json.loads(out.getvalue()))
    first, again = reports
    lines = sum(order["items"] for order in first["orders"])
    add(
        f"drafts for {first['bookings']} parties",
        f"{first['seconds']:.2f} s",
        beside=f"{lines} lines drafted; again {again['seconds']:.2f} s, {len(again['orders'])} orders",
        aim="≤ 5 s",
    )


def add_parties(station: Station, number: int) -> None:
    """Insert confirmed parties with a menu, five a day."""
    add_customers(station, 1)
    customer = Customer.objects.get(station=station)
    codes = list(MenuItem.objects.filter(station=None).values_list("code", flat=True))
    now = timezone.now().replace(microsecond=0)
    parties = []
    for index in range(number):
        begins = now + timedelta(days=3 + index // 5, minutes=index % 5)
        menu = [
            {"kind": "protein", "code": codes[(index + step) % len(codes)], "quantity": 10} for step in (0, 1)
        ]
        parties.append(
            Booking(
                reference=f"MH-{0xBE000000 + index:08X}", station=station, customer=customer,
                date=begins.date(), slot="12:00", lane=index + 1, starts_at=begins,
                ends_at=begins + timedelta(hours=2), status=BookingStatus.CONFIRMED,
                address="5 Oak Ave, Fremont", postal_code="94539", party_adults=10, allergens=["none"],
                menu_items=menu, deposit_due_cents=10_000, total_due_cents=60_000,
            )
        )  # fmt: skip
    Booking.objects.bulk_create(parties)


def import_figures(add: Add, exchange: Exchange) -> None:
    """Rows per second of both imports, each run twice."""
    found = BASE_DIR.parent / "shared" / "data" / "online_retail.csv.gz"
    source = found if found.exists() else synthetic(Path(settings.VAR_DIR) / "retail.csv.gz")
    for command in ("import_products", "import_orders"):
        seen = []
        for _ in range(2):
            out = io.StringIO()
            call_command(
                command,
                file=source,
                supplier=str(exchange.supplier.pk),
                mapping=MAPPING,
                report=Path(settings.VAR_DIR) / f"{command}.csv",
                as_json=True,
                stdout=out,
            )
            seen.append(json.loads(out.getvalue()))
        first, again = seen
        add(
            command.replace("_", " "),
            f"{first['rows_per_second']} rows/s",
            beside=f"{first['rows']} rows, imported {first['imported']}, refused {first['refused']}; "
            f"again {again['rows_per_second']} rows/s, imported {again['imported']}",
        )


def synthetic(path: Path) -> Path:
    """Write invoices in the shape of the retail data, for a machine without it."""
    lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"]
    for number in range(PRODUCTS):
        buyer = 17_000 + number // 20 if number % 50 else ""
        lines.append(
            f"{536_000 + number // 15},{20_000 + number % 600},Thing {number % 600},{number % 12 - 1},"
            f"12/1/10 8:{number % 60:02},{number % 9}.55,{buyer},United Kingdom"
        )
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path

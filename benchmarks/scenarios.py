"""What is measured, each beside the empty view of the same server, and beside pgbench where it is SQL."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from benchmarks import house as houses
from benchmarks import machine, pgbench
from benchmarks.endpoints import endpoint_figures
from benchmarks.exchange import exchange_figures
from benchmarks.house import House
from benchmarks.imports import import_figures
from benchmarks.load import Outcome, build_request, run_load
from benchmarks.matching import matching_figures
from benchmarks.outbox import outbox_figures
from benchmarks.rotation import rotation_figures
from benchmarks.server import THREADS, Server, serve
from benchmarks.verification import verification_figures
from benchmarks.webhooks import webhook_figures

CLIENTS = 8
STORM_CLIENTS = 200
WIDTH = 140
EMPTY = "/api/v1/empty"
LIST = "/api/v1/bookings?limit=20"
_numbers = count(1)

Row = tuple[str, str, str]


class Figures:
    """The lines that are printed while the scenarios run, and the table at the end."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._console = Console(width=max(Console().width, WIDTH))
        self._began = time.perf_counter()

    def head(self) -> None:
        """Print what the figures are seen on."""
        self._say(f"{machine.facts()}; one granian worker of {THREADS} threads, {CLIENTS} clients")

    def add(self, name: str, seen: str, *, beside: str = "", aim: str = "") -> None:
        """Keep a figure and show it at once: a run takes minutes."""
        self.rows.append((name, seen, aim))
        self._say(f"{name}: {seen}" + (f"  [{beside}]" if beside else ""))

    def print(self) -> None:
        """Print the whole table."""
        minutes = (time.perf_counter() - self._began) / 60
        table = Table("figure", "seen", "wanted", title=f"Figures, taken in {minutes:.1f} minutes")
        for row in self.rows:
            table.add_row(*row)
        self._console.print(table)

    def _say(self, words: str) -> None:
        seconds = time.perf_counter() - self._began
        print(f"{seconds:4.0f} s  {words}", flush=True)


def run_all(data: Path | None) -> None:
    """Measure everything; `data` is a bookings CSV for the import, synthetic rows stand in without one."""
    figures = Figures()
    measure_migrations(figures)
    figures.head()
    house = houses.build()
    endpoint_figures(figures.add)
    houses.fill_bookings(house.crowded, 10_000)
    verification_figures(figures.add)
    connections.close_all()
    with serve() as server:
        empty = measure_reads(figures, server, house)
        measure_creates(figures, server, house, empty)
        measure_storm(figures, server, house)
        figures.add("worker memory", f"{server.worker_mib():.0f} MiB", aim="≤ 180 MiB")
    with serve(AVAILABILITY_CACHE_SECONDS="2") as server, quiet(server):
        cached = load(server, availability(house.crowded))
        figures.add(
            "the same, kept for 2 s (the default)", f"{rate(cached)} = {cached.rate / empty:.0%} of empty"
        )
    with serve() as server, quiet(server):
        exchange_figures(figures.add, server)
    webhook_figures(figures.add)
    matching_figures(figures.add, station=houses.make_station("MONEY", 20_000))
    outbox_figures(figures.add)
    # Before the million bookings, whose addresses would be rotated too.
    rotation_figures(figures.add, house.single)
    measure_growth(figures, house)
    import_figures(figures.add, data)
    figures.print()


def measure_migrations(figures: Figures) -> None:
    """Build every table in the clean database of this run."""
    connection.ensure_connection()
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    figures.add(
        "migrations of a clean database",
        f"{time.perf_counter() - began:.1f} s",
        beside=f"{len(connection.introspection.table_names())} tables",
        aim="< 20 s",
    )


def measure_reads(figures: Figures, server: Server, house: House) -> float:
    """List of 20 and availability of 31 days, with the empty view before and after; returns its rate."""
    with quiet(server):
        before = load(server, EMPTY)
        with machine.usage(server.process) as of_list:
            listed = load(server, LIST, headers=house.authorization)
        with machine.usage(server.process) as of_slots:
            free = load(server, availability(house.crowded))
        after = load(server, EMPTY)
    empty = (before.rate + after.rate) / 2
    figures.add("empty view", rate(before), beside=f"again at the end: {rate(after)}")
    for name, path, headers, outcome, used, aim in (
        ("list of 20 bookings", LIST, house.authorization, listed, of_list, "≥ 30 % / 45 %"),
        ("availability of 31 days", availability(house.crowded), {}, free, of_slots, "≥ 30 %"),
    ):
        pgbench.capture("get", path, headers=headers)
        status, statements = pgbench.capture("get", path, headers=headers)
        raw = pgbench.transactions_per_second(statements, clients=CLIENTS)
        figures.add(
            name,
            f"{rate(outcome)} = {outcome.rate / empty:.0%} of empty",
            beside=f"{used.each(outcome.all)}; pgbench {raw:.0f}/s, {len(statements)} statements,"
            f" status {status}",
            aim=aim,
        )
    return empty


def measure_creates(figures: Figures, server: Server, house: House, empty: float) -> None:
    """Book parties over HTTP, each into a lane of its own."""

    def request(_number: int) -> bytes:
        return booking_request(house.wide, *spread(next(_numbers)))

    run_load(server.port, request, clients=CLIENTS, seconds=1)
    with machine.usage(server.process) as used:
        outcome = run_load(server.port, request, clients=CLIENTS, seconds=6)
    path = "/api/v1/public/bookings"
    day, slot = spread(next(_numbers))
    headers = {"Idempotency-Key": f"bench-count-{time.time_ns()}"}
    status, statements = pgbench.capture("post", path, headers=headers, body=body(house.wide, day, slot))
    headers = {"Idempotency-Key": f"bench-undone-{time.time_ns()}"}
    undone = pgbench.capture_undone(path, headers=headers, body=body(house.wide, day, slot))
    raw = pgbench.transactions_per_second(undone, clients=1, rolled_back=True)
    figures.add(
        "create booking, whole path",
        f"{rate(outcome)} = {outcome.rate / empty:.0%} of empty",
        beside=f"{used.each(outcome.all)}; {len(statements)} statements (status {status}), pgbench alone"
        f" rolled back {raw:.0f}/s; answers {dict(outcome.statuses)}",
        aim="≥ 8 % / 13 %",
    )


def measure_storm(figures: Figures, server: Server, house: House) -> None:
    """Two hundred clients ask for one lane at once."""
    day = timezone.now().date() + timedelta(days=60)
    outcome = run_load(
        server.port,
        lambda _number: booking_request(house.single, day, "18:00"),
        clients=STORM_CLIENTS,
        requests=STORM_CLIENTS,
        seconds=60,
    )
    figures.add(
        "storm of 200 clients on one slot",
        f"answers {dict(outcome.statuses)}, p99 {outcome.percentile(0.99):.0f} ms",
        beside=f"median {outcome.percentile(0.5):.0f} ms, worst {outcome.percentile(1):.0f} ms",
        aim="1 winner",
    )


def measure_growth(figures: Figures, house: House) -> None:
    """Read at 10 k and at 1 M bookings, each at a freshly started worker."""
    seen: dict[int, tuple[float, float]] = {}
    for total in (10_000, 1_000_000):
        houses.fill_bookings(house.crowded, total)
        connections.close_all()
        with serve() as server, quiet(server):
            seen[total] = (
                load(server, LIST, headers=house.authorization).percentile(0.5),
                load(server, availability(house.crowded)).percentile(0.5),
            )
    for position, name in enumerate(("list", "availability")):
        small, large = seen[10_000][position], seen[1_000_000][position]
        figures.add(
            f"{name} at 10 k and 1 M bookings",
            f"median {small:.1f} → {large:.1f} ms = ×{large / small:.2f}",
            aim="≤ ×1.3",
        )


@contextmanager
def quiet(server: Server) -> Iterator[None]:
    """Warm the worker up and let PostgreSQL finish its upkeep."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    load(server, EMPTY, seconds=1)
    yield


def load(server: Server, path: str, *, headers: dict[str, str] | None = None, seconds: float = 5) -> Outcome:
    """Drive one GET and refuse to report anything but 200."""
    request = build_request("GET", path, headers=headers)
    warm_up = run_load(server.port, lambda _number: request, clients=CLIENTS, seconds=0.5)
    outcome = run_load(server.port, lambda _number: request, clients=CLIENTS, seconds=seconds)
    outcome.before = len(warm_up.seconds)
    if set(outcome.statuses) != {200}:
        raise RuntimeError(f"{path} answered {dict(outcome.statuses)}")
    return outcome


def availability(station: houses.Station) -> str:
    start = timezone.now().date() + timedelta(days=10)
    end = start + timedelta(days=30)
    return f"/api/v1/public/availability?station_id={station.pk}&start={start}&end={end}"


def spread(number: int) -> tuple[date, str]:
    """Return a slot that no neighbour of this number asks for."""
    day = timezone.now().date() + timedelta(days=10 + number % 300)
    return day, ("12:00", "15:00", "18:00", "21:00")[number // 300 % 4]


def body(station: houses.Station, day: date, slot: str) -> bytes:
    number = next(_numbers)
    return json.dumps(
        {
            "station_id": str(station.pk),
            "date": day.isoformat(),
            "slot": slot,
            "adults": 10,
            "first_name": "Robin",
            "last_name": "Example",
            "email": f"robin{number}@example.com",
            "phone": f"+1510{3_000_000 + number:07}",
            "address": "5 Oak Ave, Fremont",
            "postal_code": "94539",
            "allergens": ["none"],
            "terms_accepted": True,
        }
    ).encode()


def booking_request(station: houses.Station, day: date, slot: str) -> bytes:
    return build_request(
        "POST",
        "/api/v1/public/bookings",
        headers={"Idempotency-Key": f"bench-{time.time_ns()}-{next(_numbers)}"},
        body=body(station, day, slot),
    )


def rate(outcome: Outcome) -> str:
    return f"{outcome.rate:.0f}/s (p99 {outcome.percentile(0.99):.1f} ms)"

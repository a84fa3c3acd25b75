"""Statements per request of every GET of the API and of the main writes, at few and at many rows.

Paths come from the URL conf, so that a new one appears by itself; a key in a path is that of the first row
of the list above it. Each request is answered in this process, by the whole stack from the middleware on,
and the statements of its connection are counted; BEGIN, COMMIT and savepoints are not. `3 → 3` is the count
at one row and at a hundred: one that grows is asked once per row, and stands on top.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from benchmarks.endpoint_rows import Scene, bodies
from benchmarks.pgbench import BRACKETS

ROOT = "api/v1/"
MANY = 100
WIDTH = 120
MANY_STATEMENTS = 8
LEFT_OUT = ("schema", "docs", "empty", "auth/google/")
"""No rows behind them; Google's sign-in answers nobody who was not sent there."""
HOUSE = ("super_admin", "station_manager")
EXCHANGE = ("supplier_owner", "consumer")
_keys = count(1)

Answer = tuple[int, int]
"""Status, statements."""


@dataclass(slots=True)
class Line:
    """What one caller of one endpoint cost: answers at few and at many rows."""

    what: str
    caller: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def grows(self) -> bool:
        return len({statements for _status, statements in self.answers}) > 1

    @property
    def statements(self) -> int:
        return max(statements for _status, statements in self.answers)

    @property
    def statuses(self) -> str:
        return "/".join(sorted({str(status) for status, _statements in self.answers}))

    @property
    def is_answered(self) -> bool:
        return self.statuses in {"200", "201"}

    def shown(self) -> str:
        return " → ".join(str(statements) for _status, statements in self.answers)


def endpoint_figures(add: Callable[..., None]) -> None:
    """Lay out the rows, ask for everything twice, take all of it back, print the table."""
    with transaction.atomic():
        lines = measure()
        transaction.set_rollback(True)
    lines.sort(key=lambda line: (not line.grows, -line.statements, line.what))
    print_lines(lines)
    answered = [line for line in lines if line.is_answered]
    growing = {line.what for line in answered if line.grows}
    wide = {
        line.what for line in answered if line.what.startswith("GET") and line.statements > MANY_STATEMENTS
    }
    others = sorted({f"{line.what} {line.statuses}" for line in lines if not line.is_answered})
    most = max(answered, key=lambda line: line.statements)
    add(
        f"statements per request, {len({line.what for line in lines})} endpoints",
        f"{len(growing)} grow with their rows, {len(wide)} reads need more than {MANY_STATEMENTS};"
        f" most: {most.what} {most.statements}",
        beside=f"refused here: {', '.join(others) or 'none'}",
        aim="0 grow",
    )


def measure(rows: int = MANY) -> list[Line]:
    """Return a line per endpoint and caller, measured at one row of everything and at this many."""
    scene = Scene()
    scene.grow(1)
    tokens = scene.tokens()
    lines: dict[tuple[str, str], Line] = {}
    for extra in (0, rows - 1):
        scene.grow(extra)
        for what, caller, answer in _asked(scene, tokens):
            lines.setdefault((what, caller), Line(what, caller)).answers.append(answer)
    return list(lines.values())


def print_lines(lines: Iterable[Line]) -> None:
    """Print the matrix, the costly ones first."""
    table = Table("endpoint", "caller", "status", "statements at 1 → 100 rows")
    for line in lines:
        table.add_row(line.what, line.caller, line.statuses, line.shown())
    console = Console()
    Console(width=max(console.width, WIDTH)).print(table)


def paths() -> list[str]:
    """Return every path below /api/v1 that answers GET, as the URL conf spells it."""
    found = {
        route.removeprefix(ROOT)
        for route, pattern in _patterns(get_resolver().url_patterns)
        if route.startswith(ROOT) and _answers_get(pattern)
    }
    return sorted(path for path in found if not path.startswith(LEFT_OUT))


def _patterns(patterns: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _patterns(pattern.url_patterns, route)


def _answers_get(pattern: URLPattern) -> bool:
    actions: dict[str, str] | None = getattr(pattern.callback, "actions", None)
    return "get" in actions if actions else hasattr(getattr(pattern.callback, "cls", None), "get")


def _asked(scene: Scene, tokens: dict[str, str]) -> Iterator[tuple[str, str, Answer]]:
    for path in paths():
        for caller in ("",) if path.startswith("public/") else _callers(path):
            headers = _headers(tokens, caller)
            where = _filled(path, scene, headers)
            address = f"/{ROOT}{where}{_query(path, scene)}"
            _send("get", address, headers)
            yield f"GET /{path}", caller or "anybody", _counted("get", address, headers)
    for caller, method, path, body in bodies(scene):
        with transaction.atomic():
            headers = _headers(tokens, caller) | _seen(path, method, _headers(tokens, caller))
            address = f"/{ROOT}{path}"
            answer = _counted(method, address, headers, json.dumps(body))
            transaction.set_rollback(True)
        yield f"{method.upper()} /{_named(path, scene)}", caller or "anybody", answer


def _callers(path: str) -> tuple[str, str]:
    return EXCHANGE if path.startswith("supply/") else HOUSE


def _headers(tokens: dict[str, str], caller: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens[caller]}"} if caller else {}


def _filled(path: str, scene: Scene, headers: dict[str, str]) -> str:
    """Put keys into a path: of the party and the order that have many parts, else of the first row listed."""
    own = {"bookings": scene.party.pk, "stations": scene.station.pk, "supply/orders": scene.order.pk}
    while "<" in path:
        above, _, rest = path.partition("/<")
        key = own.get(above) or _first(above, headers)
        path = f"{above}/{key}{rest.partition('>')[2]}"
    return path


def _first(path: str, headers: dict[str, str]) -> str:
    body = Client().get(f"/{ROOT}{path}", headers=headers).json()
    rows = body.get("results") or body.get("items") or [] if isinstance(body, dict) else body
    return str(rows[0]["id"]) if rows else "none"


def _query(path: str, scene: Scene) -> str:
    first = timezone.localdate() + timedelta(days=10)
    period = f"start={first}&end={first + timedelta(days=30)}"
    station = f"station_id={scene.station.pk}"
    asked = {
        "public/availability": f"{station}&{period}",
        "public/booked-dates": f"{station}&{period}",
        "public/price-list": station,
        "bookings/availability": f"{station}&{period}",
        "bookings/calendar": f"{station}&date={first}&view=month",
        "public/policies": station,
        "chefs/<uuid:pk>/schedule": period,
        "chefs/me/schedule": period,
        "supply/catalog": f"supplier_id={scene.supplier.pk}",
    }
    return f"?{asked[path]}" if path in asked else ""


def _seen(path: str, method: str, headers: dict[str, str]) -> dict[str, str]:
    """Return what a write must carry: a fresh key, and the ETag of the record it changes."""
    more = {"Idempotency-Key": f"bench-endpoint-{next(_keys):06}"} if method == "post" else {}
    above = "/".join(path.split("/")[:2])
    if "/" in path and not path.startswith(("public/", "supply/")):
        answer = Client().get(f"/{ROOT}{above}", headers=headers)
        more["If-Match"] = answer.headers.get("ETag", "")
    return more


def _named(path: str, scene: Scene) -> str:
    return path.replace(str(scene.party.pk), "<pk>").replace(str(scene.party.customer.pk), "<pk>")


def _counted(method: str, address: str, headers: dict[str, str], body: str = "") -> Answer:
    with CaptureQueriesContext(connection) as queries:
        status = _send(method, address, headers, body)
    return status, len([sql for query in queries if not (sql := query["sql"]).startswith(BRACKETS)])


def _send(method: str, address: str, headers: dict[str, str], body: str = "") -> int:
    options: dict[str, Any] = {"data": body, "content_type": "application/json"} if body else {}
    answer = getattr(Client(raise_request_exception=False), method)(address, headers=headers, **options)
    status: int = answer.status_code
    return status

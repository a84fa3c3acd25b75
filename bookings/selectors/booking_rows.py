"""Rows of booking lists as JSON that PostgreSQL itself writes.

A list is read far more often than a booking is opened. Fetching thirty columns, making Python values of them
and JSON of those again costs several times the query; here each row arrives as the text that leaves the API.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from bookings.models import Booking, Customer
from common.actors import Actor
from common.db.statements import QueryStatement

if TYPE_CHECKING:
    from collections.abc import Hashable

OPEN = (
    "id",
    "reference",
    "status",
    "station_id",
    "date",
    "slot",
    "starts_at",
    "ends_at",
    "zone",
    "party_adults",
    "party_kids",
    "party_toddlers",
    "chef_id",
    "version",
)
"""What a chef may know of every own party."""
OF_THE_HOST = (
    "customer_id",
    "postal_code",
    "total_due_cents",
    "deposit_due_cents",
    "currency",
    "customer_deposit_deadline",
    "cancellation_status",
    "created_at",
)
OF_THE_STAFF = ("lane", "source", "is_urgent", "hold_on_request")
OF_THE_CUSTOMER = ("first_name", "last_name")

_FORMATS = {
    "slot": "HH24:MI",
    "starts_at": 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
    "ends_at": 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
    "customer_deposit_deadline": 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
    "created_at": 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
}


def _column(name: str) -> str:
    column = f'{Booking._meta.db_table}."{name}"'
    return f"to_char({column}, '{_FORMATS[name]}') AS {name}" if name in _FORMATS else column


# Connections speak UTC, so to_char writes UTC too.
_ROW = f"""(
    SELECT row_to_json(shown)::text FROM (
        SELECT {", ".join(map(_column, (*OPEN, *OF_THE_HOST, *OF_THE_STAFF)))},
               {", ".join(f"customer.{name}" for name in OF_THE_CUSTOMER)}
        FROM {Customer._meta.db_table} AS customer
        WHERE customer.id = {Booking._meta.db_table}."customer_id"
    ) AS shown
)"""  # noqa: S608 -- names of our own models
READ = "booking.read"
STATEMENTS_KEPT = 1_000

ROW = RawSQL(_ROW, (), TextField())  # noqa: S611 -- the same


def fetch_newest_rows(actor: Actor, count: int) -> list[dict[str, Any]]:
    """Return the newest bookings within reach as dicts of id and `row`; ValueError for own bookings.

    The page that everybody opens first: its statement, the one of `list_booking_rows`, is compiled once per
    actor and kept, since building it takes longer than running it. What is an actor's own depends on more
    than the actor, so that cannot be kept.
    """
    if actor.scope(READ).own:
        raise ValueError("The statement for own bookings changes with the account.")
    statement = _newest_statement(cast("Hashable", actor), count)
    if statement is None:
        return []
    return [{"id": pk, "row": row} for pk, _station_id, row in statement.rows()]


@lru_cache(maxsize=STATEMENTS_KEPT)
def _newest_statement(actor: Any, count: int) -> QueryStatement | None:
    try:
        return QueryStatement(list_booking_rows(actor).order_by("-id")[:count])
    except EmptyResultSet:
        return None


def list_booking_rows(actor: Actor, *, also: Sequence[str] = ()) -> "QuerySet[Booking, dict[str, Any]]":
    """Return live bookings in reach as dicts: id, station_id, `row` (JSON text) and the columns of `also`."""
    rows: QuerySet[Booking, dict[str, Any]] = (
        Booking.objects.live().visible_to(actor).values("id", "station_id", *also, row=ROW)
    )
    return rows

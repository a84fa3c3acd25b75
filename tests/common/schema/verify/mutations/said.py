"""The form of a mutation, and the tables they are about."""

from typing import NamedTuple

BOOKINGS = "core.bookings"
CUSTOMERS = "core.customers"
MENU = "core.menu_items"
SYSTEM = "core.system_events"
EVENTS = "events.domain_events"
QUEUE = "newsletter.sms_send_queue"
SUBSCRIBERS = "newsletter.subscribers"
CHEFS = "core.chefs"
DEPOSITS = "core.deposits"

Said = tuple[str, str, str]


class Mutation(NamedTuple):
    """Statements, what is found (all of it, no more), and the lowest server that knows the statements."""

    sql: str
    found: set[Said]
    version: int = 15


def one(sql: str, kind: str, table: str, name: str, version: int = 15) -> Mutation:
    return Mutation(sql, {(kind, table, name)}, version)

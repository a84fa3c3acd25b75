"""What happened with a customer, in all parts of the house that the reader may see."""

from typing import Any

from bookings.models import Customer
from bookings.services.privacy.subjects import subject_of
from common.actors import Actor
from events.services.subjects import Happening, list_happenings


def list_history(*, customer: Customer, reader: Actor) -> list[dict[str, Any]]:
    """Return the customer's history as plain values, the newest first; the particulars are for staff.

    Staff see what happened at their stations and with the company, customers what happened everywhere.
    """
    scope = reader.scope("customer.read")
    is_staff = scope.includes(customer.station_id)
    return [
        _plain(line, with_details=is_staff)
        for line in list_happenings(subject_of(customer, verified=True))
        if not is_staff or line.station_id is None or scope.includes(line.station_id)
    ]


def _plain(line: Happening, *, with_details: bool) -> dict[str, Any]:
    return {
        "at": line.at,
        "what": line.what,
        "table": line.table,
        "id": str(line.id),
        "station_id": line.station_id,
        "details": dict(line.details) if with_details else None,
    }

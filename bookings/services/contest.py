"""Asking for a slot: check, price, try, and tell the loser (section 6); bookings and holds come this way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import DataError

from bookings.exceptions import OutsideServiceArea, SlotContended, SlotTaken
from bookings.requests import BookingRequest
from bookings.services.attempts import attempt
from bookings.services.failures import store_failure
from bookings.services.intake import CheckedRequest, check_request, find_place
from bookings.services.refusals import explain_lost_slot, explain_out_of_reach
from common.actors import Actor
from common.exceptions import DomainError, InternalError

T = TypeVar("T")


def contest_slot(
    work: Callable[[CheckedRequest], T],
    *,
    request: BookingRequest,
    by: Actor,
    at: datetime,
    terms_needed: bool = True,
) -> T:
    """Run the work in a transaction of its own for a request that the rules allow; return its answer.

    `slot_taken` and `slot_contended` get `alternatives` and `lead_captured`; they, `outside_service_area` and
    accidents leave a booking.failed (D-6).
    """
    try:
        with _accidents_captured(request, by=by, at=at):
            checked = check_request(
                request=request, place=find_place(request, at=at), by=by, at=at, terms_needed=terms_needed
            )
    except OutsideServiceArea as refusal:
        explain_out_of_reach(refusal, request, by=by, at=at)
        raise
    try:
        with _accidents_captured(checked.request, by=by, at=at, checked=checked):
            return attempt(lambda: work(checked))
    except (SlotTaken, SlotContended) as refusal:
        explain_lost_slot(refusal, checked, by=by, at=at)
        raise


@contextmanager
def _accidents_captured(
    request: BookingRequest, *, by: Actor, at: datetime, checked: CheckedRequest | None = None
) -> Iterator[None]:
    """Turn an accident into `internal_error`, so that an outer transaction commits what is stored of it."""
    try:
        yield
    except (DomainError, DataError):
        # A value the database cannot hold is bad input, not an accident.
        raise
    except Exception as accident:
        stored = store_failure(
            request=request,
            reason="error",
            station_id=checked.station.pk if checked else request.station_id,
            total_cents=checked.quote.total_cents if checked else None,
            by=by,
            at=at,
        )
        if not stored:
            raise
        raise InternalError from accident

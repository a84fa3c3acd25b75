"""The parties of a chef from date to date, with the way from one to the next (BK-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookings.models import Booking, Chef
from bookings.selectors.chef_days import COUNTED, miles_between, venue_of
from bookings.travel_time import as_delta, travel_minutes
from bookings.validators import check_dates
from common.actors import Actor
from common.exceptions import NotFound


@dataclass(frozen=True, slots=True)
class Engagement:
    """A party of the chef; `travel_minutes` is the way from the one before on that date, if there is one."""

    booking: Booking
    travel_minutes: Decimal | None


def get_own_chef(actor: Actor) -> Chef:
    """Return the chef whom the account is, by its verified e-mail, or raise `not_found`."""
    chef = Chef.objects.own_of(actor).live().first()
    if chef is None:
        raise NotFound("No chef has the verified e-mail of this account.")
    return chef


def list_engagements(*, actor: Actor, chef: Chef, start: date, end: date) -> Sequence[Engagement]:
    """Return the chef's parties within the actor's reach, both dates included, at most 62 of them; one query.

    Cancelled parties are left out.
    """
    check_dates(start, end)
    parties = (
        Booking.objects.live()
        .visible_to(actor)
        .filter(chef=chef, date__range=(start, end), status__in=COUNTED)
        .select_related("station")
        .order_by("starts_at", "pk")
    )
    found: list[Engagement] = []
    for party in parties:
        before = found[-1].booking if found and found[-1].booking.date == party.date else None
        found.append(Engagement(party, None if before is None else _way(chef, before, party)))
    return found


def _way(chef: Chef, before: Booking, party: Booking) -> Decimal:
    leaves_at = before.ends_at + as_delta(Decimal(chef.buffer_teardown_minutes))
    miles = miles_between(venue_of(before), venue_of(party))
    return travel_minutes(miles, leaves_at=leaves_at, zone=before.station.timezone)

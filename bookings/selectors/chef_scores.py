"""BK-16: which chef to send to a party, the best first, with the parts of each score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bookings.chef_score import ScoreParts, excluded_because, score
from bookings.enums import OCCUPYING_STATUSES, PROTEIN_CATEGORIES
from bookings.models import Booking, Chef, MenuItem, TravelFeeConfiguration
from bookings.ports import chef_ratings
from bookings.pricing.travel import Point
from bookings.selectors.chef_days import miles_between, parties_of_day, venue_of
from bookings.selectors.chefs import list_assignable_chefs
from bookings.selectors.travel_points import find_station_point
from bookings.travel_time import MINUTES_PER_MILE, as_delta, travel_minutes

PROTEINS = ("protein", "extra_protein")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A chef and the points; `excluded` says why a chef is none of the choices, who then has no score."""

    chef: Chef
    minutes: Decimal
    parties_that_day: int
    parts: ScoreParts | None
    excluded: str | None

    @property
    def total(self) -> Decimal | None:
        return None if self.parts is None else self.parts.total


def recommend_chefs(booking: Booking) -> list[Recommendation]:
    """Return every active chef of the booking's station: those to choose from by score, then the others.

    Ties go by key. Travel counts from the chef's party before this one on that day, else from the station.
    """
    chefs = list(list_assignable_chefs(booking.station).order_by("pk"))
    days = parties_of_day([chef.pk for chef in chefs], booking)
    ratings = chef_ratings.get().sums(chef_ids=[chef.pk for chef in chefs])
    liked = set(chef_ratings.get().liked_by(customer_id=booking.customer_id))
    wanted = wanted_categories(booking)
    configuration = TravelFeeConfiguration.objects.filter(station=booking.station).first()
    home = find_station_point(booking.station, configuration)
    found = []
    for chef in chefs:
        day = days[chef.pk]
        minutes = _minutes(chef, booking, day, home)
        excluded = excluded_because(minutes=minutes, parties_that_day=len(day)) or _taken(booking, day)
        parts = None
        if excluded is None:
            parts = score(
                minutes=minutes,
                skills=chef.skills or (),
                wanted=wanted,
                parties_that_day=len(day),
                ratings=ratings.get(chef.pk),
                is_liked=chef.pk in liked,
                is_requested=str(chef.pk) == booking.metadata.get("requested_chef_id"),
            )
        found.append(
            Recommendation(
                chef=chef, minutes=minutes, parties_that_day=len(day), parts=parts, excluded=excluded
            )
        )
    return sorted(found, key=lambda item: (item.parts is None, -(item.total or 0), str(item.chef.pk)))


def wanted_categories(booking: Booking) -> set[str]:
    """Return the protein categories that the party chose; empty: chosen later."""
    codes = {item["code"] for item in booking.menu_items if item["kind"] in PROTEINS}
    if not codes:
        return set()
    items = MenuItem.objects.filter(code__in=codes, category__in=PROTEIN_CATEGORIES)
    return {str(category) for category in items.values_list("category", flat=True)}


def _minutes(chef: Chef, booking: Booking, day: Sequence[Booking], home: Point | None) -> Decimal:
    """Return the minutes of the way to the party at the hour at which the chef has to leave for it."""
    before = [party for party in day if party.starts_at < booking.starts_at]
    start = venue_of(before[-1]) if before else home
    miles = miles_between(start, venue_of(booking))
    zone = booking.station.timezone
    if before:
        leaves_at = before[-1].ends_at + timedelta(minutes=chef.buffer_teardown_minutes)
    else:
        setup = Decimal(chef.buffer_setup_minutes)
        leaves_at = booking.starts_at - as_delta(miles * MINUTES_PER_MILE + setup)
    return travel_minutes(miles, leaves_at=leaves_at, zone=zone)


def _taken(booking: Booking, day: Sequence[Booking]) -> str | None:
    same = (party for party in day if party.slot == booking.slot and party.status in OCCUPYING_STATUSES)
    return "same_slot" if any(same) else None

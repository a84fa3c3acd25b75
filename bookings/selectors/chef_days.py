"""What a chef has to do around a party, and how far the ways are (BK-15, BK-16)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.models import Booking, Chef
from bookings.pricing.travel import Point, road_miles
from bookings.pricing.zip_centroids import find_centroid
from bookings.travel_time import as_delta, travel_minutes

NO_MILES = Decimal("0.00")
COUNTED = (*OCCUPYING_STATUSES, BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
"""Parties that count towards a chef's day."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The way between two parties of a chef that is too long: `ready_at` is when the chef could begin."""

    reference: str
    minutes: Decimal
    ready_at: datetime


def parties_of_day(chef_ids: Collection[UUID], booking: Booking) -> Mapping[UUID, list[Booking]]:
    """Return the other parties of these chefs on the booking's date, by chef and in order; one query."""
    found: dict[UUID, list[Booking]] = {chef_id: [] for chef_id in chef_ids}
    rows = (
        Booking.objects.live()
        .filter(chef__in=chef_ids, date=booking.date, status__in=COUNTED)
        .exclude(pk=booking.pk)
        .order_by("starts_at", "pk")
    )
    for row in rows:
        if row.chef_id is not None:
            found[row.chef_id].append(row)
    return found


def find_travel_gap(chef: Chef, booking: Booking) -> Gap | None:
    """Return the first way to or from the chef's neighbouring parties that takes too long; two queries."""
    others = Booking.objects.occupying().filter(chef=chef).exclude(pk=booking.pk).select_related("station")
    before = others.filter(starts_at__lte=booking.starts_at).order_by("-starts_at", "pk").first()
    after = others.filter(starts_at__gt=booking.starts_at).order_by("starts_at", "pk").first()
    for first, second, other in ((before, booking, before), (booking, after, after)):
        if first is None or second is None or other is None:
            continue
        leaves_at = first.ends_at + as_delta(Decimal(chef.buffer_teardown_minutes))
        minutes = travel_minutes(
            miles_between(venue_of(first), venue_of(second)), leaves_at=leaves_at, zone=first.station.timezone
        )
        ready_at = leaves_at + as_delta(minutes + chef.buffer_setup_minutes)
        if ready_at > second.starts_at:
            return Gap(other.reference, minutes, ready_at)
    return None


def venue_of(booking: Booking) -> Point | None:
    """Return the centroid of the venue's ZIP: a booking keeps no coordinates (Q-15); None when unknown."""
    centroid = find_centroid(booking.postal_code or "")
    return None if centroid is None else Point(*centroid)


def miles_between(start: Point | None, end: Point | None) -> Decimal:
    """Return the road miles between two places; 0 when one is unknown, for nobody can tell."""
    return NO_MILES if start is None or end is None else road_miles(start, end)

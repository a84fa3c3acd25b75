"""What a request asks for, checked and priced before any lock is taken: the guards of T1 and H-1."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from bookings.calendar import party_fits
from bookings.inputs import check_contact
from bookings.models import Chef
from bookings.pricing.quote import Quote
from bookings.requests import BookingRequest
from bookings.selectors.price_books import get_priced_station
from bookings.selectors.stations import nearest_station, slot_calendar
from bookings.services.quotes import check_accepted, quote_request
from bookings.services.slots import Slot
from bookings.validators import check_consents, check_details, check_party, check_slot, waives_lead
from common.actors import Actor
from common.exceptions import FieldError, ValidationFailed
from identity.models import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRequest:
    """A request that section 3 and 4 allow, with its price.

    `waived_lead` says that the lead time was waived, `overridden` that this or any other rule was.
    """

    request: BookingRequest
    station: Station
    starts_at: datetime
    quote: Quote
    waived_lead: bool
    overridden: bool

    @property
    def slot(self) -> Slot:
        return Slot(self.station.pk, self.request.date, self.request.slot)

    def permissions(self, code: str) -> tuple[str, ...]:
        """Return the codes that writing it uses: the given one, and the override where a rule was waived."""
        return (code, "booking.override") if self.overridden else (code,)


class Place(NamedTuple):
    """Where a party is asked for; `prices` are the station's price rows, when they were read with it."""

    station: Station
    prices: str | None = None


def find_place(request: BookingRequest, *, at: datetime) -> Place:
    """Return the station asked for, else the nearest that serves the address (S-10)."""
    if request.station_id is not None:
        return Place(*get_priced_station(request.station_id, tier=request.tier, at=at))
    return Place(
        nearest_station(
            postal_code=request.postal_code, latitude=request.latitude, longitude=request.longitude
        )
    )


def acts_as_staff(by: Actor, station: Station) -> bool:
    """Tell whether the actor books for others at this station; customers book as the public does (S-4)."""
    return by.scope("booking.create").includes(station.pk)


def check_request(
    *, request: BookingRequest, place: Place, by: Actor, at: datetime, terms_needed: bool = True
) -> CheckedRequest:
    """Return the request with its start and price, or refuse it by section 3, T1 or the quote (Q-15)."""
    station = place.station
    email, phone = check_contact(email=request.email, phone=request.phone)
    request = replace(request, email=email, phone=phone)
    staff = acts_as_staff(by, station)
    override = by.may("booking.override", station.pk)
    check_details(request, override=override)
    check_party(request, override=override)
    calendar = slot_calendar(station)
    waive = waives_lead(request, override=override)
    start = check_slot(calendar, request.date, request.slot, at=at, staff=staff, waive_lead=waive)
    check_consents(request, staff=staff, terms_needed=terms_needed)
    if request.requested_chef_id is not None:
        _check_chef(request.requested_chef_id, station)
    quote = quote_request(station=station, request=request, prices=place.prices, by=by, at=at)
    check_accepted(quote, request.quote_hash)
    too_soon = start - at < calendar.lead(staff=staff)
    oversized = not party_fits(
        adults=request.adults, kids=request.kids, toddlers=request.toddlers, override=False
    )
    out_of_reach = not quote.price_book.travel.reaches(quote.road_miles)
    return CheckedRequest(
        request=request,
        station=station,
        starts_at=start,
        quote=quote,
        waived_lead=waive and too_soon,
        overridden=(waive and too_soon) or oversized or out_of_reach,
    )


def _check_chef(chef_id: UUID, station: Station) -> None:
    known = Chef.objects.live().filter(Q(station=station) | Q(station=None), pk=chef_id, is_active=True)
    if not known.exists():
        raise ValidationFailed(
            [FieldError("/requested_chef_id", "invalid", "This chef does not cook for this station.")]
        )

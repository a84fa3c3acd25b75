"""What a party costs, asked with the facts that the pure quote needs: prices, miles, coupon, money paid."""

import datetime as dt
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.calendar import MAX_GUESTS, MAX_GUESTS_BY_OVERRIDE, party_fits
from bookings.enums import PriceAdjustmentKind
from bookings.exceptions import OutsideServiceArea, PartySizeInvalid, QuoteChanged, TierNotAvailable
from bookings.models import Booking
from bookings.ports import CouponTerms, coupons
from bookings.pricing.quote import Fee, ManualAdjustment, Quote, QuoteRequest, quote
from bookings.pricing.snapshot import bound_book, stored_coupon, stored_date, stored_tier
from bookings.pricing.travel import Point, TravelTerms, road_miles, venue_point, zip_point
from bookings.requests import BookingRequest, MenuChoice
from bookings.selectors.payments import get_paid_cents
from bookings.selectors.price_books import get_price_book
from common.actors import Actor
from identity.models import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where the party takes place; without coordinates the ZIP's centroid stands for it."""

    postal_code: str = field(repr=False)
    latitude: Decimal | None = field(default=None, repr=False)
    longitude: Decimal | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChange:
    """What a change of a booking asks to be priced anew; None keeps what the booking has."""

    date: dt.date | None = None
    slot: time | None = None
    adults: int | None = None
    kids: int | None = None
    toddlers: int | None = None
    menu: MenuChoice | None = None
    venue: Venue | None = None


class _Party(NamedTuple):
    adults: int
    kids: int
    toddlers: int


def quote_request(
    *, station: Station, request: BookingRequest, by: Actor, at: datetime, prices: str | None = None
) -> Quote:
    """Price a request at the prices of this moment; refuses by S-6, 4.1, Q-3, Q-9, Q-10 and coupon rules.

    `prices` are the station's rows of the tier, when they were read with it.
    """
    _check_party(station, by, adults=request.adults, kids=request.kids, toddlers=request.toddlers)
    book = get_price_book(station=station, tier=request.tier, prices=prices, at=at)
    if not book.tier.fits(request.guests):
        raise TierNotAvailable
    venue = Venue(postal_code=request.postal_code, latitude=request.latitude, longitude=request.longitude)
    return quote(
        book,
        QuoteRequest(
            date=request.date,
            slot=request.slot,
            zone=request.zone,
            adults=request.adults,
            kids=request.kids,
            toddlers=request.toddlers,
            menu=request.menu,
            postal_code=request.postal_code,
            road_miles=_miles_to(venue, book.travel, station=station, by=by),
            coupon=_coupon(request, station=station, at=at),
        ),
        _local_date(station, at),
    )


def check_accepted(offered: Quote, quote_hash: str) -> None:
    """Q-15: refuse (409 quote_changed, with the new quote) when the customer accepted another quote."""
    if quote_hash and quote_hash != offered.quote_hash:
        raise QuoteChanged(quote=offered.as_dict())


def requote_booking(*, booking: Booking, by: Actor, at: datetime, change: PartyChange | None = None) -> Quote:
    """Q-16: price a booking anew on the terms of its stored snapshot; items absent from it at today's price.

    Manual adjustments, fees and money paid come from their rows. A booking without a snapshot (imported) is
    priced from the book of today. The party's size (S-6) is checked only when it changes.
    """
    change = change or PartyChange()
    station = booking.station
    party = _party_of(booking, change)
    if party != _party_of(booking, PartyChange()):
        _check_party(station, by, adults=party.adults, kids=party.kids, toddlers=party.toddlers)
    stored = booking.metadata.get("quote")
    inputs = stored["inputs"] if stored else {}
    book = get_price_book(station=station, at=at, agreed=stored_tier(stored) if stored else None)
    if stored:
        book = bound_book(stored, book)
    venue = change.venue
    if venue is None and not stored and booking.postal_code:
        venue = Venue(postal_code=booking.postal_code)
    if venue is None:
        postal_code, miles = booking.postal_code or "", Decimal(inputs.get("road_miles", "0.00"))
    else:
        postal_code, miles = venue.postal_code, _miles_to(venue, book.travel, station=station, by=by)
    manual, fees = _by_hand(booking)
    return quote(
        book,
        QuoteRequest(
            date=change.date or booking.date,
            slot=change.slot or booking.slot,
            zone=booking.zone,
            adults=party.adults,
            kids=party.kids,
            toddlers=party.toddlers,
            menu=change.menu or MenuChoice(**inputs.get("menu", {})),
            postal_code=postal_code,
            road_miles=miles,
            coupon=stored_coupon(stored) if stored else None,
            manual=manual,
            fees=fees,
            paid_cents=get_paid_cents(booking.pk),
        ),
        stored_date(stored) if stored else _local_date(station, at),
    )


def _check_party(station: Station, by: Actor, *, adults: int, kids: int, toddlers: int) -> None:
    override = by.may("booking.override", station.pk)
    if not party_fits(adults=adults, kids=kids, toddlers=toddlers, override=override):
        raise PartySizeInvalid(max_guests=MAX_GUESTS_BY_OVERRIDE if override else MAX_GUESTS)


def _party_of(booking: Booking, change: PartyChange) -> _Party:
    return _Party(
        booking.party_adults if change.adults is None else change.adults,
        booking.party_kids if change.kids is None else change.kids,
        booking.party_toddlers if change.toddlers is None else change.toddlers,
    )


def _miles_to(venue: Venue, terms: TravelTerms, *, station: Station, by: Actor) -> Decimal:
    start = terms.origin or zip_point(station.postal_code)
    end = venue_point(postal_code=venue.postal_code, given=Point.of(venue.latitude, venue.longitude))
    miles = road_miles(start, end)
    if not terms.reaches(miles) and not by.may("booking.override", station.pk):
        raise OutsideServiceArea(road_miles=str(miles), max_miles=str(terms.max_miles))
    return miles


def _coupon(request: BookingRequest, *, station: Station, at: datetime) -> CouponTerms | None:
    code = request.coupon_code.strip().upper()
    if not code:
        return None
    return coupons.get().terms(code=code, station_id=station.pk, email=request.email, at=at)


def _by_hand(booking: Booking) -> tuple[tuple[ManualAdjustment, ...], tuple[Fee, ...]]:
    rows = booking.price_adjustments.filter(
        kind__in=(PriceAdjustmentKind.MANUAL, PriceAdjustmentKind.RESCHEDULE_FEE)
    ).order_by("created_at", "pk")
    manual: list[ManualAdjustment] = []
    fees: list[Fee] = []
    for row in rows:
        if row.kind == PriceAdjustmentKind.MANUAL:
            manual.append(ManualAdjustment(amount_cents=row.amount_cents))
        else:
            fees.append(Fee(code=row.kind, label="Reschedule fee", amount_cents=row.amount_cents))
    return tuple(manual), tuple(fees)


def _local_date(station: Station, at: datetime) -> date:
    return at.astimezone(ZoneInfo(station.timezone)).date()

"""BK-4: what may be changed of a booking, until when, and what it costs then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bookings.calendar import length
from bookings.deadlines import GUEST_COUNT_CUTOFF, MENU_CUTOFF
from bookings.exceptions import AllergensRequired, EditCutoffPassed
from bookings.models import Booking
from bookings.requests import MenuChoice
from bookings.services.attempts import attempted
from bookings.services.deposits import confirm_if_paid
from bookings.services.quotes import PartyChange, Venue, requote_booking
from bookings.services.repricing import apply_quote
from bookings.services.transitions import TERMINAL, record_change, refusal
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.exceptions import FieldError, ValidationFailed

GUESTS = frozenset({"party_adults", "party_kids", "party_toddlers"})
MENU = frozenset({"menu_items", "allergens"})
VENUE = frozenset({"address", "postal_code", "coordinates"})
PRICED = GUESTS | VENUE | {"menu_items"}
INTERNAL = frozenset({"notes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChanges:
    """What to change of a booking; None leaves a value as it is. `notes` are internal.

    Address and ZIP go together, coordinates with both; without them the ZIP's centroid stands for the venue
    (Q-9).
    """

    adults: int | None = None
    kids: int | None = None
    toddlers: int | None = None
    menu: MenuChoice | None = None
    allergens: tuple[str, ...] | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    postal_code: str | None = field(default=None, repr=False)
    latitude: Decimal | None = field(default=None, repr=False)
    longitude: Decimal | None = field(default=None, repr=False)
    special_requests: str | None = field(default=None, repr=False)
    notes: str | None = field(default=None, repr=False)

    def columns(self) -> dict[str, Any]:
        """Return the columns that are named, with their new values."""
        values = {
            "party_adults": self.adults,
            "party_kids": self.kids,
            "party_toddlers": self.toddlers,
            "menu_items": None if self.menu is None else self.menu.as_items(),
            "allergens": None if self.allergens is None else list(self.allergens),
            "address": self.address,
            "postal_code": self.postal_code,
            "special_requests": self.special_requests,
            "notes": self.notes,
        }
        return {name: value for name, value in values.items() if value is not None}


@attempted
def change_booking(
    *, booking: Booking, changes: BookingChanges, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Change guests, menu, allergens, venue or notes (BK-4) and price anew (Q-16); emits booking.updated.

    422 `edit_cutoff_passed` within 24 h (guests) or 12 h (menu, allergens) of the start without
    booking.override; 409 `invalid_transition` for anything but internal notes in a terminal state.
    """
    _check_venue(changes)
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    wanted = {
        name: value
        for name, value in changes.columns().items()
        if (getattr(locked, name) or "") != (value or "")
    }
    # A booking keeps no coordinates: given ones may always mean another place.
    named = {*wanted, "coordinates"} if changes.latitude is not None else set(wanted)
    if not named:
        return locked
    overridden = _check_allowed(locked, named, by=by, at=at)
    if wanted.get("allergens") == []:
        raise AllergensRequired
    before = locked.total_due_cents
    columns = list(wanted)
    quote = None
    if PRICED & named:
        quote = requote_booking(booking=locked, change=_party_change(changes, named), by=by, at=at)
        columns += apply_quote(booking=locked, quote=quote, by=by, at=at)
    for name, value in wanted.items():
        setattr(locked, name, value)
    if GUESTS & wanted.keys():
        guests = locked.party_adults + locked.party_kids + locked.party_toddlers
        locked.ends_at = locked.starts_at + length(guests)
        columns.append("ends_at")
    save_version(locked, fields=columns, at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.updated",
        by=by,
        at=at,
        payload={
            "reference": locked.reference,
            "changed": sorted(named),
            "previous_total_cents": before,
            "total_cents": locked.total_due_cents,
            "deposit_cents": locked.deposit_due_cents,
        },
        permissions=["booking.update", *(["booking.override"] if overridden else [])],
    )
    if quote is not None:
        confirm_if_paid(booking=locked, payment=None, permission="booking.update", by=by, at=at)
    return locked


def _check_venue(changes: BookingChanges) -> None:
    """Refuse half a venue: a lone address or ZIP, a lone coordinate, coordinates of no address."""
    if (changes.address is None) != (changes.postal_code is None):
        raise ValidationFailed([FieldError("/address", "invalid", "Give address and ZIP code together.")])
    if (changes.latitude is None) != (changes.longitude is None):
        raise ValidationFailed([FieldError("/latitude", "invalid", "Give latitude and longitude together.")])
    if changes.latitude is not None and changes.address is None:
        raise ValidationFailed([FieldError("/address", "required", "Give coordinates with their address.")])


def _check_allowed(booking: Booking, wanted: Iterable[str], *, by: Actor, at: datetime) -> bool:
    """Refuse what is too late by BK-4; tell whether an override let it pass."""
    names = frozenset(wanted)
    if booking.status in TERMINAL and names - INTERNAL:
        raise refusal(booking, "Only internal notes can still be changed.")
    cutoffs = [
        booking.starts_at - notice
        for group, notice in ((GUESTS, GUEST_COUNT_CUTOFF), (MENU, MENU_CUTOFF))
        if group & names
    ]
    passed = [cutoff for cutoff in cutoffs if at > cutoff]
    if passed and not by.may("booking.override", booking.station_id):
        raise EditCutoffPassed(
            f"This could be changed until {min(passed).isoformat()}.", cutoff_at=min(passed).isoformat()
        )
    return bool(passed)


def _party_change(changes: BookingChanges, wanted: Iterable[str]) -> PartyChange:
    venue = None
    if changes.postal_code is not None and VENUE & set(wanted):
        venue = Venue(postal_code=changes.postal_code, latitude=changes.latitude, longitude=changes.longitude)
    return PartyChange(
        adults=changes.adults, kids=changes.kids, toddlers=changes.toddlers, menu=changes.menu, venue=venue
    )

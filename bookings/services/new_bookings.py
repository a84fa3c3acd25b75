"""Writing the rows of a booking whose lane is claimed: T1, and T2 when the deposit is asked at once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bookings.calendar import booking_window, length
from bookings.deadlines import deposit_deadlines
from bookings.enums import BookingSource, BookingStatus
from bookings.models import Booking, Customer, Deposit
from bookings.ports import coupons
from bookings.requests import BookingRequest
from bookings.services.adjustments import adjustment_rows
from bookings.services.claimants import Claimant
from bookings.services.customers import upsert_customer
from bookings.services.deposits import confirm_if_paid, deposit_request
from bookings.services.prices import AgreedPrice
from bookings.services.transitions import Change
from bookings.services.units import Unit
from common.actors import Actor
from common.context import client_ip
from common.crypto.blind_index import ip_hash
from common.db.rows import new_row
from identity.models import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBooking:
    """A party about to be written; its lane is claimed under `booking_id`."""

    booking_id: UUID
    request: BookingRequest
    station: Station
    customer: Customer
    lane: int
    starts_at: datetime
    price: AgreedPrice
    waived_lead: bool = False
    permissions: tuple[str, ...] = ("booking.create",)
    """The codes by which it is written; the first of them also lets it ask for or settle its deposit."""
    terms: Mapping[str, Any] | None = None
    """What of them was accepted when; None: those of the request, now."""


def meet_customer(
    *,
    request: BookingRequest,
    station: Station,
    unit: Unit,
    permission: str = "booking.create",
    claimant: Claimant | None = None,
) -> Customer:
    """Return the customer of the request, met by e-mail or new in the unit (BK-2), by this code of the actor.

    The caller has locked `customer_keys`. `claimant` is who made the request, when that was not the actor.
    """
    return upsert_customer(
        unit=unit,
        station=station,
        first_name=request.first_name,
        last_name=request.last_name,
        email=request.email,
        phone=request.phone,
        permission=permission,
        claimant=claimant,
    )


def write_booking(new: NewBooking, *, unit: Unit, ask_deposit: bool) -> Booking:
    """Write the unit with booking, price rows and deposit; emits booking.created, and T2 when asked for.

    T2 happens in the same instant, so the row is inserted as `deposit_pending` with version 2. Without a
    deposit to pay the booking is confirmed at once (T3); emits booking.confirmed.
    """
    by, at = unit.by, unit.at
    asked = ask_deposit and new.price.deposit_cents > 0
    booking = _row(new, asked=asked, by=by, at=at)
    deposit = new_row(
        Deposit,
        booking=booking,
        amount_cents=booking.deposit_due_cents,
        currency=booking.currency,
        requested_at=at if asked else None,
    )
    unit.insert(booking, *adjustment_rows(booking=booking, adjustments=new.price.adjustments, by=by), deposit)
    unit.record(_creation(booking, new))
    if asked:
        unit.record(deposit_request(booking=booking, permission=new.permissions[0], is_new=True))
    unit.write()
    if new.price.coupon_code:
        coupons.get().redeem(code=new.price.coupon_code, booking_id=booking.pk, by=by, at=at)
    if not asked and booking.deposit_due_cents == 0:
        confirm_if_paid(booking=booking, payment=None, permission=new.permissions[0], by=by, at=at)
    return booking


def _row(new: NewBooking, *, asked: bool, by: Actor, at: datetime) -> Booking:
    request, station, price = new.request, new.station, new.price
    deadlines = deposit_deadlines(counted_from=at, starts_at=new.starts_at)
    return new_row(
        Booking,
        id=new.booking_id,
        reference=f"MH-{secrets.token_hex(4).upper()}",
        station=station,
        customer=new.customer,
        created_by_id=by.id,
        date=request.date,
        slot=request.slot,
        lane=new.lane,
        starts_at=new.starts_at,
        ends_at=new.starts_at + length(request.guests),
        status=BookingStatus.DEPOSIT_PENDING if asked else BookingStatus.NEW,
        version=2 if asked else 1,
        source=BookingSource(request.source),
        address=request.address,
        postal_code=request.postal_code,
        zone=request.zone,
        party_adults=request.adults,
        party_kids=request.kids,
        party_toddlers=request.toddlers,
        menu_items=request.menu.as_items(),
        allergens=list(request.allergens),
        deposit_due_cents=price.deposit_cents,
        total_due_cents=price.total_cents,
        currency=price.snapshot["currency"],
        customer_deposit_deadline=deadlines.customer,
        internal_deadline=deadlines.internal,
        booking_window=booking_window(new.starts_at - at),
        sms_consent=request.sms_consent,
        sms_consent_timestamp=at if request.sms_consent else None,
        override_reason=request.override_reason.strip() if new.waived_lead else None,
        special_requests=request.special_requests or None,
        notes=request.notes or None,
        metadata=_metadata(new, at=at),
        created_at=at,
        updated_at=at,
    )


def _metadata(new: NewBooking, *, at: datetime) -> dict[str, Any]:
    request = new.request
    metadata: dict[str, Any] = {"quote": dict(new.price.snapshot)}
    if request.requested_time is not None:
        metadata["requested_time"] = request.requested_time.isoformat("minutes")
    if request.requested_chef_id is not None:
        metadata["requested_chef_id"] = str(request.requested_chef_id)
    if request.terms_accepted:
        metadata["terms"] = dict(new.terms or {"accepted_at": at.isoformat()})
    return metadata


def _creation(booking: Booking, new: NewBooking) -> Change:
    request = new.request
    hashed = ip_hash(client_ip())
    return Change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.created",
        payload={
            "reference": booking.reference,
            "customer_id": str(booking.customer_id),
            "source": str(booking.source),
            "date": booking.date.isoformat(),
            "slot": booking.slot.isoformat(),
            "lane": booking.lane,
            "starts_at": booking.starts_at.isoformat(),
            "total_cents": booking.total_due_cents,
            "deposit_cents": booking.deposit_due_cents,
            "currency": booking.currency,
            "quote_hash": booking.metadata["quote"]["quote_hash"],
            "consents": {
                "sms": request.sms_consent,
                "email": request.email_consent,
                "ip_hash": hashed.hex() if hashed else None,
            },
        },
        permissions=new.permissions,
        action="create",
        private={
            "first_name": request.first_name,
            "last_name": request.last_name,
            "email": request.email,
            "phone": request.phone,
        },
        is_new=True,
    )

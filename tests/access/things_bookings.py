"""Rows of bookings to act on, at every place where such rows can stand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bookings.models import Booking, Customer
from bookings.services.cancellations import request_cancellation
from bookings.services.customers import delete_customer
from bookings.services.holds import create_hold, sign_hold
from bookings.services.life_cycle import hold_booking
from bookings.services.refunds import refund_payment
from bookings.services.removals import delete_booking
from common.actors import GuestActor
from common.api.etag import etag_of
from tests.access.callers import Place
from tests.access.expectations import Target, Thing
from tests.access.world import World
from tests.factories.bookings import (
    BookingReminderFactory,
    CustomerFactory,
    PaymentFactory,
    SystemEventFactory,
    make_request,
    signature_of,
)

AT_STATIONS = (Place.OWN, Place.BESIDE, Place.AWAY, Place.AFAR)
OF_STAFF = (Place.OWN, Place.AWAY)
REASON = "For reasons of the test"

Prepare = Callable[[World, Booking], Booking]


def target_of(row: Any, **ids: Any) -> Target:
    """Return the row as the target of a path that names it {pk}."""
    tagged = hasattr(row, "version") or hasattr(row, "updated_at")
    return Target(ids={**ids, "pk": row.pk}, tag=etag_of(row) if tagged else "")


def parties(
    status: str = "deposit_pending",
    *,
    reads: str = "booking.read",
    prepare: Prepare | None = None,
    **fields: Any,
) -> Thing:
    """Return bookings in a state."""

    def build(world: World, place: Place) -> Target:
        booking = world.party(place, status, **{name: _at(value, world) for name, value in fields.items()})
        return target_of(booking if prepare is None else prepare(world, booking))

    return Thing(build, AT_STATIONS, reads)


def _at(value: Any, world: World) -> Any:
    return value(world) if callable(value) else value


def cancelled(**more: Any) -> Thing:
    return parties(
        "cancelled", cancelled_at=lambda world: world.now, cancellation_reason_code="other", **more
    )


def held(world: World, booking: Booking) -> Booking:
    return hold_booking(booking=booking, reason=REASON, expected_version=None, by=world.actor(), at=world.now)


def asked_to_cancel(world: World, booking: Booking) -> Booking:
    return request_cancellation(
        booking=booking,
        reason=REASON,
        reason_code="customer_request",
        expected_version=None,
        by=world.actor(),
        at=world.now,
    )


def deleted(world: World, booking: Booking) -> Booking:
    return delete_booking(
        booking=booking, reason=REASON, expected_version=None, by=world.actor(), at=world.now
    )


def _reminder(world: World, place: Place) -> Target:
    booking = world.party(place)
    reminder = BookingReminderFactory(booking=booking, scheduled_for=world.now + timedelta(days=5))
    return Target(ids={"pk": booking.pk, "reminder_pk": reminder.pk})


REMINDERS = Thing(_reminder, AT_STATIONS, "booking.read")


def holds(*, signed: bool = False, token: bool = False) -> Thing:
    """Return holds, or what their owner holds of them: the token."""

    def build(world: World, place: Place) -> Target:
        hold, secret = create_hold(
            request=make_request(world.station_at(place), date=world.day(60)),
            by=GuestActor(),
            at=world.now,
        )
        if signed:
            hold = sign_hold(
                hold=hold,
                **signature_of(hold.station),
                by=GuestActor(),
                at=world.now,
            )
        return Target(ids={"token": secret}) if token else target_of(hold)

    return Thing(build, (Place.OWN,) if token else OF_STAFF, "hold.manage")


def customers(*, is_deleted: bool = False) -> Thing:
    """Return the customers of the places; deleted ones are others, without the e-mail of a caller."""

    def build(world: World, place: Place) -> Target:
        row: Customer = world.customers[place]
        if is_deleted:
            row = CustomerFactory(station=world.station_at(place))
            row = delete_customer(customer=row, reason=REASON, by=world.actor(), at=world.now)
        return target_of(row)

    return Thing(build, AT_STATIONS, "" if is_deleted else "customer.read")


SYSTEM_EVENTS = Thing(lambda _world, _place: Target(ids={"pk": SystemEventFactory().pk}), (Place.AWAY,))

CHEFS = Thing(
    lambda world, place: target_of(world.chefs[place]),
    (Place.OWN, Place.BESIDE, Place.AWAY, Place.COMPANY),
    "chef.read",
)


def payments(*, refund: bool = False) -> Thing:
    """Return money that was received for a booking, or its refund that waits to be sent."""

    def build(world: World, place: Place) -> Target:
        done = {"status": "completed", "completed_at": world.now, "payment_reference": "Z-1"}
        paid = PaymentFactory(booking=world.party(place), **done)
        if refund:
            paid = refund_payment(payment=paid, reason=REASON, by=world.actor(), at=world.now)
        return target_of(paid)

    return Thing(build, AT_STATIONS, "payment.read")


def _station(world: World, place: Place) -> Target:
    station = world.station_at(place)
    return Target(ids={"station_id": None if station is None else str(station.pk)})


STATIONS_NAMED = Thing(_station, (Place.OWN, Place.AWAY, Place.UNSAID))
"""A station that a body or a query names, or does not."""
STATION_OR_COMPANY = Thing(_station, (Place.OWN, Place.AWAY, Place.COMPANY))
STATIONS_OR_COMPANY = Thing(_station, (Place.OWN, Place.AWAY, Place.COMPANY, Place.UNSAID))

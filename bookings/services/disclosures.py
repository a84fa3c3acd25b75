"""P-3: clear text of personal data is handed out here, and each time it leaves an audit row."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bookings.models import Booking, Chef, Customer, Payment, ReservationHold
from bookings.policies import Audience, audience_of, chef_sees_contact
from bookings.services.payment_rows import station_of
from common.actors import Actor
from common.ports import audit_trail

BOOKING_FIELDS: dict[Audience, tuple[str, ...]] = {
    Audience.STAFF: ("name", "email", "phone", "address", "allergens", "special_requests", "notes"),
    Audience.HOST: ("name", "email", "phone", "address", "allergens", "special_requests"),
    Audience.CHEF: ("first_name", "phone", "address", "menu", "allergens", "special_requests", "notes"),
}
CUSTOMER_FIELDS = ("name", "email", "phone", "notes")
PAYMENT_FIELDS = ("payment_reference", "sender_name", "sender_email", "sender_phone", "notes")
HOLD_FIELDS = ("name", "email", "phone", "signer_name")
CHEF_FIELDS = ("name", "email", "phone", "google_calendar_id")


def disclose_booking(*, booking: Booking, by: Actor, at: datetime) -> frozenset[str]:
    """Return the personal fields shown to the reader now, audited; a chef outside the window sees none."""
    audience = audience_of(by, booking.station_id)
    if audience is Audience.CHEF and not chef_sees_contact(booking, at=at):
        return frozenset()
    fields = BOOKING_FIELDS[audience]
    _record("booking", booking.pk, booking.station_id, fields, code="booking.read", by=by)
    return frozenset(fields)


def disclose_customer(*, customer: Customer, by: Actor) -> None:
    """Note that somebody reads the contact data of a customer."""
    _record("customer", customer.pk, customer.station_id, CUSTOMER_FIELDS, code="customer.read", by=by)


def disclose_hold(*, hold: ReservationHold, by: Actor) -> None:
    """Note that somebody reads who keeps a slot."""
    _record("reservationhold", hold.pk, hold.station_id, HOLD_FIELDS, code="hold.manage", by=by)


def disclose_chef(*, chef: Chef, by: Actor) -> None:
    """Note that somebody reads the contact data of a chef."""
    _record("chef", chef.pk, chef.station_id, CHEF_FIELDS, code="chef.read", by=by)


def disclose_payment(*, payment: Payment, by: Actor) -> None:
    """Note that somebody reads who sent a payment."""
    station_id = station_of(payment)
    _record("payment", payment.pk, station_id, PAYMENT_FIELDS, code="payment.read", by=by)


def _record(
    resource_type: str, pk: UUID, station_id: UUID | None, fields: Sequence[str], *, code: str, by: Actor
) -> None:
    audit_trail.get().record(
        action="view",
        resource_type=resource_type,
        resource_id=str(pk),
        by=by,
        station_id=station_id,
        permissions=[code],
        details={"fields": list(fields)},
    )

"""What the customer of a booking or hold is told, as deliveries; `words` says it."""

from collections.abc import Mapping
from typing import Any

from bookings.enums import ReminderType
from bookings.models import Booking, ReservationHold
from bookings.selectors.payments import get_balance_cents
from events.services import Delivery


def notices(
    kind: str,
    booking: Booking,
    *,
    extra: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    by: ReminderType = ReminderType.BOTH,
) -> list[Delivery]:
    """Return the message of a kind to the customer: by e-mail, and by SMS where they agreed to it.

    The payload holds what the words need: ids, codes, amounts in cents and instants; names and texts travel
    encrypted.
    """
    customer, station = booking.customer, booking.station
    payload = {
        "booking_id": str(booking.pk),
        "reference": booking.reference,
        "currency": booking.currency,
        "timezone": station.timezone,
        "station": station.display_name,
        "station_phone": station.phone,
        "starts_at": booking.starts_at.isoformat(),
        **(extra or {}),
    }
    deliveries = []
    told = {"first_name": customer.first_name, **(private or {})}
    if by != ReminderType.SMS:
        deliveries.append(
            Delivery(
                target="email", destination=kind, payload=payload, private={"to": customer.email, **told}
            )
        )
    if by != ReminderType.EMAIL and booking.sms_consent:
        deliveries.append(
            Delivery(target="sms", destination=kind, payload=payload, private={"to": customer.phone, **told})
        )
    return deliveries


def hold_notice(
    kind: str, hold: ReservationHold, *, token: str = "", extra: Mapping[str, Any] | None = None
) -> Delivery:
    """Return the e-mail of a kind to whoever holds a slot; the token goes into the first one only."""
    station = hold.station
    deadline = hold.payment_deadline_at or hold.signing_deadline_at
    private = {"to": hold.email, "name": hold.name, **({"token": token} if token else {})}
    return Delivery(
        target="email",
        destination=kind,
        payload={
            "hold_id": str(hold.pk),
            "deposit_cents": hold.deposit_cents,
            "currency": hold.currency,
            "timezone": station.timezone,
            "station": station.display_name,
            "station_phone": station.phone,
            "starts_at": hold.starts_at.isoformat(),
            "deadline": deadline.isoformat(),
            "reason": hold.cancellation_reason and str(hold.cancellation_reason),
            **(extra or {}),
        },
        private=private,
    )


def money_facts(booking: Booking) -> dict[str, int]:
    """Return what the words about a booking's money need, in cents; one query."""
    return {
        "total_cents": booking.total_due_cents,
        "deposit_cents": booking.deposit_due_cents,
        "balance_cents": get_balance_cents(booking),
    }

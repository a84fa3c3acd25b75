"""Coloured words for the states of bookings and holds."""

from django.utils.safestring import SafeString

from bookings.enums import BookingStatus, HoldStatus
from bookings.models import Booking, ReservationHold
from common.admin.display import badge

BOOKING_TONES = {
    BookingStatus.NEW: "info",
    BookingStatus.DEPOSIT_PENDING: "warning",
    BookingStatus.CONFIRMED: "success",
    BookingStatus.COMPLETED: "default",
    BookingStatus.CANCELLED: "danger",
    BookingStatus.NO_SHOW: "danger",
}
HOLD_TONES = {
    HoldStatus.PENDING: "warning",
    HoldStatus.SIGNED: "info",
    HoldStatus.CONVERTED: "success",
    HoldStatus.EXPIRED: "default",
    HoldStatus.CANCELLED: "danger",
}


def booking_badge(booking: Booking) -> SafeString:
    """Return the state of a booking as a label."""
    return badge(booking.get_status_display(), BOOKING_TONES[BookingStatus(booking.status)])


def hold_badge(hold: ReservationHold) -> SafeString:
    """Return the state of a hold as a label."""
    return badge(hold.get_status_display(), HOLD_TONES[HoldStatus(hold.status)])

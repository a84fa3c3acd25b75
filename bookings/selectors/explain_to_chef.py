"""BK-20 for the chef of a party: state, chef and start; nothing of money, deposit or cancellation."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.selectors.explain import Explanation, explain_booking

WHY: Mapping[str, str] = MappingProxyType(
    {
        BookingStatus.NEW: "The party is not confirmed yet.",
        BookingStatus.DEPOSIT_PENDING: "The party is not confirmed yet.",
        BookingStatus.CONFIRMED: "The party is confirmed.",
        BookingStatus.COMPLETED: "The party took place.",
        BookingStatus.NO_SHOW: "Nobody came to the party.",
        BookingStatus.CANCELLED: "The party is cancelled.",
    }
)
BLOCKERS = frozenset({"no_chef", "not_started", "no_show_too_early"})
NEXT_ACTIONS = frozenset({"complete", "chef_alert"})


def explain_to_chef(*, booking: Booking, at: datetime) -> Explanation:
    """Explain a booking to its chef, who sees no money of it (R-4)."""
    full = explain_booking(booking=booking, at=at)
    coming = full.next_action
    return Explanation(
        state=full.state,
        why=WHY[full.state],
        blockers=[reason for reason in full.blockers if reason.code in BLOCKERS],
        next_action=coming if coming is not None and coming.code in NEXT_ACTIONS else None,
    )

"""Staff pages of bookings; importing the package registers them."""

from bookings.admin import (
    analytics,
    booking,
    calendar,
    chef,
    customer,
    hold,
    logs,
    messages,
    money,
    platform_review,
    prices,
    social,
    to_do,
    travel,
)

__all__ = [
    "analytics",
    "booking",
    "calendar",
    "chef",
    "customer",
    "hold",
    "logs",
    "messages",
    "money",
    "platform_review",
    "prices",
    "social",
    "to_do",
    "travel",
]

"""Staff pages of bookings; importing the package registers them."""

from bookings.admin import (
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

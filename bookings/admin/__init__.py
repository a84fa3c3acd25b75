"""Staff pages of bookings; importing the package registers them."""

from bookings.admin import (
    booking,
    chef,
    customer,
    hold,
    logs,
    messages,
    money,
    platform_review,
    prices,
    social,
    travel,
)

__all__ = [
    "booking",
    "chef",
    "customer",
    "hold",
    "logs",
    "messages",
    "money",
    "platform_review",
    "prices",
    "social",
    "travel",
]

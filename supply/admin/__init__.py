"""Staff pages of the exchange; importing the package registers them."""

from supply.admin import (
    chat,
    complaint,
    consumer,
    link,
    notification,
    order,
    product,
    recipe,
    staff,
    supplier,
)

__all__ = [
    "chat",
    "complaint",
    "consumer",
    "link",
    "notification",
    "order",
    "product",
    "recipe",
    "staff",
    "supplier",
]

"""How pages of the exchange show states, amounts and people."""

from decimal import Decimal

from django.utils.safestring import SafeString

from common.admin.display import badge
from common.crypto.mask import mask_email
from identity.models import User
from supply.enums import ComplaintStatus, LinkStatus, OrderStatus
from supply.models import Complaint, Link, Order, Product
from supply.services.stock import LOW_SHARE

LINK_TONES = {
    LinkStatus.PENDING: "warning",
    LinkStatus.ACCEPTED: "success",
    LinkStatus.DENIED: "default",
    LinkStatus.BLOCKED: "danger",
}
ORDER_TONES = {
    OrderStatus.PENDING: "warning",
    OrderStatus.ACCEPTED: "info",
    OrderStatus.REJECTED: "danger",
    OrderStatus.IN_PROGRESS: "info",
    OrderStatus.COMPLETED: "success",
}
COMPLAINT_TONES = {
    ComplaintStatus.OPEN: "warning",
    ComplaintStatus.ESCALATED: "danger",
    ComplaintStatus.RESOLVED: "success",
}
EXCERPT = 80


def link_badge(link: Link) -> SafeString:
    """Return the state of a link as a label."""
    return badge(link.get_status_display(), LINK_TONES[LinkStatus(link.status)])


def order_badge(order: Order) -> SafeString:
    """Return the state of an order as a label."""
    return badge(order.get_status_display(), ORDER_TONES[OrderStatus(order.status)])


def complaint_badge(complaint: Complaint) -> SafeString:
    """Return the state of a complaint as a label."""
    return badge(complaint.get_status_display(), COMPLAINT_TONES[ComplaintStatus(complaint.status)])


def stock_badge(product: Product) -> SafeString | str:
    """Return the free units, in red when they run low."""
    if product.stock_qty * LOW_SHARE < product.stock_full_qty:
        return badge(f"{product.stock_qty:,} left", "danger")
    return f"{product.stock_qty:,}"


def tenge(amount: Decimal, currency: str = "KZT") -> str:
    """Return an amount with its currency."""
    return f"{amount:,.2f} {currency}"


def person(user: User) -> str:
    """Return how pages name somebody of the exchange: by name, else by the masked e-mail."""
    return str(user.full_name or mask_email(user.email))


def excerpt(text: str) -> str:
    """Return the beginning of a text for a list."""
    words = " ".join(text.split())
    return f"{words[:EXCERPT]}…" if len(words) > EXCERPT else words or "-"

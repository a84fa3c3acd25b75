"""What a booking's page shows around its form: state and money."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from bookings.models import Booking
from bookings.selectors.explain import Explanation, explain_booking
from bookings.selectors.payments import get_paid_cents
from common.admin.display import local_time, money


@dataclass(frozen=True, slots=True)
class BookingPage:
    """Context of the templates above and below the form."""

    booking: Booking
    explanation: Explanation
    next_action_at: str
    starts: str
    deadline: str
    lines: list[dict[str, str]]
    total: str
    deposit: str
    deposit_state: str
    paid: str
    balance: str
    owes: bool
    menu: list[str]


def build_page(booking: Booking) -> BookingPage:
    """Return what the page of a booking shows; a constant number of queries."""
    zone, currency = booking.station.timezone, booking.currency
    explanation = explain_booking(booking=booking, at=timezone.now())
    paid = get_paid_cents(booking.pk)
    balance = booking.total_due_cents - paid
    coming = explanation.next_action
    deposit = getattr(booking, "deposit", None)
    return BookingPage(
        booking=booking,
        explanation=explanation,
        next_action_at=local_time(coming.at, zone) if coming else "",
        starts=local_time(booking.starts_at, zone),
        deadline=local_time(booking.customer_deposit_deadline, zone),
        lines=list(quote_lines(booking)),
        total=money(booking.total_due_cents, currency),
        deposit=money(booking.deposit_due_cents, currency),
        deposit_state=deposit.get_status_display() if deposit else "-",
        paid=money(paid, currency),
        balance=money(balance, currency),
        owes=balance > 0,
        menu=[f"{item['quantity']} × {item['code'].replace('_', ' ')}" for item in booking.menu_items],
    )


def quote_lines(booking: Booking) -> Iterator[dict[str, str]]:
    """Yield the lines of the accepted quote (Q-13)."""
    quote: dict[str, Any] = booking.metadata.get("quote", {})
    for line in quote.get("lines", ()):
        amount = money(line["amount_cents"], booking.currency)
        yield {"label": line["label"], "quantity": str(line["quantity"]), "amount": amount}

"""What a booking's page shows around its form: state, money, timeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Booking
from bookings.selectors.explain import Explanation, explain_booking
from bookings.selectors.payments import get_paid_cents
from common.actors import Actor
from common.admin.display import local_time, money
from events.selectors import list_events
from identity.models import StationAuditLog, User

ENTRIES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: an event of the booking, or a row of the audit log."""

    at: datetime
    when: str
    title: str
    who: str
    note: str
    is_audit: bool


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
    timeline: list[Entry]


def build_page(booking: Booking, actor: Actor) -> BookingPage:
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
        timeline=read_timeline(booking, actor),
    )


def quote_lines(booking: Booking) -> Iterator[dict[str, str]]:
    """Yield the lines of the accepted quote (Q-13)."""
    quote: dict[str, Any] = booking.metadata.get("quote", {})
    for line in quote.get("lines", ()):
        amount = money(line["amount_cents"], booking.currency)
        yield {"label": line["label"], "quantity": str(line["quantity"]), "amount": amount}


def read_timeline(booking: Booking, actor: Actor) -> list[Entry]:
    """Return the events of the booking and the audit rows within reach, newest first."""
    zone = booking.station.timezone
    events = list(
        list_events(aggregate_type="booking", aggregate_id=booking.pk).order_by("-version")[:ENTRIES_SHOWN]
    )
    audit = list(visible_audit(booking, actor).order_by("-created_at", "-pk")[:ENTRIES_SHOWN])
    people = User.objects.in_bulk({event.actor_id for event in events} | {row.user_id for row in audit})
    names = {pk: user.full_name or user.get_role_display() for pk, user in people.items()}
    entries = [
        Entry(
            at=event.occurred_at,
            when=local_time(event.occurred_at, zone),
            title=event.event_type,
            who=names.get(event.actor_id) or event.actor_label or event.actor_type,
            note="",
            is_audit=False,
        )
        for event in events
    ]
    entries += [
        Entry(
            at=row.created_at,
            when=local_time(row.created_at, zone),
            title=f"{row.get_action_display()} ({', '.join(row.permissions_used) or 'no permission needed'})",
            who=names.get(row.user_id) or row.actor_label or "system",
            note=row.reason or "",
            is_audit=True,
        )
        for row in audit
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES_SHOWN]


def visible_audit(booking: Booking, actor: Actor) -> QuerySet[StationAuditLog]:
    """Return the audit rows of the booking that the actor may read: all of the station's, or own actions."""
    rows = StationAuditLog.objects.filter(resource_type="booking", resource_id=str(booking.pk))
    scope = actor.scope("audit.read")
    if scope.includes(booking.station_id):
        return rows
    return rows.filter(user_id=actor.id) if scope.own and actor.id else rows.none()

"""Bookings, holds, customers, chefs, payments, figures: who may do what with them."""

from datetime import timedelta

from tests.access.callers import LINKED, Place
from tests.access.expectations import (
    ABSENT,
    DENIED,
    INVALID,
    Operation,
    Situation,
    at_station,
    one,
    plain,
    rows,
)
from tests.access.things_bookings import (
    CHEFS,
    REASON,
    REMINDERS,
    STATIONS_NAMED,
    STATIONS_OR_COMPANY,
    SYSTEM_EVENTS,
    asked_to_cancel,
    cancelled,
    customers,
    deleted,
    held,
    holds,
    parties,
    payments,
)

WHY = {"reason": REASON}
NO_STATION_NAMED = {
    **{f"{name} {Place.UNSAID}": "201" for name in LINKED},
    f"* {Place.UNSAID}": INVALID,
}
"""AU-10: without a station the only linked one is meant; who has none, or all, must name it."""
ANYWHERE = frozenset({Place.OWN, Place.AWAY})
HOSTS_BOOK = {**NO_STATION_NAMED, f"customer {Place.UNSAID}": "201", "customer_unverified": INVALID}
"""S-10: a customer's nearest station is found; the e-mail must be the verified one of the account."""
OWN_PROFILE = {
    **NO_STATION_NAMED,
    f"customer_unverified {Place.UNSAID}": INVALID,
    f"customer {Place.UNSAID}": INVALID,
    "customer": "409 duplicate",
    "customer_unverified": DENIED,
}
"""Customers add themselves, by their verified e-mail; both stations know that one already."""
STAFF_ONLY = {"customer": DENIED}
"""BK-18: staff plan reminders; their customers are those reminded."""


def _station_of(situation: Situation) -> dict[str, object]:
    named = situation.target.ids["station_id"]
    return {} if situation.place is Place.UNSAID else {"station_id": named}


def party_of(situation: Situation) -> dict[str, object]:
    """A booking; a customer books for himself, wherever."""
    host = situation.caller.name if situation.caller.kind == "customer" else "guest"
    return {
        **_station_of(situation),
        "date": situation.world.day(60).isoformat(),
        "slot": "12:00",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": f"{host}@callers.example",
        "phone": "+15105550123",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "adults": 8,
        "allergens": ["none"],
        "terms_accepted": True,
    }


def _customer(situation: Situation) -> dict[str, object]:
    is_host = situation.caller.kind == "customer"
    return {
        **_station_of(situation),
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "customer@callers.example" if is_host else "new@customers.example",
        "phone": "+15105550123",
    }


def _chef(situation: Situation) -> dict[str, object]:
    return {**_station_of(situation), "name": "Mai", "email": "mai@chefs.example"}


def days_from(situation: Situation) -> dict[str, object]:
    return {**_station_of(situation), **_dates(situation)}


def _dates(situation: Situation) -> dict[str, object]:
    return {"start": situation.world.day(60).isoformat(), "end": situation.world.day(61).isoformat()}


def _day(situation: Situation) -> dict[str, object]:
    return {**_station_of(situation), "date": situation.world.day(60).isoformat()}


def _reminder(situation: Situation) -> dict[str, object]:
    return {
        "reminder_type": "email",
        "scheduled_for": (situation.world.now + timedelta(days=5)).isoformat(),
        "message": "Please keep the dog inside.",
    }


def _payment(situation: Situation) -> dict[str, object]:
    pk = situation.target.ids.get("pk", situation.target.ids.get("booking_id"))
    return {"booking_id": str(pk), "amount_cents": 500, "method": "cash", "reference": "R-1"}


def _new_slot(situation: Situation) -> dict[str, object]:
    return {"date": situation.world.day(70).isoformat(), "slot": "15:00"}


NAMED_IN_QUERY = {key: value.replace("201", "200") for key, value in NO_STATION_NAMED.items()}
PAST = {"days": -2}

BOOKINGS: tuple[Operation, ...] = (
    rows("/bookings", "booking.read", parties()),
    at_station(
        "POST",
        "/bookings",
        "booking.create",
        STATIONS_NAMED,
        body=party_of,
        needs_key=True,
        beyond=DENIED,
        all_own=ANYWHERE,
        unlike=HOSTS_BOOK,
    ),
    at_station(
        "GET",
        "/bookings/availability",
        "booking.read",
        STATIONS_NAMED,
        query=days_from,
        owns=False,
        unlike=NAMED_IN_QUERY,
    ),
    at_station(
        "GET",
        "/bookings/calendar",
        "booking.read",
        STATIONS_NAMED,
        query=_day,
        owns=False,
        unlike=NAMED_IN_QUERY,
    ),
    one("GET", "/bookings/{pk}", "booking.read", parties()),
    one("PATCH", "/bookings/{pk}", "booking.update", parties(), body={"special_requests": "By the pool"}),
    one("DELETE", "/bookings/{pk}", "booking.delete", cancelled(), body=WHY),
    one("GET", "/bookings/{pk}/explain", "booking.read", parties()),
    one("GET", "/bookings/{pk}/events", "booking.read", parties()),
    one("GET", "/bookings/{pk}/chef-recommendations", "booking.read", parties()),
    one("GET", "/bookings/{pk}/reminders", "booking.update", REMINDERS, unlike=STAFF_ONLY),
    one(
        "POST",
        "/bookings/{pk}/reminders",
        "booking.update",
        parties(),
        body=_reminder,
        answer="201",
        unlike=STAFF_ONLY,
    ),
    one("DELETE", "/bookings/{pk}/reminders/{reminder_pk}", "booking.update", REMINDERS, unlike=STAFF_ONLY),
    one("POST", "/bookings/{pk}/adjust", "pricing.adjust", parties(), body={"amount_cents": -500, **WHY}),
    one(
        "POST",
        "/bookings/{pk}/approve-cancellation",
        "booking.approve_cancel",
        parties("confirmed", prepare=asked_to_cancel),
    ),
    one("POST", "/bookings/{pk}/assign-chef", "booking.assign_chef", parties(), body={"chef_id": None}),
    one("POST", "/bookings/{pk}/checkout", "booking.update", parties(), answer="201", needs_key=True),
    one("POST", "/bookings/{pk}/complete", "booking.complete", parties("confirmed", **PAST)),
    one(
        "POST",
        "/bookings/{pk}/confirm-deposit",
        "booking.confirm_deposit",
        parties(),
        body={"method": "zelle", "reference": "Z-1"},
    ),
    one("POST", "/bookings/{pk}/correct", "booking.correct", parties("completed", **PAST), body=WHY),
    one("POST", "/bookings/{pk}/hold", "booking.hold", parties(), body=WHY),
    one("POST", "/bookings/{pk}/no-show", "booking.complete", parties("confirmed", **PAST)),
    one("POST", "/bookings/{pk}/reinstate", "booking.correct", cancelled(), body=WHY),
    one(
        "POST",
        "/bookings/{pk}/reject-cancellation",
        "booking.approve_cancel",
        parties("confirmed", prepare=asked_to_cancel),
        body=WHY,
    ),
    one("POST", "/bookings/{pk}/release", "booking.hold", parties(prepare=held)),
    one(
        "POST",
        "/bookings/{pk}/request-cancellation",
        "booking.request_cancel",
        parties("confirmed"),
        body={**WHY, "reason_code": "customer_request"},
    ),
    one("POST", "/bookings/{pk}/request-deposit", "booking.update", parties("new")),
    one("POST", "/bookings/{pk}/reschedule", "booking.reschedule", parties(), body=_new_slot),
    one("POST", "/bookings/{pk}/restore", "booking.restore", cancelled(prepare=deleted, reads="")),
)

HOLDS: tuple[Operation, ...] = (
    rows("/holds", "hold.manage", holds()),
    at_station(
        "POST",
        "/holds",
        "hold.manage",
        STATIONS_NAMED,
        body=party_of,
        needs_key=True,
        beyond=DENIED,
        unlike=NO_STATION_NAMED,
    ),
    one("GET", "/holds/{pk}", "hold.manage", holds()),
    one("POST", "/holds/{pk}/cancel", "hold.manage", holds()),
    one("POST", "/holds/{pk}/convert", "hold.manage", holds(signed=True), answer="201", needs_key=True),
)

PEOPLE: tuple[Operation, ...] = (
    rows("/customers", "customer.read", customers()),
    at_station(
        "POST",
        "/customers",
        "customer.create",
        STATIONS_NAMED,
        body=_customer,
        beyond=DENIED,
        all_own=ANYWHERE,
        unlike=OWN_PROFILE,
    ),
    one("GET", "/customers/{pk}", "customer.read", customers()),
    one("PATCH", "/customers/{pk}", "customer.update", customers(), body={"first_name": "Anna"}),
    one("DELETE", "/customers/{pk}", "customer.delete", customers(), body=WHY),
    one("POST", "/customers/{pk}/erase", "privacy.erase", customers(), body=WHY),
    one("POST", "/customers/{pk}/export", "customer.export", customers()),
    one("POST", "/customers/{pk}/restore", "customer.delete", customers(is_deleted=True)),
    one("GET", "/customers/{pk}/timeline", "customer.read", customers()),
    plain("POST", "/me/erasure", "customer.export", answer="202", is_personal=True),
    plain("POST", "/me/export", "customer.export", is_personal=True),
    rows("/chefs", "chef.read", CHEFS),
    at_station(
        "POST",
        "/chefs",
        "chef.manage",
        STATIONS_OR_COMPANY,
        body=_chef,
        beyond=DENIED,
        unlike=NO_STATION_NAMED,
    ),
    one("GET", "/chefs/{pk}", "chef.read", CHEFS),
    one("GET", "/chefs/{pk}/schedule", "chef.read", CHEFS, query=_dates),
    # Who is no chef by a verified e-mail has no schedule.
    plain("GET", "/chefs/me/schedule", "chef.read", query=_dates, answer=ABSENT, unlike={"chef": "200"}),
    rows("/system-events", "event.read", SYSTEM_EVENTS),
    one("PATCH", "/chefs/{pk}", "chef.manage", CHEFS, body={"name": "Mai"}),
    one("DELETE", "/chefs/{pk}", "chef.manage", CHEFS, body=WHY),
)

MONEY: tuple[Operation, ...] = (
    rows("/payments", "payment.read", payments()),
    at_station("POST", "/payments", "payment.record", parties(), body=_payment, needs_key=True),
    one("GET", "/payments/{pk}", "payment.read", payments()),
    one(
        "POST", "/payments/{pk}/refund", "payment.refund", payments(), body=WHY, answer="201", needs_key=True
    ),
    one(
        "POST",
        "/payments/{pk}/complete-refund",
        "payment.refund",
        payments(refund=True),
        body={"reference": "C-1"},
    ),
    *(
        at_station("GET", f"/analytics/{area}", "analytics.station", STATIONS_NAMED, query=_station_of)
        for area in ("bookings", "overview", "revenue")
    ),
)

OPERATIONS = (*BOOKINGS, *HOLDS, *PEOPLE, *MONEY)

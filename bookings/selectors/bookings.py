"""Bookings as people may see them (R-2 to R-4)."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from bookings.models import Booking
from bookings.selectors.contacts import find_contact_condition
from bookings.selectors.reach import pick
from common.actors import Actor

READ = "booking.read"
ABSENT = "There is no such booking."


def list_bookings(actor: Actor, *, code: str = READ) -> QuerySet[Booking]:
    """Return live bookings within reach of the permission code, with what a list shows of them."""
    return Booking.objects.live().visible_to(actor, code).select_related("station", "customer", "chef")


def get_booking(actor: Actor, pk: UUID, *, code: str = READ) -> Booking:
    """Return a live booking that the code reaches; PermissionDenied for one to read only, else NotFound."""
    readable = None if code == READ else partial(list_bookings, actor)
    return pick(list_bookings(actor, code=code), pk, readable=readable, otherwise=ABSENT)


def get_booking_or_deleted(actor: Actor, pk: UUID, *, code: str) -> Booking:
    """Return a booking within reach of the code, deleted or not (BK-19); raises as `get_booking` does."""
    rows = Booking.objects.visible_to(actor, code).select_related("station", "customer", "chef")
    return pick(rows, pk, readable=partial(list_bookings, actor), otherwise=ABSENT)


def search_bookings(queryset: QuerySet[Booking], text: str) -> QuerySet[Booking]:
    """Narrow to a pasted e-mail or phone (P-2), else to references that begin with the text."""
    contact = find_contact_condition(text, path="customer__")
    if contact is not None:
        return queryset.filter(contact)
    return queryset.filter(reference__startswith=text.strip().upper())

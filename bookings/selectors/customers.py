"""Reads of customers within the actor's reach."""

from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.models import Customer
from bookings.selectors.contacts import find_contact_condition
from bookings.selectors.reach import pick
from common.actors import Actor

ABSENT = "There is no such customer."


def list_customers(actor: Actor) -> "QuerySet[Customer]":
    """Return the live customers the actor may read."""
    return Customer.objects.visible_to(actor).live()


def get_customer(actor: Actor, customer_id: UUID) -> Customer:
    """Return one live customer whom the actor may read, or raise `not_found`."""
    return pick(list_customers(actor), customer_id, otherwise=ABSENT)


def get_customer_or_deleted(actor: Actor, customer_id: UUID, *, code: str) -> Customer:
    """Return one customer within reach of the code, deleted or not (BK-19).

    Raises `permission_denied` for one whom the actor may read only, else `not_found`.
    """
    return pick(
        Customer.objects.visible_to(actor, code),
        customer_id,
        readable=partial(list_customers, actor),
        otherwise=ABSENT,
    )


def search_customers(queryset: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Narrow to a pasted e-mail or phone, else to names that begin with every word."""
    contact = find_contact_condition(text)
    if contact is not None:
        return queryset.filter(contact)
    for word in text.split():
        queryset = queryset.filter(Q(first_name__istartswith=word) | Q(last_name__istartswith=word))
    return queryset

"""Reads of chefs within the actor's reach."""

from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.models import Chef
from bookings.selectors.contacts import find_contact_condition
from common.actors import Actor
from common.exceptions import NotFound
from identity.models import Station


def list_chefs(actor: Actor) -> "QuerySet[Chef]":
    """Return the chefs the actor may read who were not deleted; inactive ones too."""
    return Chef.objects.visible_to(actor).live()


def get_chef(actor: Actor, chef_id: UUID, *, code: str = "chef.read") -> Chef:
    """Return one chef within reach of the code, or raise `not_found`."""
    chef = Chef.objects.visible_to(actor, code).live().filter(pk=chef_id).first()
    if chef is None:
        raise NotFound("There is no such chef.")
    return chef


def list_assignable_chefs(station: Station) -> "QuerySet[Chef]":
    """Return the active chefs of a station, with those who serve every station (BK-15)."""
    return Chef.objects.live().filter(Q(station=station) | Q(station__isnull=True), is_active=True)


def search_chefs(queryset: "QuerySet[Chef]", text: str) -> "QuerySet[Chef]":
    """Narrow to a pasted e-mail, else to names that hold the text."""
    contact = find_contact_condition(text) if "@" in text else None
    return queryset.filter(contact if contact is not None else Q(name__icontains=text))

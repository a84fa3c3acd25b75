"""What lists of bookings, customers and chefs can be narrowed by (API-5, P-2)."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, IsoDateTimeFilter, UUIDFilter
from django_filters.rest_framework import BaseInFilter, BooleanFilter

from bookings.enums import BookingStatus
from bookings.models import Booking, Chef, Customer
from bookings.selectors.bookings import search_bookings
from bookings.selectors.chefs import search_chefs
from bookings.selectors.contacts import find_contact_condition
from bookings.selectors.customers import search_customers
from common.api.exceptions import pointer
from common.api.filters import ORDERING, HouseFilterSet
from common.exceptions import FieldError, ValidationFailed

MAX_SEARCH = 254


ABOUT_THE_CUSTOMER = frozenset({"customer_id", "created_at__gte", "created_at__lt"})
"""Parameters that tell parties apart by what a chef must not know of them."""


class ChoiceInFilter(BaseInFilter, ChoiceFilter):  # type: ignore[misc]  # the package is untyped
    """Comma-separated choices."""


class UUIDInFilter(BaseInFilter, UUIDFilter):  # type: ignore[misc]  # the package is untyped
    """Comma-separated ids."""


def require_blind_parameters(parameters: Mapping[str, str]) -> None:
    """Raise ValidationFailed for what would tell a chef whose party it is, also outside of the window."""
    refused = ABOUT_THE_CUSTOMER & parameters.keys()
    if "created_at" in parameters.get(ORDERING, ""):
        refused |= {ORDERING}
    if find_contact_condition(parameters.get("q", "")) is not None:
        refused |= {"q"}
    if refused:
        message = "Chefs find parties by status, date or reference."
        raise ValidationFailed([FieldError(pointer(name), "invalid", message) for name in sorted(refused)])


class BookingFilter(HouseFilterSet):
    """`q` is a reference or its beginning, or a pasted e-mail or phone."""

    status = ChoiceFilter(choices=BookingStatus.choices)
    status__in = ChoiceInFilter(field_name="status", lookup_expr="in", choices=BookingStatus.choices)
    date = DateFilter()
    date__gte = DateFilter(field_name="date", lookup_expr="gte")
    date__lt = DateFilter(field_name="date", lookup_expr="lt")
    station_id = UUIDFilter()
    station_id__in = UUIDInFilter(field_name="station_id", lookup_expr="in")
    chef_id = UUIDFilter()
    customer_id = UUIDFilter()
    created_at__gte = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_at__lt = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    q = CharFilter(method="search", max_length=MAX_SEARCH)

    def search(self, queryset: QuerySet[Booking], _name: str, text: str) -> QuerySet[Booking]:
        return search_bookings(queryset, text)


class CustomerFilter(HouseFilterSet):
    """`q` is a pasted e-mail or phone, or the beginning of names."""

    station_id = UUIDFilter()
    created_at__gte = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_at__lt = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    q = CharFilter(method="search", max_length=MAX_SEARCH)

    def search(self, queryset: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        return search_customers(queryset, text)


class ChefFilter(HouseFilterSet):
    """`q` is a pasted e-mail or a part of the name."""

    station_id = UUIDFilter()
    is_active = BooleanFilter()
    q = CharFilter(method="search", max_length=MAX_SEARCH)

    def search(self, queryset: QuerySet[Chef], _name: str, text: str) -> QuerySet[Chef]:
        return search_chefs(queryset, text)

"""API-5: `field`, `field__in`, `field__gte`, `field__lt`, `q` and `ordering`, of listed fields only.

class PartyFilter(HouseFilterSet):
    class Meta:
        model = Party
        fields = {"status": ["exact", "in"], "date": ["exact", "gte", "lt"]}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import BooleanFilter, CharFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from django_filters.utils import translate_validation
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api.exceptions import pointer
from common.api.pagination import PARAMETERS
from common.api.problems import field_errors
from common.exceptions import FieldError, ValidationFailed

ORDERING = "ordering"
TRUTHS = frozenset({"true", "false"})
UNFILTERED = frozenset({ORDERING}) | PARAMETERS


class HouseFilterSet(FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """A filter set whose parameters are all the list knows, besides `ordering`, `limit` and `cursor`."""


class HouseFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter is untyped
    """Applies the view's `filterset_class`; a wrong value is 400 with its parameter named."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        if request.query_params.keys() <= UNFILTERED:
            # Building a filter set costs more than many a query.
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        _refuse_vague(request, filterset)
        if not filterset.is_valid():
            raise ValidationFailed(field_errors(translate_validation(filterset.errors).detail))
        filtered: QuerySet[Any] = filterset.qs
        return filtered


def _refuse_vague(request: Request, filterset: FilterSet) -> None:
    """Refuse what django-filter would take for no filter at all: an empty value, a truth that is none."""
    for name, value in request.query_params.items():
        wanted = filterset.filters.get(name)
        if isinstance(wanted, BooleanFilter):
            message = "" if str(value).lower() in TRUTHS else "Must be true or false."
        else:
            vague = wanted is not None and not value and not isinstance(wanted, CharFilter)
            message = "Must not be empty." if vague else ""
        if message:
            raise ValidationFailed([FieldError(pointer(name), "invalid", message)])


class OrderingBackend(BaseFilterBackend):
    """Applies `ordering=-a,b` of the view's `ordering_fields`, else the view's own `ordering`."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        raw = request.query_params.get(ORDERING)
        if raw is None:
            return queryset.order_by(*getattr(view, "ordering", ()))
        known = ordering_fields(view)
        terms: list[str] = []
        for part in raw.split(","):
            name = part.removeprefix("-")
            if name not in known:
                message = (
                    f"Must be some of {', '.join(known) or 'none'}, each with or without a leading minus."
                )
                raise ValidationFailed([FieldError(pointer(ORDERING), "invalid", message)])
            terms.append(("-" if part.startswith("-") else "") + known[name])
        if len({term.lstrip("-") for term in terms}) < len(terms):
            raise ValidationFailed([FieldError(pointer(ORDERING), "invalid", "Names a field twice.")])
        return queryset.order_by(*terms)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe `ordering` to OpenAPI."""
        known = ordering_fields(view)
        if not known:
            return []
        term = f"-?({'|'.join(known)})"
        return [
            {
                "name": ORDERING,
                "in": "query",
                "required": False,
                "description": f"Comma-separated list of {', '.join(known)}; a leading minus reverses.",
                "schema": {"type": "string", "pattern": f"^{term}(,{term})*$"},
            }
        ]


def ordering_fields(view: APIView) -> Mapping[str, str]:
    """Return what a list can be ordered by: public name → field path."""
    listed: Mapping[str, str] | Sequence[str] = getattr(view, "ordering_fields", ())
    return listed if isinstance(listed, Mapping) else {name: name for name in listed}


def list_parameters(view: APIView) -> frozenset[str]:
    """Return every query parameter that a list of this view understands."""
    filterset: type[FilterSet] | None = getattr(view, "filterset_class", None)
    names = set(filterset.base_filters) if filterset else set()
    if ordering_fields(view):
        names.add(ORDERING)
    return frozenset(names)

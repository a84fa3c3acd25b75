"""Page-numbered lists: `page` from 1, `size` 1–100; past the end there are no items, which is no mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from orjson import Fragment
from rest_framework import serializers

from common.api.serializers import QuerySerializer
from supply.api.fields import WholeNumberField

DEFAULT_SIZE = 20
MAX_SIZE = 100
BIGGEST = 2**63 - 1
"""What a bigint holds, and JSON as the house writes it."""


class PageQuery(QuerySerializer):
    page = WholeNumberField(min_value=1, default=1, help_text="Number of the page.")
    size = WholeNumberField(
        min_value=1, max_value=MAX_SIZE, default=DEFAULT_SIZE, help_text="Items per page."
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """Rows before the page, as many as a database counts."""
        return min((self.number - 1) * self.size, BIGGEST)

    def rows(self, queryset: QuerySet[Any]) -> tuple[int, Sequence[Any]]:
        """Return how many rows there are in all, and those of the page."""
        total = queryset.count()
        if self.offset >= total:
            return total, ()
        return total, list(queryset[self.offset : self.offset + self.size])

    def body(self, items: Any, total: int) -> dict[str, Any]:
        """Return the answer."""
        return {
            "items": items,
            "page": self.number if self.number <= BIGGEST else Fragment(str(self.number)),
            "size": self.size,
            "total": total,
            "pages": -(-total // self.size),
        }


@cache
def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the shape of a page of these items, for the API's documentation."""
    name = item.__name__.removesuffix("Answer")
    members = {
        "items": item(many=True),
        "page": serializers.IntegerField(),
        "size": serializers.IntegerField(),
        "total": serializers.IntegerField(help_text="Items on all pages."),
        "pages": serializers.IntegerField(help_text="Pages there are; 0 without items."),
        "__doc__": f"One page of {name}.",
    }
    return type(f"{name}Page", (serializers.Serializer,), members)

"""What every endpoint of the exchange shares.

Checks stand in the order of the contract: credentials, body, role, own profile, target, ownership, rule. So
an operation needs no permission code: it is for whoever is signed in, reads its body, then asks selectors.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import SIGNED_IN, Access
from common.api.views import HouseViewSet
from supply.api.pages import Page
from supply.exceptions import WrongValues


class ExchangeViewSet(HouseViewSet):
    """Wrong values are 422, lists are numbered pages, If-Match is honoured and never required."""

    wrong_values = WrongValues
    pagination_class = None  # type: ignore[assignment]  # pages are numbered
    filter_backends = ()  # type: ignore[assignment]  # selectors filter
    list_actions: ClassVar[frozenset[str]] = frozenset()
    lookup_value_converter = "str"

    @property
    def page(self) -> Page:
        """The page that the query asks for; 422 for a wrong query, so it is read before anything is asked."""
        return Page(self.query["page"], self.query["size"])

    def numbered_page(self, page: Page, rows: QuerySet[Any], item: Any, **more: Any) -> Response:
        """Return one page of ordered rows, each shown by the serializer `item`."""
        total, found = page.rows(rows)
        return Response(page.body(item(found, many=True).data, total), **more)


def signed_in(*actions: str) -> dict[str, str | Access]:
    """Return the permissions of a view set all of whose actions need an account."""
    return dict.fromkeys(actions, SIGNED_IN)


__all__ = ["ExchangeViewSet", "Request", "Response", "signed_in"]

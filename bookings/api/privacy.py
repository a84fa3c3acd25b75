"""A person's data: history, export and erasure of customers, and /me for the customers themselves."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.privacy import ExportAnswer, HappeningAnswer, ReceiptAnswer, RequestedAnswer
from bookings.api.scope import require_at
from bookings.exceptions import ErasureBlocked
from bookings.selectors.customers import get_customer, get_customer_or_deleted
from bookings.services.privacy import erase_customer, export_customer, export_own, request_erasure
from bookings.services.privacy.histories import list_history
from common.api.pagination import CursorPagination
from common.api.serializers import EmptyInput, ReasonInput
from common.api.views import HouseAPIView, HouseViewSet
from common.exceptions import NotFound

EXAMPLE = {"reason": "Asked by letter of May 4 to be forgotten."}


class CustomerPrivacyViewSet(HouseViewSet):
    """What the house knows of one customer."""

    permission_codes = {
        "timeline": "customer.read",
        "export": "customer.export",
        "erase": "privacy.erase",
    }
    body_serializers = {"export": EmptyInput, "erase": ReasonInput}
    answer_serializers = {"timeline": HappeningAnswer, "export": ExportAnswer, "erase": ReceiptAnswer}
    list_actions = frozenset({"timeline"})
    refusals = {"timeline": (NotFound,), "export": (NotFound,), "erase": (ErasureBlocked, NotFound)}
    examples = {"erase": EXAMPLE}
    keeps_answers = False

    def timeline(self, request: Request, pk: Any) -> Response:
        """List what happened with a customer in all parts of the house, the newest first."""
        customer = get_customer(self.actor, pk)
        pages = CursorPagination()
        lines = pages.paginate_sorted(
            list_history(customer=customer, reader=self.actor), request, terms=("at", "what", "id")
        )
        return pages.get_paginated_response(HappeningAnswer(lines, many=True).data)

    def export(self, request: Request, pk: Any) -> Response:
        """Return all rows about a customer; audited (P-5)."""
        customer = get_customer_or_deleted(self.actor, pk, code="customer.export")
        return Response(
            ExportAnswer(export_customer(customer=customer, by=self.actor, at=timezone.now())).data
        )

    def erase(self, request: Request, pk: Any) -> Response:
        """Forget a customer, with a reason; the receipt says how many rows of which table (P-6)."""
        customer = get_customer_or_deleted(self.actor, pk, code="privacy.erase")
        require_at(self.actor, "privacy.erase", customer.station_id)
        receipt = erase_customer(
            customer=customer, reason=self.body["reason"], by=self.actor, at=timezone.now()
        )
        return Response(ReceiptAnswer(receipt.as_dict()).data)


class OwnExportView(HouseAPIView):
    """P-5 for the customers themselves."""

    permission_codes = {"post": "customer.export"}
    body_serializers = {"post": EmptyInput}
    answer_serializers = {"post": ExportAnswer}
    keeps_answers = False

    def post(self, request: Request) -> Response:
        """Return all rows about the caller, of every station."""
        return Response(ExportAnswer(export_own(by=self.actor, at=timezone.now())).data)


class OwnErasureView(HouseAPIView):
    """P-6 for the customers themselves."""

    permission_codes = {"post": "customer.export"}
    body_serializers = {"post": EmptyInput}
    answer_serializers = {"post": RequestedAnswer}
    success_statuses = {"post": 202}

    def post(self, request: Request) -> Response:
        """Ask to be forgotten: staff settle it within 30 days."""
        due_at = request_erasure(by=self.actor, at=timezone.now())
        return Response(RequestedAnswer({"due_at": due_at}).data, status=202)

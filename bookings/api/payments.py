"""/payments: the ledger: money that came in, and what of it was given back (PY-6, PY-7, PY-10)."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, IsoDateTimeFilter, UUIDFilter
from django_filters.rest_framework import BooleanFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.payments import PaymentDetail, PaymentRow
from bookings.api.scope import require
from bookings.enums import PaymentMethod, PaymentStatus, PaymentType
from bookings.exceptions import Overpayment, RefundExceedsPaid, SlotContended
from bookings.inputs import MANUAL_METHODS
from bookings.models import Payment
from bookings.selectors.bookings import get_booking
from bookings.selectors.payments import UNPLACED, get_payment, list_payments
from bookings.services.disclosures import disclose_payment
from bookings.services.payments import record_payment
from bookings.services.refunds import complete_refund, refund_payment
from common.api.filters import HouseFilterSet
from common.api.serializers import ReasonField, StrictSerializer
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import InvalidTransition, NotFound

MAX_CENTS = 100_000_000


class PaymentInput(StrictSerializer):
    """Money that staff received outside of the card provider."""

    booking_id = serializers.UUIDField()
    amount_cents = serializers.IntegerField(min_value=1, max_value=MAX_CENTS)
    method = serializers.ChoiceField(choices=[method.value for method in MANUAL_METHODS])
    reference = serializers.CharField(max_length=255)
    received_at = serializers.DateTimeField(required=False)
    allow_overpayment = serializers.BooleanField(required=False)
    notes = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class RefundInput(StrictSerializer):
    """How much is given back (default: all that is left), and why."""

    amount_cents = serializers.IntegerField(min_value=1, max_value=MAX_CENTS, required=False)
    reason = ReasonField()


class ReferenceInput(StrictSerializer):
    """What proves that the money went back, such as a transfer number."""

    reference = serializers.CharField(max_length=255)


class PaymentFilter(HouseFilterSet):
    """`unplaced`: money whose party is gone, which waits for staff (PY-10)."""

    booking_id = UUIDFilter()
    hold_id = UUIDFilter()
    status = ChoiceFilter(choices=PaymentStatus.choices)
    payment_method = ChoiceFilter(choices=PaymentMethod.choices)
    payment_type = ChoiceFilter(choices=PaymentType.choices)
    created_at__gte = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_at__lt = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    unplaced = BooleanFilter(method="only_unplaced")

    def only_unplaced(self, queryset: QuerySet[Payment], _name: str, wanted: bool) -> QuerySet[Payment]:
        return (
            queryset.filter(UNPLACED)
            if wanted
            else queryset.exclude(pk__in=queryset.filter(UNPLACED).values("pk"))
        )


class PaymentViewSet(ListMixin, HouseViewSet):
    """Money within the caller's reach: of their stations, or of their own bookings."""

    permission_codes = {
        "list": "payment.read",
        "retrieve": "payment.read",
        "create": "payment.record",
        "refund": "payment.refund",
        "complete_refund": "payment.refund",
    }
    idempotent_actions = frozenset({"create", "refund"})
    body_serializers = {"create": PaymentInput, "refund": RefundInput, "complete_refund": ReferenceInput}
    answer_serializers = {"retrieve": PaymentDetail}
    success_statuses = {"create": 201, "refund": 201}
    tagged_actions = frozenset({"retrieve", "create", "refund", "complete_refund"})
    serializer_class = PaymentRow
    filterset_class = PaymentFilter
    ordering = ("-id",)
    ordering_fields = ("created_at", "amount_cents")
    refusals = {
        "create": (Overpayment, NotFound, SlotContended),
        "refund": (RefundExceedsPaid, InvalidTransition, SlotContended),
        "complete_refund": (InvalidTransition, SlotContended),
    }
    examples = {
        "create": {
            "booking_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "amount_cents": 10_000,
            "method": "zelle",
            "reference": "ZL-48213",
        },
        "refund": {"amount_cents": 5_000, "reason": "Two guests fell ill"},
        "complete_refund": {"reference": "Check 1042"},
    }

    def get_queryset(self) -> QuerySet[Payment]:
        return list_payments(self.actor)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one payment in clear text; each reading is audited (P-3)."""
        payment = get_payment(self.actor, pk)
        disclose_payment(payment=payment, by=self.actor)
        return self.answer(payment)

    def create(self, request: Request) -> Response:
        """Record money received by cash, check, zelle, venmo or ach; a covered deposit confirms (PY-6)."""
        values = dict(self.body)
        booking = require(self.actor, "record_payment", get_booking(self.actor, values.pop("booking_id")))
        return self.answer(record_payment(booking=booking, **values, by=self.actor, at=timezone.now()))

    def refund(self, request: Request, pk: Any) -> Response:
        """Give money back; the answer is the refund, `pending` until Stripe or staff have sent it (PY-7)."""
        payment = get_payment(self.actor, pk, code="payment.refund")
        return self.answer(refund_payment(payment=payment, **self.body, by=self.actor, at=timezone.now()))

    def complete_refund(self, request: Request, pk: Any) -> Response:
        """Note that a refund outside of Stripe was sent, with its reference (PY-7)."""
        refund = get_payment(self.actor, pk, code="payment.refund")
        return self.answer(complete_refund(refund=refund, **self.body, by=self.actor, at=timezone.now()))

"""Giving money back from a payment's page (PY-7)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from bookings.admin.booking_money import CENTS, MoneyField
from bookings.enums import PaymentStatus, PaymentType
from bookings.models import Payment
from bookings.selectors.payments import UNPLACED
from bookings.services.refund_rows import goes_by_stripe
from bookings.services.refunds import REFUNDABLE, complete_refund, refund_payment
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import money
from common.admin.forms import ActionForm, ReasonForm


class RefundForm(ReasonForm):
    amount = MoneyField(label="Amount in dollars", min_value=Decimal("0.01"))
    field_order = ("amount", "reason")

    def prepare(self) -> None:
        if isinstance(self.obj, Payment):
            left = self.obj.amount_cents - self.obj.refunded_amount_cents
            self.fields["amount"].initial = Decimal(left) / CENTS
            self.fields["amount"].help_text = f"At most {money(left, self.obj.currency)}."


class ReferenceForm(ActionForm):
    reference = forms.CharField(
        max_length=255, help_text="What proves it: a transfer number, a check number, a receipt."
    )


class Refund(ObjectAction[Payment]):
    name = "refund"
    label = "Refund"
    icon = "undo"
    code = "payment.refund"
    form_class = RefundForm
    destructive = True
    explanation = (
        "Card money is sent back by the card provider, without the card fee. Other money you send back "
        "yourself, and note it on the refund's page. A confirmed booking that lacks its deposit then waits "
        "for it again."
    )

    def is_offered(self, obj: Payment) -> bool:
        return obj.status in REFUNDABLE and obj.payment_type != PaymentType.REFUND

    def run(self, call: ActionCall[Payment]) -> str:
        refund = refund_payment(
            payment=call.obj,
            amount_cents=MoneyField.cents(call.data["amount"]),
            reason=call.data["reason"],
            by=call.by,
            at=call.at,
        )
        sent = "is on its way" if goes_by_stripe(refund) else "waits to be sent by you"
        return f"The refund of {money(refund.amount_cents, refund.currency)} {sent}."


class CompleteRefund(ObjectAction[Payment]):
    name = "complete-refund"
    label = "Refund was sent"
    icon = "task_alt"
    code = "payment.refund"
    form_class = ReferenceForm
    explanation = "Note what proves that the money went back."

    def is_offered(self, obj: Payment) -> bool:
        waits = obj.payment_type == PaymentType.REFUND and obj.status == PaymentStatus.PENDING
        return waits and not goes_by_stripe(obj)

    def run(self, call: ActionCall[Payment]) -> str:
        refund = complete_refund(refund=call.obj, reference=call.data["reference"], by=call.by, at=call.at)
        return f"{money(refund.amount_cents, refund.currency)} went back."


class UnplacedFilter(SimpleListFilter):
    """PY-10: money whose party is gone."""

    title = "placing"
    parameter_name = "unplaced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Waiting to be placed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        return queryset.filter(UNPLACED) if self.value() == "yes" else queryset

"""Money of a booking, handled from its page: deposit, payments, adjustments; one service call each."""

from decimal import Decimal

from django import forms

from bookings.enums import BookingStatus
from bookings.inputs import MANUAL_METHODS
from bookings.models import Booking
from bookings.selectors.payments import get_balance_cents, get_paid_cents
from bookings.services.deposits import confirm_deposit, request_deposit
from bookings.services.manual_adjustments import adjust_price
from bookings.services.payments import record_payment
from bookings.services.transitions import AWAITING_DEPOSIT, TERMINAL
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import money
from common.admin.forms import ActionForm, ReasonForm

METHODS = [(method.value, method.label) for method in MANUAL_METHODS]
CENTS = Decimal(100)


class MoneyField(forms.DecimalField):
    """Dollars and cents, at most eight digits."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_digits=10, decimal_places=2, **kwargs)  # type: ignore[arg-type]  # passed on

    @staticmethod
    def cents(value: Decimal) -> int:
        """Return whole cents."""
        return int(value * CENTS)


class DepositForm(ActionForm):
    method = forms.ChoiceField(label="Received by", choices=METHODS)
    reference = forms.CharField(
        max_length=255, help_text="What proves it: a transfer number, a check number, a receipt."
    )


class PaymentForm(DepositForm):
    amount = MoneyField(label="Amount in dollars", min_value=Decimal("0.01"))
    allow_overpayment = forms.BooleanField(label="More than the balance is meant", required=False)
    field_order = ("amount", "method", "reference", "allow_overpayment")

    def prepare(self) -> None:
        if isinstance(self.obj, Booking):
            balance = get_balance_cents(self.obj)
            self.fields["amount"].initial = Decimal(max(balance, 0)) / CENTS
            self.fields["amount"].help_text = f"The balance is {money(balance, self.obj.currency)}."


class AdjustForm(ReasonForm):
    amount = MoneyField(label="Amount in dollars", help_text="Negative takes off, positive adds; taxed.")
    field_order = ("amount", "reason")


class RequestDeposit(ObjectAction[Booking]):
    name = "request-deposit"
    label = "Ask for the deposit"
    icon = "forward_to_inbox"
    code = "booking.update"
    explanation = "The customer gets the link by e-mail, and by SMS where they agreed to it."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.NEW)

    def run(self, call: ActionCall[Booking]) -> str:
        booking = request_deposit(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference}: the deposit was asked for."


class ConfirmDeposit(ObjectAction[Booking]):
    name = "confirm-deposit"
    label = "Confirm deposit"
    icon = "task_alt"
    code = "booking.confirm_deposit"
    form_class = DepositForm
    explanation = "Records what is missing of the deposit as received, and confirms the booking."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in AWAITING_DEPOSIT

    def run(self, call: ActionCall[Booking]) -> str:
        booking = confirm_deposit(
            booking=call.obj,
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
            method=call.data["method"],
            reference=call.data["reference"],
        )
        return f"{booking.reference} is confirmed."


class WaiveDeposit(ObjectAction[Booking]):
    name = "waive-deposit"
    label = "Waive the deposit"
    icon = "money_off"
    code = "booking.override"
    form_class = ReasonForm
    primary = False
    explanation = "Confirms the booking without a deposit."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in AWAITING_DEPOSIT

    def run(self, call: ActionCall[Booking]) -> str:
        booking = confirm_deposit(
            booking=call.obj,
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
            waive=True,
            reason=call.data["reason"],
        )
        return f"{booking.reference} is confirmed; its deposit is waived."


class RecordPayment(ObjectAction[Booking]):
    name = "record-payment"
    label = "Record payment"
    icon = "payments"
    code = "payment.record"
    form_class = PaymentForm
    explanation = "Money received outside the card provider. A covered deposit confirms the booking."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status != BookingStatus.CANCELLED and get_paid_cents(obj.pk) < obj.total_due_cents

    def run(self, call: ActionCall[Booking]) -> str:
        payment = record_payment(
            booking=call.obj,
            amount_cents=MoneyField.cents(call.data["amount"]),
            method=call.data["method"],
            reference=call.data["reference"],
            allow_overpayment=call.data["allow_overpayment"],
            by=call.by,
            at=call.at,
        )
        return f"{money(payment.amount_cents, payment.currency)} were recorded."


class AdjustPrice(ObjectAction[Booking]):
    name = "adjust-price"
    label = "Adjust price"
    icon = "exposure"
    code = "pricing.adjust"
    form_class = AdjustForm
    primary = False

    def is_offered(self, obj: Booking) -> bool:
        return obj.status not in TERMINAL

    def run(self, call: ActionCall[Booking]) -> str:
        booking = adjust_price(
            booking=call.obj,
            amount_cents=MoneyField.cents(call.data["amount"]),
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference}: the total is {money(booking.total_due_cents, booking.currency)} now."

"""What staff can do to a booking from its page; each action is one service call."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.inputs import MANUAL_METHODS
from bookings.models import Booking, Chef
from bookings.selectors.chefs import list_assignable_chefs
from bookings.selectors.payments import get_balance_cents, get_paid_cents
from bookings.services.assignments import assign_chef
from bookings.services.deposits import confirm_deposit, request_deposit
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show, release_booking
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


class ChefForm(ActionForm):
    chef = forms.ModelChoiceField(queryset=Chef.objects.none(), required=False, empty_label="Nobody")

    def prepare(self) -> None:
        if isinstance(self.obj, Booking):
            field = self.fields["chef"]
            field.queryset = list_assignable_chefs(self.obj.station).order_by("name", "pk")  # type: ignore[attr-defined]  # a model choice
            field.label_from_instance = lambda chef: chef.name  # type: ignore[attr-defined]  # names are for staff
            field.initial = self.obj.chef_id


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


class AssignChef(ObjectAction[Booking]):
    name = "assign-chef"
    label = "Assign chef"
    icon = "outdoor_grill"
    code = "booking.assign_chef"
    form_class = ChefForm

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES

    def run(self, call: ActionCall[Booking]) -> str:
        chef: Chef | None = call.data["chef"]
        booking = assign_chef(
            booking=call.obj, chef=chef, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference}: {chef.name if chef else 'nobody'} cooks."


class Complete(ObjectAction[Booking]):
    name = "complete"
    label = "Complete"
    icon = "celebration"
    code = "booking.complete"
    explanation = "The party took place. Its slot is given back."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.CONFIRMED and obj.starts_at <= timezone.now())

    def run(self, call: ActionCall[Booking]) -> str:
        booking = complete_booking(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is completed."


class NoShow(ObjectAction[Booking]):
    name = "no-show"
    label = "No-show"
    icon = "person_off"
    code = "booking.complete"
    destructive = True
    primary = False
    explanation = "Nobody was there. The deposit is forfeited and nothing is paid back by itself."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.status == BookingStatus.CONFIRMED and obj.starts_at <= timezone.now())

    def run(self, call: ActionCall[Booking]) -> str:
        booking = mark_no_show(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is a no-show."


class Hold(ObjectAction[Booking]):
    name = "hold"
    label = "Hold"
    icon = "pause_circle"
    code = "booking.hold"
    form_class = ReasonForm
    primary = False
    explanation = "No deposit reminders and no automatic cancellation until it is released."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status in OCCUPYING_STATUSES and not obj.hold_on_request

    def run(self, call: ActionCall[Booking]) -> str:
        booking = hold_booking(
            booking=call.obj,
            reason=call.data["reason"],
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference} is on hold."


class Release(ObjectAction[Booking]):
    name = "release"
    label = "Release hold"
    icon = "play_circle"
    code = "booking.hold"
    explanation = "Both deposit deadlines start again from now."

    def is_offered(self, obj: Booking) -> bool:
        return bool(obj.hold_on_request)

    def run(self, call: ActionCall[Booking]) -> str:
        booking = release_booking(
            booking=call.obj, expected_version=call.expected_version, by=call.by, at=call.at
        )
        return f"{booking.reference} is released."


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


ACTIONS: tuple[type[ObjectAction[Booking]], ...] = (
    ConfirmDeposit,
    RequestDeposit,
    AssignChef,
    Complete,
    Release,
    RecordPayment,
    Hold,
    WaiveDeposit,
    AdjustPrice,
    NoShow,
)

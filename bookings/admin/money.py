"""The ledger and what hangs on it: to be read; money comes in on the booking's page, goes back on its own."""

from django.contrib import admin
from django.utils.safestring import SafeString

from bookings.admin.payment_actions import CompleteRefund, Refund, UnplacedFilter
from bookings.enums import DepositStatus, PaymentStatus
from bookings.models import Deposit, Payment, PriceAdjustment
from common.admin.codes import AdminCodes
from common.admin.display import badge, money
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter

PAYMENT_TONES = {
    PaymentStatus.COMPLETED: "success",
    PaymentStatus.PENDING: "info",
    PaymentStatus.PROCESSING: "info",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.REFUNDED: "warning",
    PaymentStatus.PARTIALLY_REFUNDED: "warning",
}
DEPOSIT_TONES = {
    DepositStatus.PENDING: "warning",
    DepositStatus.PAID: "info",
    DepositStatus.CONFIRMED: "success",
    DepositStatus.FORFEITED: "danger",
}


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin[Payment]):
    codes = AdminCodes(view="payment.read")
    station_lookups = ("booking__station", "hold__station")
    contact_search = {"email": "booking__customer__email_bidx", "phone": "booking__customer__phone_bidx"}
    list_select_related = ("booking", "hold")
    list_display = (
        "paid_for",
        "payment_type",
        "payment_method",
        "state",
        "amount",
        "refunded",
        "received_at",
    )
    object_actions = (Refund, CompleteRefund)
    list_filter = (
        UnplacedFilter,
        ("status", ChoicesFilter),
        ("payment_method", ChoicesFilter),
        ("payment_type", ChoicesFilter),
        ("received_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference, e-mail or phone"
    fieldsets = (
        (None, {"fields": ("state", "payment_type", "payment_method", "booking", "hold")}),
        ("Money", {"fields": ("amount", "fee", "refunded", "refunded_payment", "refund_reason")}),
        (
            "Proof",
            {"fields": ("payment_reference", "stripe_payment_intent_id", "stripe_charge_id", "description")},
        ),
        ("Sender", {"fields": ("sender_name_masked", "sender_email_masked", "sender_phone_masked")}),
        (
            "Course",
            {
                "fields": (
                    "received_at",
                    "completed_at",
                    "failure_reason",
                    "recorded_by",
                    "notes",
                    "created_at",
                )
            },
        ),
    )

    @admin.display(description="Card fee")
    def fee(self, payment: Payment) -> str:
        return money(payment.fee_cents, payment.currency)

    @admin.display(description="Booking", ordering="booking__reference")
    def paid_for(self, payment: Payment) -> str:
        return payment.booking.reference if payment.booking else "Hold"

    @admin.display(description="Status", ordering="status")
    def state(self, payment: Payment) -> SafeString:
        return badge(payment.get_status_display(), PAYMENT_TONES[payment.status])

    @admin.display(description="Amount", ordering="amount_cents")
    def amount(self, payment: Payment) -> str:
        return money(payment.amount_cents, payment.currency)

    @admin.display(description="Refunded")
    def refunded(self, payment: Payment) -> str:
        return (
            money(payment.refunded_amount_cents, payment.currency) if payment.refunded_amount_cents else "-"
        )


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin[Deposit]):
    codes = AdminCodes(view="payment.read")
    station_lookups = ("booking__station",)
    contact_search = {"email": "booking__customer__email_bidx", "phone": "booking__customer__phone_bidx"}
    list_select_related = ("booking",)
    list_display = (
        "reference_of",
        "state",
        "amount",
        "payment_method",
        "requested_at",
        "paid_at",
        "settled_at",
    )
    list_filter = (("status", ChoicesFilter), ("requested_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference, e-mail or phone"

    @admin.display(description="Booking", ordering="booking__reference")
    def reference_of(self, deposit: Deposit) -> str:
        return str(deposit.booking.reference)

    @admin.display(description="Status", ordering="status")
    def state(self, deposit: Deposit) -> SafeString:
        return badge(deposit.get_status_display(), DEPOSIT_TONES.get(deposit.status, "default"))

    @admin.display(description="Amount", ordering="amount_cents")
    def amount(self, deposit: Deposit) -> str:
        return money(deposit.amount_cents, deposit.currency)


@admin.register(PriceAdjustment)
class PriceAdjustmentAdmin(ReadOnlyAdmin[PriceAdjustment]):
    codes = AdminCodes(view="booking.read")
    station_lookups = ("booking__station",)
    list_select_related = ("booking", "rule")
    list_display = ("reference_of", "kind", "rule_name", "amount", "created_at")
    list_filter = (("kind", ChoicesFilter),)
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference"

    @admin.display(description="Booking", ordering="booking__reference")
    def reference_of(self, adjustment: PriceAdjustment) -> str:
        return str(adjustment.booking.reference)

    @admin.display(description="Rule")
    def rule_name(self, adjustment: PriceAdjustment) -> str:
        return adjustment.rule.name if adjustment.rule else "-"

    @admin.display(description="Amount", ordering="amount_cents")
    def amount(self, adjustment: PriceAdjustment) -> str:
        return money(adjustment.amount_cents, adjustment.currency)

"""Slots kept while the agreement is signed and the deposit paid."""

from decimal import Decimal

from django.contrib import admin
from django.utils.safestring import SafeString

from bookings.admin.booking_money import CENTS, DepositForm, MoneyField
from bookings.admin.labels import hold_badge
from bookings.enums import LIVE_HOLD_STATUSES, HoldStatus
from bookings.models import ReservationHold
from bookings.services.holds import cancel_hold, convert_hold, pay_hold
from common.admin.actions import ActionCall, ObjectAction
from common.admin.codes import AdminCodes
from common.admin.display import local_time, money
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter


class HoldDepositForm(DepositForm):
    amount = MoneyField(label="Amount in dollars", min_value=Decimal(0))
    field_order = ("amount", "method", "reference")

    def prepare(self) -> None:
        if isinstance(self.obj, ReservationHold):
            self.fields["amount"].initial = Decimal(self.obj.deposit_cents) / CENTS
            asked = money(self.obj.deposit_cents, self.obj.currency)
            self.fields["amount"].help_text = f"The deposit is {asked}; what comes above it counts too."


class PayHold(ObjectAction[ReservationHold]):
    name = "deposit-received"
    label = "Deposit received"
    icon = "payments"
    code = "payment.record"
    form_class = HoldDepositForm
    explanation = "Books the party at once and confirms it: the agreement is signed and the deposit is here."

    def is_offered(self, obj: ReservationHold) -> bool:
        return bool(obj.status == HoldStatus.SIGNED)

    def run(self, call: ActionCall[ReservationHold]) -> str:
        booking = pay_hold(
            hold=call.obj,
            amount_cents=MoneyField.cents(call.data["amount"]),
            method=call.data["method"],
            reference=call.data["reference"],
            by=call.by,
            at=call.at,
            expected_updated_at=call.seen_at,
        )
        return f"{booking.reference} is booked and confirmed."


class CancelHold(ObjectAction[ReservationHold]):
    name = "cancel"
    label = "Cancel hold"
    icon = "cancel"
    code = "hold.manage"
    destructive = True
    explanation = "The slot is free for others at once."

    def is_offered(self, obj: ReservationHold) -> bool:
        return obj.status in LIVE_HOLD_STATUSES

    def run(self, call: ActionCall[ReservationHold]) -> str:
        cancel_hold(hold=call.obj, by=call.by, at=call.at, expected_updated_at=call.seen_at)
        return "The hold is cancelled and its slot free."


class ConvertHold(ObjectAction[ReservationHold]):
    name = "convert"
    label = "Make it a booking"
    icon = "event_available"
    code = "hold.manage"
    explanation = "Books the party without waiting for the deposit; the booking then asks for it."

    def is_offered(self, obj: ReservationHold) -> bool:
        return bool(obj.status == HoldStatus.SIGNED)

    def run(self, call: ActionCall[ReservationHold]) -> str:
        booking = convert_hold(hold=call.obj, by=call.by, at=call.at, expected_updated_at=call.seen_at)
        return f"{booking.reference} is booked."


@admin.register(ReservationHold)
class ReservationHoldAdmin(ReadOnlyAdmin[ReservationHold]):
    codes = AdminCodes(view="hold.manage")
    station_lookups = ("station",)
    unrevealed = frozenset({"request"})
    contact_search = {"email": "email_bidx", "phone": "phone_bidx"}
    object_actions = (PayHold, ConvertHold, CancelHold)
    list_select_related = ("station", "converted_to_booking")
    list_display = ("slot_taken", "station_code", "state", "guests", "deposit", "ends", "became")
    list_filter = (("status", ChoicesFilter), ("station", ScopedRelatedFilter), ("date", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=converted_to_booking__reference",)
    search_help_text = "E-mail, phone or booking reference"
    fieldsets = (
        (
            None,
            {"fields": ("state", "slot_taken", "station", "lane", "ends", "cancellation_reason", "became")},
        ),
        ("Contact", {"fields": ("name_masked", "email_masked", "phone_masked", "customer", "sms_consent")}),
        ("Party", {"fields": ("party_adults", "party_kids", "party_toddlers", "deposit")}),
        (
            "Agreement",
            {
                "fields": (
                    "signing_link_sent_at",
                    "signing_deadline_at",
                    "signing_warning_sent_at",
                    "agreement_signed_at",
                    "agreement_version",
                    "signer_name_masked",
                )
            },
        ),
        (
            "Deposit",
            {
                "fields": (
                    "payment_deadline_at",
                    "payment_warning_sent_at",
                    "deposit_paid_at",
                    "deposit_payment_method",
                    "deposit_payment_reference",
                )
            },
        ),
    )

    @admin.display(description="Slot", ordering="starts_at")
    def slot_taken(self, hold: ReservationHold) -> str:
        return local_time(hold.starts_at, hold.station.timezone)

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, hold: ReservationHold) -> str:
        return str(hold.station.code)

    @admin.display(description="State", ordering="status")
    def state(self, hold: ReservationHold) -> SafeString:
        return hold_badge(hold)

    @admin.display(description="Guests")
    def guests(self, hold: ReservationHold) -> int:
        return hold.party_adults + hold.party_kids + hold.party_toddlers

    @admin.display(description="Deposit", ordering="deposit_cents")
    def deposit(self, hold: ReservationHold) -> str:
        return money(hold.deposit_cents, hold.currency)

    @admin.display(description="Deadline", ordering="expires_at")
    def ends(self, hold: ReservationHold) -> str:
        return (
            local_time(hold.expires_at, hold.station.timezone) if hold.status in LIVE_HOLD_STATUSES else "-"
        )

    @admin.display(description="Became")
    def became(self, hold: ReservationHold) -> str:
        return str(hold.converted_to_booking.reference) if hold.converted_to_booking else "-"

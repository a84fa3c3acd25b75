"""Coupons: issued here with the terms of RV-7, fixed from then on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from feedback.admin.labels import coupon_badge
from feedback.codes import new_coupon_code
from feedback.enums import ENDED_ESCALATION_STATUSES, CouponReason, DiscountType
from feedback.models import DiscountCoupon

TERMS: Mapping[str, object] = {
    "discount_type": DiscountType.PERCENTAGE,
    "discount_value": 10,
    "max_discount_cents": 10_000,
    "minimum_order_cents": 55_000,
}
"""RV-7: what a coupon says unless somebody decides otherwise."""
VALID_FOR = timedelta(days=180)
LIMITS = ("valid_from", "valid_until", "max_uses")
USE = ("times_used", "used_at", "used_in_booking")


class DiscountCouponForm(RefusableForm):
    class Meta:
        model = DiscountCoupon
        fields = (
            *("station", "customer", "issue_reason", "escalation", "coupon_code", "description"),
            *TERMS,
            *LIMITS,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields.get("issue_reason")
        if isinstance(reason, forms.ChoiceField):
            # RV-6: the third reason stands on imported history only.
            reason.choices = [
                (value, label)
                for value, label in CouponReason.choices
                if value != CouponReason.NEGATIVE_REVIEW
            ]

    def clean_coupon_code(self) -> str:
        return str(self.cleaned_data["coupon_code"]).upper()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        station, customer = self.cleaned_data.get("station"), self.cleaned_data.get("customer")
        if station and customer and customer.station_id != station.pk:
            self.add_error("customer", "The customer is one of another station.")
        reason, escalation = self.cleaned_data.get("issue_reason"), self.cleaned_data.get("escalation")
        if reason == CouponReason.COMPLAINT_RESOLUTION and escalation is None:
            self.add_error("escalation", "A coupon for a complaint needs its settled escalation.")
        if escalation is not None:
            if escalation.status not in ENDED_ESCALATION_STATUSES:
                self.add_error("escalation", "The escalation is not settled yet.")
            if customer and escalation.review.customer_id != customer.pk:
                self.add_error("escalation", "The escalation is one of another customer.")
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """Judge the table's rules with the columns that a new coupon has by default."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django's hook, private to its forms
        return excluded - {"status", "times_used"}


@admin.register(DiscountCoupon)
class DiscountCouponAdmin(HouseModelAdmin[DiscountCoupon]):
    codes = AdminCodes(view="coupon.read", add="coupon.issue")
    station_lookups = ("station",)
    form = DiscountCouponForm
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    autocomplete_fields = ("customer", "escalation")
    list_select_related = ("station", "customer")
    list_display = ("coupon_code", "state", "discount", "station_code", "owner", "valid_until", "uses")
    list_filter = (
        ("status", ChoicesFilter),
        ("issue_reason", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("valid_until", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=coupon_code",)
    search_help_text = "Code, e-mail or phone"

    @admin.display(description="Status", ordering="status")
    def state(self, coupon: DiscountCoupon) -> SafeString:
        return coupon_badge(coupon)

    @admin.display(description="Discount", ordering="discount_value")
    def discount(self, coupon: DiscountCoupon) -> str:
        if coupon.discount_type == DiscountType.FIXED_AMOUNT:
            return money(coupon.discount_value, coupon.currency)
        cap = coupon.max_discount_cents
        upto = "" if cap is None else f", at most {money(cap, coupon.currency)}"
        return f"{coupon.discount_value} %{upto}"

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, coupon: DiscountCoupon) -> str:
        return str(coupon.station.code)

    @admin.display(description="Customer", ordering="customer__last_name")
    def owner(self, coupon: DiscountCoupon) -> str:
        return f"{coupon.customer.first_name} {coupon.customer.last_name}"

    @admin.display(description="Used", ordering="times_used")
    def uses(self, coupon: DiscountCoupon) -> str:
        return f"{coupon.times_used} of {coupon.max_uses}"

    def get_fieldsets(self, request: HttpRequest, obj: DiscountCoupon | None = None) -> Any:
        course = () if obj is None else (("Use", {"fields": ("state", *USE, "issued_by", "created_at")}),)
        return (
            (None, {"fields": ("coupon_code", "station", "customer", "description")}),
            ("Reason", {"fields": ("issue_reason", "escalation")}),
            ("Discount", {"fields": tuple(TERMS)}),
            ("Limits", {"fields": LIMITS}),
            *course,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: DiscountCoupon | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "state", *USE, "issued_by"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now = timezone.now()
        return {
            "coupon_code": new_coupon_code(),
            **TERMS,
            "valid_from": now,
            "valid_until": now + VALID_FOR,
            **super().get_changeform_initial_data(request),
        }

    def save_model(self, request: HttpRequest, obj: DiscountCoupon, form: Any, change: bool) -> None:
        obj.issued_by_id = self.actor(request).id
        obj.review_id = obj.escalation.review_id if obj.escalation else None
        super().save_model(request, obj, form, change)

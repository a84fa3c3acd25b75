"""Coupons of one customer at one station (RV-6 to RV-8)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils import timezone

from bookings.models import Booking, Customer
from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from feedback.enums import COMPLAINT_REASONS, CouponReason, CouponStatus, DiscountType
from feedback.models.customer_review import CustomerReview
from feedback.models.review_escalation import ReviewEscalation
from identity.models import Station, User

ACTIVE = Q(status=CouponStatus.ACTIVE)
MAX_PERCENT = 100


class DiscountCouponQuerySet(ScopedQuerySet["DiscountCoupon"]):
    read_code = "coupon.read"
    customer_path = "customer"

    def expired_by(self, at: datetime) -> Self:
        """Active coupons whose time is over, longest over first: to be set to expired."""
        return self.filter(ACTIVE, valid_until__lte=at).order_by("valid_until", "pk")

    def of_customer(self, customer: Customer) -> Self:
        """Coupons of a customer at the customer's own station, newest first (RV-7)."""
        return self.filter(station_id=customer.station_id, customer=customer).order_by("-pk")

    def with_code(self, code: str) -> Self:
        """Find the coupon with the code, however it was typed (RV-8)."""
        return self.filter(coupon_code=code.strip().upper())


class DiscountCoupon(TimestampedModel):
    """A discount for one customer at one station; its code is typed when booking."""

    privacy = Classification(
        public="station customer review escalation issued_by issue_reason coupon_code status "
        "discount_type discount_value max_discount_cents minimum_order_cents valid_from valid_until max_uses "
        "times_used used_at used_in_booking currency metadata",
        personal="description",
    )

    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="discount_coupons",
        db_index=False,
        help_text="The station that honours the coupon.",
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="discount_coupons",
        help_text="The only customer who may use it.",
    )
    review = models.ForeignKey(
        CustomerReview,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="discount_coupons",
        help_text="The review whose complaint it makes good.",
    )
    escalation = models.ForeignKey(
        ReviewEscalation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="discount_coupons",
        help_text="The settled escalation it belongs to.",
    )
    issued_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_issued_by",
        help_text="Who issued it.",
    )
    issue_reason = EnumField(CouponReason, help_text="Why it was issued.")
    coupon_code = models.CharField(max_length=50, help_text="What the customer types, in capitals.")
    status = EnumField(CouponStatus, default=CouponStatus.ACTIVE, help_text="Whether it can still be used.")
    description = models.TextField(null=True, blank=True, help_text="What the customer is told about it.")
    discount_type = EnumField(DiscountType, help_text="A percentage or a fixed amount.")
    discount_value = models.IntegerField(help_text="Percent of the base, or cents, by the type.")
    max_discount_cents = CentsField(
        null=True, blank=True, help_text="Most that a percentage takes off, in cents."
    )
    minimum_order_cents = CentsField(
        default=0, db_default=0, help_text="Least base of the booking, in cents."
    )
    valid_from = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="First moment of use."
    )
    valid_until = models.DateTimeField(help_text="End of use.")
    max_uses = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="Uses in all.")
    times_used = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often it was used.")
    used_at = models.DateTimeField(null=True, blank=True, help_text="When it was used last.")
    used_in_booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="discount_coupons",
        help_text="The booking that used it last.",
    )
    currency = CurrencyField(default="USD", help_text="Currency of all amounts, an ISO 4217 code.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the issue, by name."
    )

    objects = DiscountCouponQuerySet.as_manager()

    class Meta:
        db_table = table("feedback", "discount_coupons")
        constraints = [
            models.UniqueConstraint(
                fields=["coupon_code"],
                name="uq_coupons_code",
                violation_error_message="Another coupon has this code.",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=ACTIVE & Q(issue_reason__in=COMPLAINT_REASONS),
                name="uq_coupons_complaint",
                violation_error_message="The customer has an active coupon for a complaint already.",
            ),
            models.CheckConstraint(
                condition=Q(coupon_code=Upper("coupon_code")),
                name="ck_coupons_code",
                violation_error_message="The code is written in capitals.",
            ),
            models.CheckConstraint(
                condition=Q(discount_value__gt=0)
                & (~Q(discount_type=DiscountType.PERCENTAGE) | Q(discount_value__lte=MAX_PERCENT)),
                name="ck_coupons_value",
                violation_error_message="The discount is more than nothing, and at most 100 percent.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")),
                name="ck_coupons_period",
                violation_error_message="The coupon ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__gt=0)
                & Q(times_used__lte=F("max_uses"))
                & (~Q(status=CouponStatus.USED) | Q(times_used=F("max_uses"))),
                name="ck_coupons_uses",
                violation_error_message="A coupon has at least one use.",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "customer"], name="ix_coupons_station_customer"),
            models.Index(fields=["valid_until"], condition=ACTIVE, name="ix_coupons_expiry"),
        ]

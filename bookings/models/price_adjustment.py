"""What rules, coupons and people added to the price of one booking."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual

from bookings.enums import PriceAdjustmentKind
from bookings.models.booking import Booking
from bookings.models.dynamic_pricing_rule import DynamicPricingRule
from common.db import table
from common.fields import CurrencyField, EnumField
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import User


class PriceAdjustment(CreatedModel):
    """A signed amount on top of the menu, such as a rule's effect at the time of booking (Q-5, Q-17)."""

    privacy = Classification(
        public="booking kind rule coupon_code amount_cents applied_by currency",
        personal="reason",
    )

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="price_adjustments", db_index=False
    )
    kind = EnumField(PriceAdjustmentKind)
    rule = models.ForeignKey(
        DynamicPricingRule,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="price_adjustments",
    )
    coupon_code = models.CharField(max_length=50, null=True, blank=True)
    amount_cents = models.IntegerField()
    reason = models.TextField()
    applied_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_applied_by",
    )
    currency = CurrencyField(default="USD")

    class Meta:
        db_table = table("core", "price_adjustments")
        constraints = [
            models.UniqueConstraint(fields=["booking", "rule"], name="uq_adjustments_rule"),
            models.UniqueConstraint(
                fields=["booking"], condition=Q(kind=PriceAdjustmentKind.COUPON), name="uq_adjustments_coupon"
            ),
            models.CheckConstraint(condition=~Q(amount_cents=0), name="ck_adjustments_amount"),
            models.CheckConstraint(
                condition=Q(kind=PriceAdjustmentKind.COUPON, coupon_code__isnull=False)
                | (~Q(kind=PriceAdjustmentKind.COUPON) & Q(coupon_code__isnull=True)),
                name="ck_adjustments_coupon",
            ),
            models.CheckConstraint(
                condition=~Q(kind=PriceAdjustmentKind.MANUAL) | Q(GreaterThanOrEqual(Length("reason"), 10)),
                name="ck_adjustments_reason",
            ),
        ]

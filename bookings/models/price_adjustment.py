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
    """An amount that a rule, a coupon or a person added to the price of one booking, or took off it.

    Such as a rule's effect at the time of booking (Q-5, Q-17).
    """

    privacy = Classification(
        public="booking kind rule coupon_code amount_cents applied_by currency",
        personal="reason",
    )

    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        related_name="price_adjustments",
        db_index=False,
        help_text="Booking whose price it changes.",
    )
    kind = EnumField(
        PriceAdjustmentKind,
        help_text="Where the amount comes from: a rule, a coupon, staff or a fee for a new date.",
    )
    rule = models.ForeignKey(
        DynamicPricingRule,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="price_adjustments",
        help_text="Price rule that gave the amount; empty: another kind, or the limit on all rules.",
    )
    coupon_code = models.CharField(
        max_length=50, null=True, blank=True, help_text="Code of the redeemed coupon; empty for other kinds."
    )
    amount_cents = models.IntegerField(
        help_text="Amount in cents: positive adds, negative takes off; never 0."
    )
    reason = models.TextField(
        help_text="Why the price was changed; at least 10 characters when staff did it."
    )
    applied_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_applied_by",
        help_text="Account that made the change; empty: the system.",
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amount, as a three-letter ISO code.")

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

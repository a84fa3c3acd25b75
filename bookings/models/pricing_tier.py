"""Tiers of the price list: party minimum, adult and kid price."""

from django.db import models
from django.db.models import F, Q

from bookings.enums import PricingTierLevel
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station


class PricingTier(TimestampedModel):
    """Party minimum, adult and kid price; a station's row wins over the company's (NULL)."""

    privacy = Classification(
        public="station name level description base_price_cents price_per_guest_cents kid_price_cents "
        "min_guests max_guests features display_order is_active currency metadata",
    )

    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="pricing_tiers"
    )
    name = models.CharField(max_length=100)
    level = EnumField(PricingTierLevel)
    description = models.TextField(null=True, blank=True)
    base_price_cents = CentsField(help_text="Party minimum (food)")
    price_per_guest_cents = CentsField(help_text="Per adult")
    kid_price_cents = CentsField()
    min_guests = models.PositiveSmallIntegerField(default=1, db_default=1)
    max_guests = models.PositiveSmallIntegerField(default=50, db_default=50)
    features = models.JSONField(default=list, db_default=[], blank=True)
    display_order = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_active = models.BooleanField(default=True, db_default=True)
    currency = CurrencyField(default="USD")
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        db_table = table("core", "pricing_tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "level"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="uq_pricing_tiers_level",
            ),
            models.CheckConstraint(
                condition=Q(min_guests__gte=1) & Q(max_guests__gte=F("min_guests")),
                name="ck_pricing_tiers_guests",
            ),
        ]

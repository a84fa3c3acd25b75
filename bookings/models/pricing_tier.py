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
    """A level of the price list: least food total, adult and kid price.

    A station's row wins over the company's (NULL).
    """

    privacy = Classification(
        public="station name level description base_price_cents price_per_guest_cents kid_price_cents "
        "min_guests max_guests features display_order is_active currency metadata",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pricing_tiers",
        help_text="Station that the tier is for; empty: every station without one of its own.",
    )
    name = models.CharField(max_length=100, help_text="Name that customers read.")
    level = EnumField(
        PricingTierLevel, help_text="Level that a quote names; one active tier per level and station."
    )
    description = models.TextField(
        null=True, blank=True, help_text="What the tier offers, for customers; empty: nothing said."
    )
    base_price_cents = CentsField(help_text="Least food total of a party, in cents.")
    price_per_guest_cents = CentsField(help_text="Food price per adult (13 and older), in cents.")
    kid_price_cents = CentsField(help_text="Food price per kid (6 to 12), in cents.")
    min_guests = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Fewest guests that the tier is for, toddlers included."
    )
    max_guests = models.PositiveSmallIntegerField(
        default=50, db_default=50, help_text="Most guests that the tier is for, toddlers included."
    )
    features = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="What is included, as a JSON list of short texts for customers.",
    )
    display_order = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Place in lists; lower comes first."
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether new quotes may use the tier."
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amounts, as a three-letter ISO code.")
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Facts about the tier that have no column of their own, as JSON.",
    )

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

"""Surcharges and discounts that depend on date, slot and party."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bookings.enums import PriceRuleEffect
from common.db import table
from common.fields import CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station


class DynamicPricingRule(TimestampedModel):
    """A surcharge or discount that applies when every condition that is set matches.

    Follows Q-5.
    """

    privacy = Classification(
        public="station name zone weekdays date_from date_until slots guests_min guests_max "
        "days_ahead_min days_ahead_max effect percent amount_cents priority valid_from "
        "valid_until is_active currency",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dynamic_pricing_rules",
        help_text="Station that the rule is for; empty: every station.",
    )
    name = models.CharField(max_length=100, help_text="Name that customers read on the quote.")
    zone = models.CharField(
        max_length=50, null=True, blank=True, help_text="Zone that the rule is for; empty: any."
    )
    weekdays = ArrayField(
        models.SmallIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Weekdays of the party, 1 for Monday to 7 for Sunday; none: any.",
    )
    date_from = models.DateField(
        null=True, blank=True, help_text="First day of parties it is for; empty: any."
    )
    date_until = models.DateField(
        null=True, blank=True, help_text="Last day of parties it is for; empty: any."
    )
    slots = ArrayField(
        models.TimeField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Local times of day that the rule is for; none: any.",
    )
    guests_min = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Fewest guests, toddlers included; empty: any number."
    )
    guests_max = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most guests, toddlers included; empty: any number."
    )
    days_ahead_min = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Fewest days from the quote to the party; empty: any."
    )
    days_ahead_max = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most days from the quote to the party; empty: any."
    )
    effect = EnumField(PriceRuleEffect, help_text="Whether a percentage or a fixed amount is added.")
    percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Percent of the menu subtotal, negative for a discount; empty: a fixed amount.",
    )
    amount_cents = models.IntegerField(
        null=True, blank=True, help_text="Amount in cents, negative for a discount; empty: a percentage."
    )
    priority = models.PositiveSmallIntegerField(
        default=100,
        db_default=100,
        help_text="Order in which rules are applied and shown; lower comes first.",
    )
    valid_from = models.DateTimeField(
        null=True, blank=True, help_text="Quotes use the rule from this instant on; empty: no beginning."
    )
    valid_until = models.DateTimeField(
        null=True, blank=True, help_text="Quotes use the rule until this instant; empty: no end."
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether new quotes may use the rule."
    )
    currency = CurrencyField(
        default="USD", help_text="Currency of the fixed amount, as a three-letter ISO code."
    )

    class Meta:
        db_table = table("core", "dynamic_pricing_rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(effect=PriceRuleEffect.PERCENT, percent__isnull=False, amount_cents__isnull=True)
                | Q(effect=PriceRuleEffect.FIXED, percent__isnull=True, amount_cents__isnull=False),
                name="ck_pricing_rules_effect",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="ck_pricing_rules_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(date_until__gte=F("date_from"))
                & Q(guests_max__gte=F("guests_min"))
                & Q(days_ahead_max__gte=F("days_ahead_min"))
                & Q(valid_until__gt=F("valid_from")),
                name="ck_pricing_rules_ranges",
            ),
        ]

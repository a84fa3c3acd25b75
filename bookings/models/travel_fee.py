"""What a station charges for the way to the customer."""

from django.db import models
from django.db.models import F, Q

from common.db import table
from common.fields import CentsField, CurrencyField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station


class TravelFeeConfiguration(TimestampedModel):
    """What a station charges for the way to the customer.

    Without a point trips start at the station's own.
    """

    privacy = Classification(
        public="station latitude longitude free_miles price_per_mile_cents max_service_distance "
        "is_active settings notes currency",
    )

    station = models.OneToOneField(
        Station,
        on_delete=models.CASCADE,
        related_name="travel_fee_configuration",
        help_text="Station that charges for the way; it has one row.",
    )
    latitude = models.DecimalField(
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        help_text="Where trips start, degrees north; empty: at the station's own point.",
    )
    longitude = models.DecimalField(
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        help_text="Where trips start, degrees east; empty: at the station's own point.",
    )
    free_miles = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=30,
        db_default=30,
        help_text="Road miles, one way, that cost nothing.",
    )
    price_per_mile_cents = CentsField(
        default=200, db_default=200, help_text="Price in cents of each road mile above the free ones."
    )
    max_service_distance = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        default=150,
        db_default=150,
        help_text="Farthest road miles that the station goes; empty: no limit.",
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether these terms count; switched off, the usual ones do."
    )
    settings = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further terms as JSON; {} for none."
    )
    notes = models.TextField(null=True, blank=True, help_text="Internal remarks; empty: none.")
    currency = CurrencyField(default="USD", help_text="Currency of the price, as a three-letter ISO code.")

    class Meta:
        db_table = table("core", "travel_fee_configurations")
        constraints = [
            models.CheckConstraint(
                condition=Q(free_miles__gte=0)
                & (Q(max_service_distance__isnull=True) | Q(max_service_distance__gte=F("free_miles"))),
                name="ck_travel_fee_miles",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="ck_travel_fee_point",
            ),
        ]

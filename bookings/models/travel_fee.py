"""What a station charges for the way to the customer."""

from django.db import models
from django.db.models import F, Q

from common.db import table
from common.fields import CentsField, CurrencyField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station


class TravelFeeConfiguration(TimestampedModel):
    """How a station charges for the way; without a point trips start at the station's own."""

    privacy = Classification(
        public="station latitude longitude free_miles price_per_mile_cents max_service_distance "
        "is_active settings notes currency",
    )

    station = models.OneToOneField(Station, on_delete=models.CASCADE, related_name="travel_fee_configuration")
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    free_miles = models.DecimalField(max_digits=6, decimal_places=2, default=30, db_default=30)
    price_per_mile_cents = CentsField(default=200, db_default=200)
    max_service_distance = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, default=150, db_default=150
    )
    is_active = models.BooleanField(default=True, db_default=True)
    settings = models.JSONField(default=dict, db_default={}, blank=True)
    notes = models.TextField(null=True, blank=True)
    currency = CurrencyField(default="USD")

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

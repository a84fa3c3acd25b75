from django.conf import settings as django_settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.enums import GeocodeStatus, StationRole, StationStatus


class Station(TimestampedModel):
    """A place of business with its own slots, prices and staff; read its JSON through `station_settings`."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    display_name = models.CharField(max_length=200)
    email = models.EmailField(max_length=255)
    phone = models.CharField(max_length=20)
    address_line1 = models.CharField(max_length=255)
    address_line2 = models.CharField(max_length=255, null=True, blank=True)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    country = models.CharField(max_length=2, default="US", db_default="US")
    timezone = models.CharField(
        max_length=50, default="America/Los_Angeles", db_default="America/Los_Angeles", help_text="IANA name"
    )
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    geocode_status = EnumField(GeocodeStatus, default=GeocodeStatus.PENDING)
    geocoded_at = models.DateTimeField(null=True, blank=True)
    status = EnumField(StationStatus, default=StationStatus.ACTIVE)
    slot_capacity = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="lanes per slot (S-2)"
    )
    max_concurrent_bookings = models.PositiveIntegerField(default=10, db_default=10)
    booking_lead_time_hours = models.PositiveIntegerField(
        default=24, db_default=24, help_text="for staff (S-4)"
    )
    service_area_radius = models.PositiveIntegerField(null=True, blank=True, help_text="miles")
    escalation_radius_miles = models.PositiveIntegerField(default=150, db_default=150)
    business_hours = models.JSONField(default=dict, db_default={}, blank=True)
    branding_config = models.JSONField(default=dict, db_default={}, blank=True)
    settings = models.JSONField(default=dict, db_default={}, blank=True)

    privacy = Classification(
        public="code name display_name email phone address_line1 address_line2 city state postal_code country"
        " timezone latitude longitude geocode_status geocoded_at status slot_capacity max_concurrent_bookings"
        " booking_lead_time_hours service_area_radius escalation_radius_miles business_hours branding_config"
        " settings"
    )

    class Meta:
        db_table = table("identity", "stations")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="ix_identity_stations_code"),
            models.UniqueConstraint(fields=["email"], name="ix_identity_stations_email"),
            models.CheckConstraint(condition=Q(slot_capacity__gte=1), name="ck_stations_slot_capacity"),
            models.CheckConstraint(
                condition=Q(max_concurrent_bookings__gte=1), name="ck_stations_max_concurrent"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="ck_stations_point",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.display_name}"


class StationUser(TimestampedModel):
    """A link that lets an account act at a station; live as R-3 says."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="station_users",
        db_index=False,
    )
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="station_users", db_index=False
    )
    role = EnumField(StationRole, default=StationRole.CUSTOMER_SUPPORT)
    additional_permissions = models.JSONField(default=list, db_default=[], blank=True)
    assigned_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_by",
    )
    assigned_at = models.DateTimeField(default=timezone.now, db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)
    is_primary_station = models.BooleanField(default=False, db_default=False)

    privacy = Classification(
        public="user station role additional_permissions assigned_by assigned_at expires_at is_active "
        "is_primary_station"
    )

    class Meta:
        db_table = table("identity", "station_users")
        constraints = [
            models.UniqueConstraint(fields=["user", "station"], name="uq_station_users"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_primary_station=True), name="uq_station_users_primary"
            ),
        ]
        indexes = [models.Index(fields=["station", "is_active"], name="ix_station_users_station")]

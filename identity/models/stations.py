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
    """A place of business with its own slots, prices and staff.

    Read its JSON through `station_settings`.
    """

    code = models.CharField(
        max_length=20, help_text="Unique short code of the station, such as ST-CITY-001; fixed once given."
    )
    name = models.CharField(max_length=100, help_text="Name within the company.")
    display_name = models.CharField(max_length=200, help_text="Name that customers read.")
    email = models.EmailField(
        max_length=255, help_text="Address that customers write to; unique among stations."
    )
    phone = models.CharField(max_length=20, help_text="Number that customers call.")
    address_line1 = models.CharField(max_length=255, help_text="Street and number.")
    address_line2 = models.CharField(
        max_length=255, null=True, blank=True, help_text="Suite, floor or building; empty: none."
    )
    city = models.CharField(max_length=100, help_text="City of the station's address.")
    state = models.CharField(max_length=2, help_text="Two-letter code of the US state.")
    postal_code = models.CharField(max_length=10, help_text="ZIP code of the station's address.")
    country = models.CharField(
        max_length=2, default="US", db_default="US", help_text="Two-letter ISO code of the country."
    )
    timezone = models.CharField(
        max_length=50,
        default="America/Los_Angeles",
        db_default="America/Los_Angeles",
        help_text="IANA name of the zone that all local dates and times of the station are in.",
    )
    latitude = models.DecimalField(
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        help_text="Degrees north, -90 to 90; empty, like the longitude, while the point is unknown.",
    )
    longitude = models.DecimalField(
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        help_text="Degrees east, -180 to 180; empty, like the latitude, while the point is unknown.",
    )
    geocode_status = EnumField(
        GeocodeStatus,
        default=GeocodeStatus.PENDING,
        help_text="Whether the point of the address has been looked up.",
    )
    geocoded_at = models.DateTimeField(
        null=True, blank=True, help_text="When the point was looked up; empty: not yet."
    )
    status = EnumField(
        StationStatus,
        default=StationStatus.ACTIVE,
        help_text="Only active stations take bookings; an inactive one is closed for good, its data stay.",
    )
    slot_capacity = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        help_text="Parties that the station can serve in one slot; each takes one lane.",
    )
    max_concurrent_bookings = models.PositiveIntegerField(
        default=10,
        db_default=10,
        help_text="Parties that the station wants to serve at a time at most; a figure for planning.",
    )
    booking_lead_time_hours = models.PositiveIntegerField(
        default=24, db_default=24, help_text="Hours of notice that bookings made by staff need."
    )
    service_area_radius = models.PositiveIntegerField(
        null=True, blank=True, help_text="Miles around the station that it calls its area; empty: not stated."
    )
    escalation_radius_miles = models.PositiveIntegerField(
        default=150,
        db_default=150,
        help_text="Miles around the station within which new leads are given to it.",
    )
    business_hours = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text='Like {"monday": {"open": "11:00", "close": "22:00"}}; {}: every day 11 to 22.',
    )
    branding_config = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Looks of the station, such as colours and logo, as a JSON object; {}: the company's.",
    )
    settings = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Rules of the station as JSON: slots, public_lead_time_hours, blackout_dates, "
        "deposit_cents, reschedule_fee_cents, tax_rate_bps, card_fee, quiet_hours, alert_emails; what is "
        "left out has its default.",
    )

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
    """A link that lets an account act at a station.

    Live as R-3 says.
    """

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="station_users",
        db_index=False,
        help_text="Account that may act at the station.",
    )
    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="station_users",
        db_index=False,
        help_text="Station at which the account may act.",
    )
    role = EnumField(
        StationRole,
        default=StationRole.CUSTOMER_SUPPORT,
        help_text="Role that the account has at this station only.",
    )
    additional_permissions = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text='Rights beyond the role, as a JSON list of codes like ["chef.manage"].',
    )
    assigned_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_by",
        help_text="Who made the link; empty for the system.",
    )
    assigned_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the link was made."
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="From this instant on the link counts no more; empty: without end."
    )
    is_active = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether the link counts; switched off, the account cannot act here.",
    )
    is_primary_station = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether this is the account's home station; it has at most one.",
    )

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

"""Phone calls as the provider tells them (M-3)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import Direction
from bookings.models import Booking, Customer
from bookings.models.querysets import ScopedQuerySet
from common.crypto.blind_index import blind_indexes
from common.crypto.fields import BlindIndexField, EncryptedPhoneField, EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from communications.models import CallRecording
from identity.models import Station
from integra.enums import CallStatus


class CallSessionQuerySet(ScopedQuerySet["CallSession"]):
    read_code = "call.read"
    has_company_rows = True

    def with_phone(self, phone: str) -> Self:
        """Keep the calls of a phone number, the newest first; ValueError for an impossible one."""
        return self.filter(phone_bidx__in=blind_indexes(phone, kind="phone")).order_by("-started_at", "-pk")

    def of_station(self, station: Station, since: datetime) -> Self:
        """Keep a station's calls since an instant, the newest first."""
        return self.filter(station=station, started_at__gte=since).order_by("-started_at", "-pk")


class CallSession(TimestampedModel):
    """One phone call, in or out, and what came of it."""

    privacy = Classification(
        public="station customer booking recording direction status started_at ended_at "
        "duration_seconds outcome",
        personal="ringcentral_call_id phone phone_bidx transcript",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="call_sessions",
        db_index=False,
        help_text="The station that was called or that called; empty for the company.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_sessions",
        help_text="The customer whose number it is, where known.",
    )
    booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_sessions",
        help_text="The customer's booking nearest to the call, within 24 hours.",
    )
    recording = models.ForeignKey(
        CallRecording,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_sessions",
        help_text="The recording of the call.",
    )
    ringcentral_call_id = models.CharField(
        max_length=255, null=True, blank=True, help_text="The provider's own key of the call, unique."
    )
    direction = EnumField(Direction, help_text="Whether the call came in or went out.")
    status = EnumField(
        CallStatus, default=CallStatus.INITIATED, help_text="How far the call has come, or how it ended."
    )
    phone = EncryptedPhoneField(help_text="Number at the other end, encrypted.")
    phone_bidx = BlindIndexField(
        source="phone", kind="phone", help_text="Keyed hash by which the number is found."
    )
    started_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the call began."
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the call ended.")
    duration_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="Length of the call, in seconds."
    )
    outcome = models.CharField(
        max_length=50, null=True, blank=True, help_text="What came of the call, in a word of staff."
    )
    transcript = EncryptedTextField(null=True, blank=True, help_text="What was said, in writing, encrypted.")

    objects = CallSessionQuerySet.as_manager()

    class Meta:
        db_table = table("integra", "call_sessions")
        constraints = [
            models.UniqueConstraint(fields=["ringcentral_call_id"], name="uq_call_sessions_provider"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="ck_call_sessions_ended"),
        ]
        indexes = [
            models.Index(fields=["phone_bidx", "started_at"], name="ix_call_sessions_phone"),
            models.Index(fields=["station", "started_at"], name="ix_call_sessions_station"),
        ]

"""Scans of QR codes and what came of them (QR-2 to QR-5)."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from bookings.models import Booking
from common.actors import Actor
from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField, HexField
from common.models import CreatedModel
from common.privacy import Classification
from marketing.enums import DeviceType
from marketing.models.qr_code import QrCode

ATTRIBUTION_WINDOW = timedelta(days=30)


class QrScanQuerySet(models.QuerySet["QrScan"]):
    def visible_to(self, actor: Actor, code: str = "") -> Self:
        """Keep the scans of codes that the actor may reach with the permission code (default: qr.read)."""
        return self.filter(qr_code__in=QrCode.objects.visible_to(actor, code))

    def attributable(self, session_id: str, *, at: datetime) -> Self:
        """Keep the session's scans by people that may still be credited, last first (QR-4)."""
        return self.filter(
            session_id=session_id,
            scanned_at__gt=at - ATTRIBUTION_WINDOW,
            scanned_at__lte=at,
            is_bot=False,
        ).order_by("-scanned_at", "-pk")

    def of_code(self, code: QrCode) -> Self:
        """Return the scans of one code, last first (QR-5)."""
        return self.filter(qr_code=code).order_by("-scanned_at", "-pk")


class QrScan(CreatedModel):
    """One scan of a code, and the lead and the booking that are credited to it."""

    privacy = Classification(
        public="qr_code scanned_at device_type is_bot os browser referrer_host converted_to_lead "
        "converted_to_booking lead_ref booking conversion_value_cents currency",
        personal="session_id ip_hash metadata",
    )

    qr_code = models.ForeignKey(
        QrCode,
        on_delete=models.CASCADE,
        related_name="qr_scans",
        db_index=False,
        help_text="The code that was scanned.",
    )
    session_id = HexField(help_text="SHA-256 of the visitor's cookie.")
    ip_hash = BlindIndexField(kind="ip", help_text="Keyed hash of the visitor's address.")
    scanned_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When it was scanned."
    )
    device_type = EnumField(DeviceType, default=DeviceType.UNKNOWN, help_text="What it was scanned with.")
    is_bot = models.BooleanField(
        default=False, db_default=False, help_text="A program, not a person: kept, but not counted."
    )
    os = models.CharField(
        "operating system", max_length=50, null=True, blank=True, help_text="Operating system of the device."
    )
    browser = models.CharField(max_length=50, null=True, blank=True, help_text="Browser of the device.")
    referrer_host = models.CharField(
        max_length=255, null=True, blank=True, help_text="Host of the page that the visitor came from."
    )
    converted_to_lead = models.BooleanField(
        default=False, db_default=False, help_text="A lead came of this scan."
    )
    converted_to_booking = models.BooleanField(
        default=False, db_default=False, help_text="A confirmed booking came of this scan."
    )
    lead_ref = models.UUIDField(
        null=True, blank=True, help_text="Key of the lead; a plain reference into the app next door."
    )
    booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="qr_scans",
        db_index=False,
        help_text="The confirmed booking.",
    )
    conversion_value_cents = CentsField(
        null=True, blank=True, help_text="Total of the booking when it was confirmed, in cents."
    )
    currency = CurrencyField(default="USD", help_text="Currency of the value, an ISO 4217 code.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the scan, by name."
    )

    objects = QrScanQuerySet.as_manager()

    class Meta:
        db_table = table("marketing", "qr_scans")
        verbose_name = "QR scan"
        constraints = [
            models.UniqueConstraint(fields=["lead_ref"], name="uq_qr_scans_lead"),
            models.UniqueConstraint(fields=["booking"], name="uq_qr_scans_booking"),
        ]
        indexes = [
            models.Index(fields=["qr_code", "scanned_at"], name="ix_qr_scans_code_time"),
            models.Index(fields=["session_id", "scanned_at"], name="ix_qr_scans_session"),
        ]

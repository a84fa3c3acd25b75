"""QR codes on paper, cars and banners (QR-1)."""

from typing import Self

from django.db import models
from django.db.models import Q

from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station, User
from marketing.enums import QrCodeType


class QrCodeQuerySet(ScopedQuerySet["QrCode"]):
    read_code = "qr.read"
    has_company_rows = True

    def with_code(self, code: str) -> Self:
        """Find the code, however it was typed (QR-1)."""
        return self.filter(code=code.upper())


class QrCode(TimestampedModel):
    """A printed code and where it leads; without a station it belongs to the company."""

    privacy = Classification(
        public="station code type name description destination_url campaign_name is_active scan_count "
        "last_scanned_at created_by metadata",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="qr_codes",
        help_text="The station it advertises; empty for the company.",
    )
    code = models.CharField(
        max_length=20, help_text="What stands in the printed address: 4 to 20 capitals and digits."
    )
    type = EnumField(QrCodeType, help_text="What the code is printed on or made for.")
    name = models.CharField(max_length=255, help_text="How staff call the code.")
    description = models.TextField(null=True, blank=True, help_text="What staff should know about it.")
    destination_url = models.CharField(
        max_length=1000, help_text="Where it leads: an https address, or a path of our own site."
    )
    campaign_name = models.CharField(
        max_length=100, null=True, blank=True, help_text="The campaign that it belongs to."
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Off: scans lead to the fallback page and are not counted."
    )
    scan_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Scans by people; bots are not counted."
    )
    last_scanned_at = models.DateTimeField(null=True, blank=True, help_text="When it was scanned last.")
    created_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_created_by",
        help_text="Who made the code.",
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts about the code, by name."
    )

    objects = QrCodeQuerySet.as_manager()

    class Meta:
        db_table = table("marketing", "qr_codes")
        verbose_name = "QR code"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="uq_qr_codes_code", violation_error_message="This code is in use."
            ),
            models.CheckConstraint(
                condition=Q(code__regex="^[A-Z0-9]{4,20}$"),
                name="ck_qr_codes_code",
                violation_error_message="A code has 4 to 20 capitals and digits.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)

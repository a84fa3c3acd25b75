"""What a customer signs (H-2): a text per version and station, known by its SHA-256.

A version's text is never changed, since signatures name it: new terms are a new file and the new CURRENT. A
former version stays for those who read it before.
"""

import hashlib
from dataclasses import dataclass

from django.template.loader import render_to_string

from bookings.deadlines import CUSTOMER_NOTICE, REFUND_DAYS
from bookings.services.words import money
from common.exceptions import FieldError, ValidationFailed
from identity.models import Station
from identity.selectors.station_settings import station_settings

CURRENT = "2026-11"
VERSIONS = (CURRENT,)
CURRENCY = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The terms of one station as a person reads them."""

    version: str
    text: str

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text in UTF-8, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def agreement_of(station: Station, version: str = CURRENT) -> Agreement:
    """Return the text of a version with the station's figures of today."""
    terms = station_settings(station)
    text = render_to_string(
        f"bookings/agreements/{version}.txt",
        {
            "station": station.display_name,
            "version": version,
            "deposit": money(terms.deposit_cents, CURRENCY),
            "reschedule_fee": money(terms.reschedule_fee_cents, CURRENCY),
            "refund_days": REFUND_DAYS,
            "notice_hours": int(CUSTOMER_NOTICE.total_seconds() // 3600),
        },
    )
    return Agreement(version=version, text=text.strip() + "\n")


def check_signed_text(station: Station, *, version: str, text_hash: str) -> None:
    """Refuse a signature under a version that we never showed, or under a text that differs from it."""
    if version not in VERSIONS:
        message = "There is no such version: read the agreement at /public/policies."
        raise ValidationFailed([FieldError("/agreement_version", "invalid", message)])
    if text_hash.lower() != agreement_of(station, version).text_hash:
        message = "This is not the text of that version: read it again at /public/policies."
        raise ValidationFailed([FieldError("/agreement_text_hash", "invalid", message)])

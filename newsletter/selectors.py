"""Reads of the ledgers of contacts."""

from datetime import datetime

from bookings.enums import DeliveryChannel
from newsletter.enums import ConsentPurpose
from newsletter.models import ConsentRecord


def find_consent(
    *, contact: str, channel: DeliveryChannel, purpose: ConsentPurpose, at: datetime
) -> ConsentRecord | None:
    """Return what a contact had said last by an instant, None when nothing; proves the consent then (N-1)."""
    return ConsentRecord.objects.about(contact, channel, purpose).until(at).first()

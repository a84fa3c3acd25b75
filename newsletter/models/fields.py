"""Column kinds that the tables of schema newsletter share, and contacts as their ledgers know them."""

from typing import TYPE_CHECKING, Any

from django.db import models

from bookings.enums import DeliveryChannel
from common.crypto.blind_index import blind_indexes

if TYPE_CHECKING:
    from datetime import datetime

CONTACT_KINDS = {DeliveryChannel.EMAIL: "email", DeliveryChannel.SMS: "phone"}
"""Which kind of contact a channel reaches."""


def contact_indexes(contact: str, channel: DeliveryChannel) -> list[bytes]:
    """Return the blind index of a contact under every key; ValueError for one the channel cannot reach."""
    return blind_indexes(contact, kind=CONTACT_KINDS[channel])


def counter_field(help_text: str, label: str | None = None) -> "models.PositiveIntegerField[int, int]":
    """Return a column that counts from 0 (`nat`)."""
    return models.PositiveIntegerField(label, default=0, db_default=0, help_text=help_text)


def instant_field(
    help_text: str, label: str | None = None
) -> "models.DateTimeField[str | datetime | None, datetime | None]":
    """Return an instant that is empty until it has come (`ts?`)."""
    return models.DateTimeField(label, null=True, blank=True, help_text=help_text)


def rate_field(help_text: str, label: str) -> "models.DecimalField[Any, Any]":
    """Return a percentage with two decimals that is empty until it was computed (`num(5,2)?`)."""
    return models.DecimalField(
        label, max_digits=5, decimal_places=2, null=True, blank=True, help_text=help_text
    )

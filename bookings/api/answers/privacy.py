"""Shapes of a person's data: history, export, receipt (P-5, P-6)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers


class HappeningAnswer(serializers.Serializer[Any]):
    """One line of a customer's history; the particulars are codes, and for staff."""

    examples: ClassVar[Mapping[str, Any]] = {"what": "booking.created", "table": "core.bookings"}

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="booking.created, payment.recorded, message, ...")
    table = serializers.CharField(help_text="Where the row is kept")
    id = serializers.CharField()
    station_id = serializers.UUIDField(allow_null=True)
    details = serializers.DictField(allow_null=True)


class ExportAnswer(serializers.Serializer[Any]):
    """All rows about a person, by table, in clear text."""

    exported_at = serializers.DateTimeField()
    customers = serializers.ListField(child=serializers.UUIDField(), help_text="Keys of the customer rows")
    accounts = serializers.ListField(child=serializers.UUIDField(), help_text="Keys of the accounts")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table")
    tables = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))


class ReceiptAnswer(serializers.Serializer[Any]):
    """Proof of an erasure, signed with the key of the house."""

    customer_id = serializers.UUIDField()
    erased_at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table")
    signature = serializers.CharField()


class RequestedAnswer(serializers.Serializer[Any]):
    """What becomes of the wish to be forgotten."""

    due_at = serializers.DateTimeField(help_text="By when staff settle it")

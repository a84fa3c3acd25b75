"""Scans that led to a person's lead or party (P-6): they count on, nobody is behind them."""

import secrets
from typing import Any

from django.db.models import Q, QuerySet

from events.subjects import Overwrite, Subject, SubjectTable, empty, gone
from marketing.models import QrScan


def _scans(subject: Subject) -> QuerySet[QrScan]:
    led = Q(lead_ref__in=subject.keys("leads.lead")) | Q(booking__in=subject.keys("bookings.booking"))
    return QrScan.objects.filter(led)


def _nobody(_former: Any) -> str:
    """Return a session that no visitor has."""
    return secrets.token_hex(32)


TABLES = (
    SubjectTable(
        model=QrScan,
        rows=_scans,
        erase=Overwrite(values={"session_id": _nobody, "ip_hash": gone, "metadata": empty}),
        follows=True,
    ),
)

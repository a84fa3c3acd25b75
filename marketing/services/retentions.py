"""How long scans are kept (section 14)."""

from events.retention import Retention
from marketing.models import QrScan

RETENTIONS = (
    Retention(
        name="marketing.qr_scans",
        model=QrScan,
        days=395,
        does="deletes old scans; the count of the code stays",
        due=lambda before: QrScan.objects.filter(scanned_at__lt=before),
    ),
)

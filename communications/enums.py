"""Values of the columns of schema communications (data model, section 3)."""

from django.db.models import TextChoices


class RecordingType(TextChoices):
    INBOUND = "inbound", "Inbound"
    OUTBOUND = "outbound", "Outbound"
    INTERNAL = "internal", "Internal"


class RecordingStatus(TextChoices):
    PENDING = "pending", "Pending"
    DOWNLOADING = "downloading", "Downloading"
    AVAILABLE = "available", "Available"
    ARCHIVED = "archived", "Archived"
    DELETED = "deleted", "Deleted"
    ERROR = "error", "Download failed"


STORED_STATUSES = (RecordingStatus.AVAILABLE, RecordingStatus.ARCHIVED)
"""M-4: a recording in one of these has its file in our storage."""

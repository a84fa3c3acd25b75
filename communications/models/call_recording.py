"""Recordings of phone calls: fetched, kept for a while, purged (M-4, M-5)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from bookings.models import Booking, Customer
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField, RatioField
from common.models import TimestampedModel
from common.privacy import Classification
from communications.enums import STORED_STATUSES, RecordingStatus, RecordingType
from identity.models import Station, User
from support.models import Escalation

RETENTION_DAYS = 90
PURGEABLE = Q(deleted_at__isnull=True, legal_hold=False)


class CallRecordingQuerySet(ScopedQuerySet["CallRecording"]):
    read_code = "recording.listen"
    has_company_rows = True

    def of_call(self, rc_call_id: str) -> Self:
        """Keep the recordings of one call."""
        return self.filter(rc_call_id=rc_call_id)

    def in_state(self, status: RecordingStatus) -> Self:
        """Keep the recordings of a state, the newest call first."""
        return self.filter(status=status).order_by("-call_started_at", "-pk")

    def to_fetch(self, at: datetime) -> Self:
        """Keep what waits for its download, retries that are due included (M-4)."""
        due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
        return self.filter(due, status=RecordingStatus.PENDING)

    def to_purge(self, at: datetime) -> Self:
        """Keep what is past its retention and not on legal hold, the oldest first (M-4)."""
        return self.filter(PURGEABLE, delete_after__lte=at).order_by("delete_after", "pk")


class CallRecording(TimestampedModel):
    """The recording of one phone call; purging removes its file and transcript and keeps the row."""

    privacy = Classification(
        public="escalation station customer booking recording_type status call_started_at "
        "duration_seconds content_type file_size_bytes transcript_confidence retention_days "
        "delete_after legal_hold download_attempts next_attempt_at downloaded_at archived_at "
        "accessed_count last_accessed_by last_accessed_at storage_bucket error_message",
        personal="rc_call_id rc_recording_id transcript metadata",
        secret="rc_recording_uri storage_key",  # noqa: S106 -- names of columns
    )

    escalation = models.ForeignKey(
        Escalation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_recordings",
        help_text="The escalation the call was about.",
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="call_recordings",
        help_text="The station that was called or that called; empty for the company.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_recordings",
        help_text="The customer at the other end, where known.",
    )
    booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="call_recordings",
        help_text="The booking the call was about.",
    )
    rc_call_id = models.CharField(max_length=255, help_text="The provider's own key of the call.")
    rc_recording_id = models.CharField(
        max_length=255, help_text="The provider's own key of the recording, unique."
    )
    rc_recording_uri = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address at the provider that the file comes from."
    )
    recording_type = EnumField(RecordingType, default=RecordingType.INBOUND, help_text="Who called whom.")
    status = EnumField(
        RecordingStatus, default=RecordingStatus.PENDING, help_text="Where the recording stands."
    )
    call_started_at = models.DateTimeField(help_text="When the call began.")
    duration_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="Length of the recording, in seconds."
    )
    storage_bucket = models.CharField(
        max_length=255, null=True, blank=True, help_text="Bucket of our storage that holds the file."
    )
    storage_key = models.CharField(
        max_length=500, null=True, blank=True, help_text="Name of the file in the bucket."
    )
    content_type = models.CharField(
        max_length=50, null=True, blank=True, help_text="Media type of the file, such as audio/mpeg."
    )
    file_size_bytes = models.BigIntegerField(null=True, blank=True, help_text="Size of the file, in bytes.")
    transcript = EncryptedTextField(null=True, blank=True, help_text="What was said, in writing, encrypted.")
    transcript_confidence = RatioField(
        null=True, blank=True, help_text="How sure the transcriber is of its text, from 0 to 1."
    )
    retention_days = models.PositiveSmallIntegerField(
        default=RETENTION_DAYS,
        db_default=RETENTION_DAYS,
        help_text="Number of days after the call that the recording is kept.",
    )
    delete_after = models.DateTimeField(help_text="When file and transcript are due to be removed.")
    legal_hold = models.BooleanField(
        default=False, db_default=False, help_text="Whether the recording must not be removed."
    )
    download_attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of times fetching the file was tried."
    )
    next_attempt_at = models.DateTimeField(
        null=True, blank=True, help_text="When fetching the file is tried again."
    )
    downloaded_at = models.DateTimeField(null=True, blank=True, help_text="When the file was fetched.")
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="When the file was moved to slower storage."
    )
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="When file and transcript were removed; the row stays."
    )
    error_message = models.TextField(null=True, blank=True, help_text="Why the last try to fetch it failed.")
    accessed_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of times somebody listened."
    )
    last_accessed_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_last_accessed_by",
        help_text="The employee who listened last.",
    )
    last_accessed_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last listened.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What else the provider told about the call."
    )

    objects = CallRecordingQuerySet.as_manager()

    class Meta:
        db_table = table("communications", "call_recordings")
        constraints = [
            models.UniqueConstraint(fields=["rc_recording_id"], name="uq_recordings_recording"),
            models.CheckConstraint(
                condition=~Q(status__in=STORED_STATUSES) | Q(storage_key__isnull=False),
                name="ck_recordings_available",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RecordingStatus.DELETED,
                    deleted_at__isnull=False,
                    storage_key__isnull=True,
                    transcript__isnull=True,
                    legal_hold=False,
                )
                | (~Q(status=RecordingStatus.DELETED) & Q(deleted_at__isnull=True)),
                name="ck_recordings_deleted",
            ),
        ]
        indexes = [
            models.Index(fields=["rc_call_id"], name="ix_recordings_call"),
            models.Index(fields=["status", "call_started_at"], name="ix_recordings_started"),
            models.Index(fields=["delete_after"], condition=PURGEABLE, name="ix_recordings_purge"),
        ]

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import common.crypto.fields
import common.fields
import common.models
from common.db.operations import CreateSchema


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bookings", "0003_messages_and_platform_reviews"),
        ("identity", "0001_initial"),
        ("support", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateSchema("communications"),
        migrations.CreateModel(
            name="CallRecording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_comment="Key of the row, a UUID of version 7: it grows with time.",
                        db_default=common.models.GenRandomUUID(),
                        default=common.models.uuid7,
                        editable=False,
                        help_text="Key of the row, a UUID of version 7: it grows with time.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    common.models.CreatedAtField(
                        db_comment="When the row was written.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                        help_text="When the row was written.",
                    ),
                ),
                (
                    "updated_at",
                    common.models.UpdatedAtField(
                        db_comment="When the row was last changed.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                        help_text="When the row was last changed.",
                    ),
                ),
                (
                    "rc_call_id",
                    models.CharField(
                        db_comment="The provider's own key of the call.",
                        help_text="The provider's own key of the call.",
                        max_length=255,
                    ),
                ),
                (
                    "rc_recording_id",
                    models.CharField(
                        db_comment="The provider's own key of the recording, unique.",
                        help_text="The provider's own key of the recording, unique.",
                        max_length=255,
                    ),
                ),
                (
                    "rc_recording_uri",
                    models.CharField(
                        blank=True,
                        db_comment="Address at the provider that the file comes from.",
                        help_text="Address at the provider that the file comes from.",
                        max_length=500,
                        null=True,
                    ),
                ),
                (
                    "recording_type",
                    common.fields.EnumField(
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound"), ("internal", "Internal")],
                        db_comment="Who called whom.",
                        db_default="inbound",
                        default="inbound",
                        help_text="Who called whom.",
                        max_length=32,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("pending", "Pending"),
                            ("downloading", "Downloading"),
                            ("available", "Available"),
                            ("archived", "Archived"),
                            ("deleted", "Deleted"),
                            ("error", "Download failed"),
                        ],
                        db_comment="Where the recording stands.",
                        db_default="pending",
                        default="pending",
                        help_text="Where the recording stands.",
                        max_length=32,
                    ),
                ),
                (
                    "call_started_at",
                    models.DateTimeField(db_comment="When the call began.", help_text="When the call began."),
                ),
                (
                    "duration_seconds",
                    models.PositiveIntegerField(
                        blank=True,
                        db_comment="Length of the recording, in seconds.",
                        help_text="Length of the recording, in seconds.",
                        null=True,
                    ),
                ),
                (
                    "storage_bucket",
                    models.CharField(
                        blank=True,
                        db_comment="Bucket of our storage that holds the file.",
                        help_text="Bucket of our storage that holds the file.",
                        max_length=255,
                        null=True,
                    ),
                ),
                (
                    "storage_key",
                    models.CharField(
                        blank=True,
                        db_comment="Name of the file in the bucket.",
                        help_text="Name of the file in the bucket.",
                        max_length=500,
                        null=True,
                    ),
                ),
                (
                    "content_type",
                    models.CharField(
                        blank=True,
                        db_comment="Media type of the file, such as audio/mpeg.",
                        help_text="Media type of the file, such as audio/mpeg.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "file_size_bytes",
                    models.BigIntegerField(
                        blank=True,
                        db_comment="Size of the file, in bytes.",
                        help_text="Size of the file, in bytes.",
                        null=True,
                    ),
                ),
                (
                    "transcript",
                    common.crypto.fields.EncryptedTextField(
                        blank=True,
                        db_comment="What was said, in writing, encrypted.",
                        help_text="What was said, in writing, encrypted.",
                        null=True,
                    ),
                ),
                (
                    "transcript_confidence",
                    common.fields.RatioField(
                        blank=True,
                        db_comment="How sure the transcriber is of its text, from 0 to 1.",
                        decimal_places=2,
                        help_text="How sure the transcriber is of its text, from 0 to 1.",
                        max_digits=3,
                        null=True,
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of days after the call that the recording is kept.",
                        db_default=90,
                        default=90,
                        help_text="Number of days after the call that the recording is kept.",
                    ),
                ),
                (
                    "delete_after",
                    models.DateTimeField(
                        db_comment="When file and transcript are due to be removed.",
                        help_text="When file and transcript are due to be removed.",
                    ),
                ),
                (
                    "legal_hold",
                    models.BooleanField(
                        db_comment="Whether the recording must not be removed.",
                        db_default=False,
                        default=False,
                        help_text="Whether the recording must not be removed.",
                    ),
                ),
                (
                    "download_attempts",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of times fetching the file was tried.",
                        db_default=0,
                        default=0,
                        help_text="Number of times fetching the file was tried.",
                    ),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When fetching the file is tried again.",
                        help_text="When fetching the file is tried again.",
                        null=True,
                    ),
                ),
                (
                    "downloaded_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the file was fetched.",
                        help_text="When the file was fetched.",
                        null=True,
                    ),
                ),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the file was moved to slower storage.",
                        help_text="When the file was moved to slower storage.",
                        null=True,
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When file and transcript were removed; the row stays.",
                        help_text="When file and transcript were removed; the row stays.",
                        null=True,
                    ),
                ),
                (
                    "error_message",
                    models.TextField(
                        blank=True,
                        db_comment="Why the last try to fetch it failed.",
                        help_text="Why the last try to fetch it failed.",
                        null=True,
                    ),
                ),
                (
                    "accessed_count",
                    models.PositiveIntegerField(
                        db_comment="Number of times somebody listened.",
                        db_default=0,
                        default=0,
                        help_text="Number of times somebody listened.",
                    ),
                ),
                (
                    "last_accessed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When somebody last listened.",
                        help_text="When somebody last listened.",
                        null=True,
                    ),
                ),
                (
                    "metadata",
                    models.JSONField(
                        blank=True,
                        db_comment="What else the provider told about the call.",
                        db_default={},
                        default=dict,
                        help_text="What else the provider told about the call.",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The booking the call was about.",
                        help_text="The booking the call was about.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_recordings",
                        to="bookings.booking",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The customer at the other end, where known.",
                        help_text="The customer at the other end, where known.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_recordings",
                        to="bookings.customer",
                    ),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The escalation the call was about.",
                        help_text="The escalation the call was about.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_recordings",
                        to="support.escalation",
                    ),
                ),
                (
                    "last_accessed_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who listened last.",
                        help_text="The employee who listened last.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(app_label)s_%(class)s_last_accessed_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station that was called or that called; empty for the company.",
                        help_text="The station that was called or that called; empty for the company.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_recordings",
                        to="identity.station",
                    ),
                ),
            ],
            options={
                "db_table": '"communications"."call_recordings"',
                "db_table_comment": "The recording of one phone call; purging removes its file and transcript and keeps the row.",
                "indexes": [
                    models.Index(fields=["rc_call_id"], name="ix_recordings_call"),
                    models.Index(fields=["status", "call_started_at"], name="ix_recordings_started"),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("legal_hold", False)),
                        fields=["delete_after"],
                        name="ix_recordings_purge",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("rc_recording_id",), name="uq_recordings_recording"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("available", "archived")), _negated=True),
                            ("storage_key__isnull", False),
                            _connector="OR",
                        ),
                        name="ck_recordings_available",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("deleted_at__isnull", False),
                                ("legal_hold", False),
                                ("status", "deleted"),
                                ("storage_key__isnull", True),
                                ("transcript__isnull", True),
                            ),
                            models.Q(
                                models.Q(("status", "deleted"), _negated=True), ("deleted_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="ck_recordings_deleted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recording_type__in", ["inbound", "outbound", "internal"])),
                        name="ck_communications_call_recordings_recording_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["pending", "downloading", "available", "archived", "deleted", "error"],
                            )
                        ),
                        name="ck_communications_call_recordings_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("transcript_confidence__gte", 0), ("transcript_confidence__lte", 1)
                        ),
                        name="ck_communications_call_recordings_transcript_confidence",
                    ),
                ],
            },
        ),
    ]

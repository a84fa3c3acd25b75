import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import common.crypto.fields
import common.crypto.index_field
import common.fields
import common.models
from common.db.operations import CreateSchema


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bookings", "0003_messages_and_platform_reviews"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateSchema("support"),
        migrations.CreateModel(
            name="Escalation",
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
                    "conversation_id",
                    models.CharField(
                        db_comment="Key of the conversation, in the channel where it was held.",
                        help_text="Key of the conversation, in the channel where it was held.",
                        max_length=255,
                    ),
                ),
                (
                    "customer_name",
                    common.crypto.fields.EncryptedTextField(
                        db_comment="Name of the person, encrypted.",
                        help_text="Name of the person, encrypted.",
                    ),
                ),
                (
                    "customer_phone",
                    common.crypto.fields.EncryptedPhoneField(
                        db_comment="Phone number of the person, encrypted.",
                        help_text="Phone number of the person, encrypted.",
                        max_length=32,
                    ),
                ),
                (
                    "customer_email",
                    common.crypto.fields.EncryptedEmailField(
                        blank=True,
                        db_comment="E-mail address of the person, encrypted.",
                        help_text="E-mail address of the person, encrypted.",
                        max_length=254,
                        null=True,
                    ),
                ),
                (
                    "customer_phone_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the phone number is found.",
                        help_text="Keyed hash by which the phone number is found.",
                        kind="phone",
                        null=True,
                        source="customer_phone",
                    ),
                ),
                (
                    "customer_email_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the e-mail address is found.",
                        help_text="Keyed hash by which the e-mail address is found.",
                        kind="email",
                        null=True,
                        source="customer_email",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        db_comment="Why a person is needed, in 10 to 1,000 characters.",
                        help_text="Why a person is needed, in 10 to 1,000 characters.",
                    ),
                ),
                (
                    "priority",
                    common.fields.EnumField(
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        db_comment="How urgent it is; the deadlines follow from it.",
                        db_default="medium",
                        default="medium",
                        help_text="How urgent it is; the deadlines follow from it.",
                        max_length=32,
                    ),
                ),
                (
                    "method",
                    common.fields.EnumField(
                        choices=[
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("preferred_method", "As the customer prefers"),
                        ],
                        db_comment="How the person wishes to be reached.",
                        db_default="phone",
                        default="phone",
                        help_text="How the person wishes to be reached.",
                        max_length=32,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("pending", "Pending"),
                            ("assigned", "Assigned"),
                            ("in_progress", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                            ("error", "Notice failed"),
                        ],
                        db_comment="Where the escalation stands.",
                        db_default="pending",
                        default="pending",
                        help_text="Where the escalation stands.",
                        max_length=32,
                    ),
                ),
                (
                    "status_before_error",
                    common.fields.EnumField(
                        blank=True,
                        choices=[
                            ("pending", "Pending"),
                            ("assigned", "Assigned"),
                            ("in_progress", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                            ("error", "Notice failed"),
                        ],
                        db_comment="The state to return to once the notice went out; set exactly while it has failed.",
                        help_text="The state to return to once the notice went out; set exactly while it has failed.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "assigned_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When it was given to that employee.",
                        help_text="When it was given to that employee.",
                        null=True,
                    ),
                ),
                (
                    "escalated_at",
                    models.DateTimeField(
                        db_comment="When a person was asked for.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When a person was asked for.",
                    ),
                ),
                (
                    "first_response_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the person was first written to or called.",
                        help_text="When the person was first written to or called.",
                        null=True,
                    ),
                ),
                (
                    "last_customer_response_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the person last wrote or called.",
                        help_text="When the person last wrote or called.",
                        null=True,
                    ),
                ),
                (
                    "resolved_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When it was resolved.",
                        help_text="When it was resolved.",
                        null=True,
                    ),
                ),
                (
                    "sla_due_at",
                    models.DateTimeField(
                        db_comment="When the first answer is due.",
                        help_text="When the first answer is due.",
                        verbose_name="first answer due",
                    ),
                ),
                (
                    "solution_due_at",
                    models.DateTimeField(
                        db_comment="When the solution is due.",
                        help_text="When the solution is due.",
                        verbose_name="solution due",
                    ),
                ),
                (
                    "sla_step",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of overdue alerts raised so far.",
                        db_default=0,
                        default=0,
                        help_text="Number of overdue alerts raised so far.",
                        verbose_name="overdue alerts",
                    ),
                ),
                (
                    "resolution_notes",
                    models.TextField(
                        blank=True,
                        db_comment="What was done; needed to resolve it.",
                        help_text="What was done; needed to resolve it.",
                        null=True,
                    ),
                ),
                (
                    "resume_ai_chat",
                    models.BooleanField(
                        db_comment="Whether the assistant answers again once it is resolved.",
                        db_default=False,
                        default=False,
                        help_text="Whether the assistant answers again once it is resolved.",
                        verbose_name="resume AI chat",
                    ),
                ),
                (
                    "sms_sent",
                    models.BooleanField(
                        db_comment="Whether an SMS went to the person.",
                        db_default=False,
                        default=False,
                        help_text="Whether an SMS went to the person.",
                        verbose_name="SMS sent",
                    ),
                ),
                (
                    "call_initiated",
                    models.BooleanField(
                        db_comment="Whether a call to the person was started.",
                        db_default=False,
                        default=False,
                        help_text="Whether a call to the person was started.",
                    ),
                ),
                (
                    "sms_sent_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last SMS went out.",
                        help_text="When the last SMS went out.",
                        verbose_name="SMS sent at",
                        null=True,
                    ),
                ),
                (
                    "call_initiated_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last call was started.",
                        help_text="When the last call was started.",
                        null=True,
                    ),
                ),
                (
                    "error_message",
                    models.TextField(
                        blank=True,
                        db_comment="Why the notice to staff failed.",
                        help_text="Why the notice to staff failed.",
                        null=True,
                    ),
                ),
                (
                    "retry_count",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of times the notice was tried again.",
                        db_default=0,
                        default=0,
                        help_text="Number of times the notice was tried again.",
                    ),
                ),
                (
                    "metadata",
                    models.JSONField(
                        blank=True,
                        db_comment="What the channel told beside the conversation.",
                        db_default={},
                        default=dict,
                        help_text="What the channel told beside the conversation.",
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who takes care of it.",
                        db_index=False,
                        help_text="The employee who takes care of it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(app_label)s_%(class)s_assigned_to",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The customer, where the person is known as one.",
                        help_text="The customer, where the person is known as one.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalations",
                        to="bookings.customer",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station whose staff take over; empty for the company.",
                        db_index=False,
                        help_text="The station whose staff take over; empty for the company.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="identity.station",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The message thread of the conversation.",
                        help_text="The message thread of the conversation.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalations",
                        to="bookings.messagethread",
                    ),
                ),
            ],
            options={
                "db_table": '"support"."escalations"',
                "db_table_comment": "A conversation that a person has to take over, with its deadlines and how it ended.",
                "indexes": [
                    models.Index(fields=["conversation_id"], name="ix_escalations_conversation"),
                    models.Index(fields=["customer_phone_bidx"], name="ix_escalations_phone"),
                    models.Index(fields=["customer_email_bidx"], name="ix_escalations_email"),
                    models.Index(fields=["station", "status", "priority"], name="ix_escalations_station"),
                    models.Index(fields=["assigned_to", "status"], name="ix_escalations_assignee"),
                    models.Index(
                        condition=models.Q(("status__in", ("resolved", "closed")), _negated=True),
                        fields=["sla_due_at"],
                        name="ix_escalations_sla",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("resolved", "closed")), _negated=True),
                        fields=("conversation_id",),
                        name="uq_escalations_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Range(
                                django.db.models.functions.text.Length("reason"), (10, 1000)
                            )
                        ),
                        name="ck_escalations_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("resolved", "closed")), _negated=True),
                            models.Q(("resolution_notes__isnull", False), ("resolved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_escalations_resolved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "error"), ("status_before_error__isnull", False)),
                            models.Q(
                                models.Q(("status", "error"), _negated=True),
                                ("status_before_error__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_escalations_error",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer_phone_bidx__octet_length", 32)),
                        name="ck_support_escalations_customer_phone_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer_email_bidx__octet_length", 32)),
                        name="ck_support_escalations_customer_email_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["low", "medium", "high", "urgent"])),
                        name="ck_support_escalations_priority",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["phone", "email", "preferred_method"])),
                        name="ck_support_escalations_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "pending",
                                    "assigned",
                                    "in_progress",
                                    "waiting_customer",
                                    "resolved",
                                    "closed",
                                    "error",
                                ],
                            )
                        ),
                        name="ck_support_escalations_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status_before_error__in",
                                [
                                    "pending",
                                    "assigned",
                                    "in_progress",
                                    "waiting_customer",
                                    "resolved",
                                    "closed",
                                    "error",
                                ],
                            )
                        ),
                        name="ck_support_escalations_status_before_error",
                    ),
                ],
            },
        ),
    ]

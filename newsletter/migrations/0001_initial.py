import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import common.crypto.fields
import common.crypto.index_field
import common.db.operations
import common.fields
import common.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bookings", "0001_initial"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        common.db.operations.CreateSchema(
            name="newsletter",
        ),
        migrations.CreateModel(
            name="ContactLog",
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
                    "contact_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash of the e-mail address or phone number.",
                        help_text="Keyed hash of the e-mail address or phone number.",
                        null=True,
                    ),
                ),
                (
                    "channel",
                    common.fields.EnumField(
                        choices=[("email", "E-mail"), ("sms", "SMS")],
                        db_comment="The way the message travelled.",
                        help_text="The way the message travelled.",
                        max_length=32,
                    ),
                ),
                (
                    "direction",
                    common.fields.EnumField(
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound")],
                        db_comment="Whether the message came in or went out.",
                        help_text="Whether the message came in or went out.",
                        max_length=32,
                    ),
                ),
                (
                    "purpose",
                    common.fields.EnumField(
                        blank=True,
                        choices=[("marketing", "Marketing"), ("transactional", "Transactional")],
                        db_comment="What the message was for; empty for what came in.",
                        help_text="What the message was for; empty for what came in.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        db_comment="The table or box that the message stands in.",
                        help_text="The table or box that the message stands in.",
                        max_length=50,
                    ),
                ),
                (
                    "source_id",
                    models.UUIDField(
                        db_comment="Key of the message there.", help_text="Key of the message there."
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_comment="When the message was sent or received.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When the message was sent or received.",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact log entry",
                "verbose_name_plural": "contact log",
                "db_table": '"newsletter"."contact_log"',
                "db_table_comment": "A message sent by anybody to a contact, or received from it; written by the message gate.",
                "indexes": [
                    models.Index(
                        fields=["contact_bidx", "channel", "occurred_at"], name="ix_contact_log_recent"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "source_id", "channel"), name="uq_contact_log_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_bidx__isnull", False)), name="ck_contact_log_contact"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_bidx__octet_length", 32)),
                        name="ck_newsletter_contact_log_contact_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms"])),
                        name="ck_newsletter_contact_log_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["inbound", "outbound"])),
                        name="ck_newsletter_contact_log_direction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["marketing", "transactional"])),
                        name="ck_newsletter_contact_log_purpose",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsTemplate",
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
                    "name",
                    models.CharField(
                        db_comment="The name staff choose the text by, unique.",
                        help_text="The name staff choose the text by, unique.",
                        max_length=100,
                    ),
                ),
                (
                    "content",
                    models.TextField(
                        db_comment="The text; a variable stands in double curly brackets.",
                        help_text="The text; a variable stands in double curly brackets.",
                    ),
                ),
                (
                    "category",
                    common.fields.EnumField(
                        choices=[
                            ("reminder", "Reminder"),
                            ("promotion", "Promotion"),
                            ("transactional", "Transactional"),
                            ("newsletter", "Newsletter"),
                        ],
                        db_comment="What the text is for.",
                        help_text="What the text is for.",
                        max_length=32,
                    ),
                ),
                (
                    "source",
                    common.fields.EnumField(
                        choices=[
                            ("admin", "Staff"),
                            ("ai_suggested", "Suggested by AI"),
                            ("system", "System"),
                        ],
                        db_comment="Who wrote the text first.",
                        db_default="admin",
                        default="admin",
                        help_text="Who wrote the text first.",
                        max_length=32,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_approval", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("archived", "Archived"),
                        ],
                        db_comment="Where the text stands on its way to approval.",
                        db_default="draft",
                        default="draft",
                        help_text="Where the text stands on its way to approval.",
                        max_length=32,
                    ),
                ),
                (
                    "variables",
                    models.JSONField(
                        blank=True,
                        db_comment="Names of the variables in the text, as a list.",
                        db_default=[],
                        default=list,
                        help_text="Names of the variables in the text, as a list.",
                    ),
                ),
                (
                    "example_data",
                    models.JSONField(
                        blank=True,
                        db_comment="A made-up value per variable, for previews.",
                        db_default={},
                        default=dict,
                        help_text="A made-up value per variable, for previews.",
                    ),
                ),
                (
                    "ai_prompt",
                    models.TextField(
                        blank=True,
                        db_comment="What the assistant was asked when it suggested the text.",
                        help_text="What the assistant was asked when it suggested the text.",
                        null=True,
                    ),
                ),
                (
                    "ai_confidence",
                    common.fields.RatioField(
                        blank=True,
                        db_comment="How sure the assistant was of its suggestion, from 0 to 1.",
                        decimal_places=2,
                        help_text="How sure the assistant was of its suggestion, from 0 to 1.",
                        max_digits=3,
                        null=True,
                    ),
                ),
                (
                    "ai_model",
                    models.CharField(
                        blank=True,
                        db_comment="Name of the model that suggested the text.",
                        help_text="Name of the model that suggested the text.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the text was approved.",
                        help_text="When the text was approved.",
                        null=True,
                    ),
                ),
                (
                    "rejection_reason",
                    models.TextField(
                        blank=True,
                        db_comment="Why the text was rejected, for its author.",
                        help_text="Why the text was rejected, for its author.",
                        null=True,
                    ),
                ),
                (
                    "usage_count",
                    models.PositiveIntegerField(
                        db_comment="Number of messages made of the text.",
                        db_default=0,
                        default=0,
                        help_text="Number of messages made of the text.",
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When a message was last made of the text.",
                        help_text="When a message was last made of the text.",
                        null=True,
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        db_comment="Whether new campaigns may choose the text.",
                        db_default=True,
                        default=True,
                        help_text="Whether new campaigns may choose the text.",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who approved the text, never its author.",
                        help_text="The employee who approved the text, never its author.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(app_label)s_%(class)s_approved_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who wrote the text.",
                        help_text="The employee who wrote the text.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(app_label)s_%(class)s_created_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "SMS template",
                "db_table": '"newsletter"."sms_templates"',
                "db_table_comment": "A text with variables that messages are made of, sent only after another person approved it.",
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="uq_sms_templates_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("status", "approved"), _negated=True),
                                ("approved_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(("approved_by", models.F("created_by")), _negated=True),
                        ),
                        name="ck_sms_templates_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["reminder", "promotion", "transactional", "newsletter"])
                        ),
                        name="ck_newsletter_sms_templates_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["admin", "ai_suggested", "system"])),
                        name="ck_newsletter_sms_templates_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "pending_approval", "approved", "rejected", "archived"])
                        ),
                        name="ck_newsletter_sms_templates_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ai_confidence__gte", 0), ("ai_confidence__lte", 1)),
                        name="ck_newsletter_sms_templates_ai_confidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
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
                    "name",
                    models.CharField(
                        db_comment="The name staff know the campaign by.",
                        help_text="The name staff know the campaign by.",
                        max_length=200,
                    ),
                ),
                (
                    "channel",
                    common.fields.EnumField(
                        choices=[("email", "E-mail"), ("sms", "SMS"), ("both", "E-mail and SMS")],
                        db_comment="The way the message travels.",
                        help_text="The way the message travels.",
                        max_length=32,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("draft", "Draft"),
                            ("scheduled", "Scheduled"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_comment="Where the campaign stands; only a draft is edited.",
                        db_default="draft",
                        default="draft",
                        help_text="Where the campaign stands; only a draft is edited.",
                        max_length=32,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        db_comment="Subject line of the e-mail.",
                        help_text="Subject line of the e-mail.",
                        max_length=255,
                        null=True,
                    ),
                ),
                (
                    "content",
                    models.JSONField(
                        blank=True,
                        db_comment="Body of the e-mail and values for the text.",
                        db_default={},
                        default=dict,
                        help_text="Body of the e-mail and values for the text.",
                    ),
                ),
                (
                    "segment_filter",
                    models.JSONField(
                        blank=True,
                        db_comment="The rules that choose the recipients.",
                        db_default={},
                        default=dict,
                        help_text="The rules that choose the recipients.",
                    ),
                ),
                (
                    "preview_hash",
                    common.fields.HexField(
                        blank=True,
                        db_comment="SHA-256 of the content and rules that were last previewed.",
                        help_text="SHA-256 of the content and rules that were last previewed.",
                        max_length=64,
                        null=True,
                    ),
                ),
                (
                    "previewed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the campaign was last previewed.",
                        help_text="When the campaign was last previewed.",
                        null=True,
                    ),
                ),
                (
                    "scheduled_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When sending shall begin.",
                        help_text="When sending shall begin.",
                        null=True,
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When sending last began.",
                        help_text="When sending last began.",
                        null=True,
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When nothing was left to send.",
                        help_text="When nothing was left to send.",
                        null=True,
                    ),
                ),
                (
                    "total_recipients",
                    models.PositiveIntegerField(
                        db_comment="Number of recipients chosen at the start.",
                        db_default=0,
                        default=0,
                        help_text="Number of recipients chosen at the start.",
                    ),
                ),
                (
                    "total_sent",
                    models.PositiveIntegerField(
                        db_comment="Number of messages handed to a provider.",
                        db_default=0,
                        default=0,
                        help_text="Number of messages handed to a provider.",
                    ),
                ),
                (
                    "total_delivered",
                    models.PositiveIntegerField(
                        db_comment="Number of messages that reached their recipient.",
                        db_default=0,
                        default=0,
                        help_text="Number of messages that reached their recipient.",
                    ),
                ),
                (
                    "total_opened",
                    models.PositiveIntegerField(
                        db_comment="Number of recipients who opened the e-mail.",
                        db_default=0,
                        default=0,
                        help_text="Number of recipients who opened the e-mail.",
                    ),
                ),
                (
                    "total_clicked",
                    models.PositiveIntegerField(
                        db_comment="Number of recipients who followed a link.",
                        db_default=0,
                        default=0,
                        help_text="Number of recipients who followed a link.",
                    ),
                ),
                (
                    "total_unsubscribed",
                    models.PositiveIntegerField(
                        db_comment="Number of recipients who wanted no more.",
                        db_default=0,
                        default=0,
                        help_text="Number of recipients who wanted no more.",
                    ),
                ),
                (
                    "total_failed",
                    models.PositiveIntegerField(
                        db_comment="Number of messages given up.",
                        db_default=0,
                        default=0,
                        help_text="Number of messages given up.",
                    ),
                ),
                (
                    "delivery_rate_cached",
                    models.DecimalField(
                        blank=True,
                        db_comment="Delivered per sent message, in percent.",
                        decimal_places=2,
                        help_text="Delivered per sent message, in percent.",
                        max_digits=5,
                        null=True,
                        verbose_name="delivery rate",
                    ),
                ),
                (
                    "open_rate_cached",
                    models.DecimalField(
                        blank=True,
                        db_comment="Opened per delivered message, in percent.",
                        decimal_places=2,
                        help_text="Opened per delivered message, in percent.",
                        max_digits=5,
                        null=True,
                        verbose_name="open rate",
                    ),
                ),
                (
                    "click_rate_cached",
                    models.DecimalField(
                        blank=True,
                        db_comment="Clicked per delivered message, in percent.",
                        decimal_places=2,
                        help_text="Clicked per delivered message, in percent.",
                        max_digits=5,
                        null=True,
                        verbose_name="click rate",
                    ),
                ),
                (
                    "unsubscribe_rate_cached",
                    models.DecimalField(
                        blank=True,
                        db_comment="Unsubscribed per delivered message, in percent.",
                        decimal_places=2,
                        help_text="Unsubscribed per delivered message, in percent.",
                        max_digits=5,
                        null=True,
                        verbose_name="unsubscribe rate",
                    ),
                ),
                (
                    "last_metrics_updated",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the rates were last computed.",
                        help_text="When the rates were last computed.",
                        null=True,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who made the campaign.",
                        help_text="The employee who made the campaign.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(app_label)s_%(class)s_created_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station that writes to its subscribers; empty for the company.",
                        help_text="The station that writes to its subscribers; empty for the company.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="identity.station",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The approved text of the SMS.",
                        help_text="The approved text of the SMS.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="newsletter.smstemplate",
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."campaigns"',
                "db_table_comment": "A message that is prepared, scheduled and sent to a chosen part of the subscribers.",
                "indexes": [
                    models.Index(fields=["status", "scheduled_at"], name="ix_campaigns_status_scheduled")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "scheduled"), _negated=True),
                            ("scheduled_at__isnull", False),
                            _connector="OR",
                        ),
                        name="ck_campaigns_scheduled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("status", "sent")),
                            models.Q(models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="ck_campaigns_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms", "both"])),
                        name="ck_newsletter_campaigns_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "scheduled", "sending", "sent", "cancelled"])
                        ),
                        name="ck_newsletter_campaigns_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscriber",
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
                    "email",
                    common.crypto.fields.EncryptedEmailField(
                        blank=True,
                        db_comment="E-mail address, encrypted.",
                        help_text="E-mail address, encrypted.",
                        max_length=254,
                        null=True,
                    ),
                ),
                (
                    "phone",
                    common.crypto.fields.EncryptedPhoneField(
                        blank=True,
                        db_comment="Phone number, encrypted.",
                        help_text="Phone number, encrypted.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "email_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the e-mail address is found.",
                        help_text="Keyed hash by which the e-mail address is found.",
                        kind="email",
                        null=True,
                        source="email",
                    ),
                ),
                (
                    "phone_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the phone number is found.",
                        help_text="Keyed hash by which the phone number is found.",
                        kind="phone",
                        null=True,
                        source="phone",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        db_comment="Where the subscriber came from, such as a form.",
                        help_text="Where the subscriber came from, such as a form.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        db_comment="Words of staff that campaigns choose recipients by.",
                        db_default=[],
                        default=list,
                        help_text="Words of staff that campaigns choose recipients by.",
                        size=None,
                    ),
                ),
                (
                    "subscribed",
                    models.BooleanField(
                        db_comment="Whether any channel is still open for news.",
                        db_default=True,
                        default=True,
                        help_text="Whether any channel is still open for news.",
                    ),
                ),
                (
                    "email_consent",
                    models.BooleanField(
                        db_comment="Whether the consent ledger allows e-mail marketing now.",
                        db_default=False,
                        default=False,
                        help_text="Whether the consent ledger allows e-mail marketing now.",
                    ),
                ),
                (
                    "sms_consent",
                    models.BooleanField(
                        db_comment="Whether the consent ledger allows SMS marketing now.",
                        db_default=False,
                        default=False,
                        help_text="Whether the consent ledger allows SMS marketing now.",
                        verbose_name="SMS consent",
                    ),
                ),
                (
                    "consent_updated_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the consents were last taken over from the ledger.",
                        help_text="When the consents were last taken over from the ledger.",
                        null=True,
                    ),
                ),
                (
                    "confirmation_sent_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the link of the double opt-in was sent.",
                        help_text="When the link of the double opt-in was sent.",
                        null=True,
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the link of the double opt-in was followed.",
                        help_text="When the link of the double opt-in was followed.",
                        null=True,
                    ),
                ),
                (
                    "unsubscribed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last open channel was closed.",
                        help_text="When the last open channel was closed.",
                        null=True,
                    ),
                ),
                (
                    "consent_ip_hash",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash of the machine address from which consent was given.",
                        help_text="Keyed hash of the machine address from which consent was given.",
                        kind="ip",
                        null=True,
                    ),
                ),
                (
                    "engagement_score",
                    models.PositiveSmallIntegerField(
                        db_comment="How much of the news is opened and clicked, from 0 to 100.",
                        db_default=0,
                        default=0,
                        help_text="How much of the news is opened and clicked, from 0 to 100.",
                    ),
                ),
                (
                    "total_emails_sent",
                    models.PositiveIntegerField(
                        db_comment="Number of e-mails sent to the subscriber.",
                        db_default=0,
                        default=0,
                        help_text="Number of e-mails sent to the subscriber.",
                    ),
                ),
                (
                    "total_emails_opened",
                    models.PositiveIntegerField(
                        db_comment="Number of e-mails the subscriber opened.",
                        db_default=0,
                        default=0,
                        help_text="Number of e-mails the subscriber opened.",
                    ),
                ),
                (
                    "total_clicks",
                    models.PositiveIntegerField(
                        db_comment="Number of links the subscriber followed.",
                        db_default=0,
                        default=0,
                        help_text="Number of links the subscriber followed.",
                    ),
                ),
                (
                    "total_sms_sent",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS sent to the subscriber.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS sent to the subscriber.",
                        verbose_name="total SMS sent",
                    ),
                ),
                (
                    "total_sms_delivered",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS that reached the subscriber.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS that reached the subscriber.",
                        verbose_name="total SMS delivered",
                    ),
                ),
                (
                    "total_sms_failed",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS that never reached the subscriber.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS that never reached the subscriber.",
                        verbose_name="total SMS failed",
                    ),
                ),
                (
                    "last_email_sent_date",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last e-mail was sent.",
                        help_text="When the last e-mail was sent.",
                        null=True,
                    ),
                ),
                (
                    "last_opened_date",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When an e-mail was last opened.",
                        help_text="When an e-mail was last opened.",
                        null=True,
                    ),
                ),
                (
                    "last_sms_sent_date",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last SMS was sent.",
                        help_text="When the last SMS was sent.",
                        null=True,
                        verbose_name="last SMS sent",
                    ),
                ),
                (
                    "last_sms_delivered_date",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When an SMS last reached the subscriber.",
                        help_text="When an SMS last reached the subscriber.",
                        null=True,
                        verbose_name="last SMS delivered",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The customer that the subscriber is known to be.",
                        help_text="The customer that the subscriber is known to be.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subscribers",
                        to="bookings.customer",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station whose news the subscriber gets; empty for the company's.",
                        help_text="The station whose news the subscriber gets; empty for the company's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscribers",
                        to="identity.station",
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."subscribers"',
                "db_table_comment": "A person who may get news by e-mail or SMS; erasing deletes the row.",
                "indexes": [
                    models.Index(fields=["phone_bidx"], name="ix_subscribers_phone"),
                    models.Index(fields=["subscribed", "engagement_score"], name="ix_subscribers_segment"),
                    django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="ix_subscribers_tags"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("email_bidx",), name="uq_subscribers_email"),
                    models.UniqueConstraint(
                        condition=models.Q(("email_bidx__isnull", True)),
                        fields=("phone_bidx",),
                        name="uq_subscribers_phone_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_bidx__isnull", False), ("phone_bidx__isnull", False), _connector="OR"
                        ),
                        name="ck_subscribers_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("engagement_score__lte", 100)), name="ck_subscribers_engagement"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subscribed", True), ("unsubscribed_at__isnull", True)),
                            models.Q(("subscribed", False), ("unsubscribed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_subscribers_unsubscribed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email_bidx__octet_length", 32)),
                        name="ck_newsletter_subscribers_email_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone_bidx__octet_length", 32)),
                        name="ck_newsletter_subscribers_phone_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("consent_ip_hash__octet_length", 32)),
                        name="ck_newsletter_subscribers_consent_ip_hash",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsQueueItem",
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
                    "phone",
                    common.crypto.fields.EncryptedPhoneField(
                        db_comment="Number the message goes to, encrypted.",
                        help_text="Number the message goes to, encrypted.",
                        max_length=32,
                    ),
                ),
                (
                    "message",
                    common.crypto.fields.EncryptedTextField(
                        db_comment="The message as it is sent, encrypted.",
                        help_text="The message as it is sent, encrypted.",
                    ),
                ),
                (
                    "phone_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the number is found.",
                        help_text="Keyed hash by which the number is found.",
                        kind="phone",
                        null=True,
                        source="phone",
                    ),
                ),
                (
                    "segments",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of SMS segments the provider charges.",
                        db_default=1,
                        default=1,
                        help_text="Number of SMS segments the provider charges.",
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("pending", "Pending"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_comment="Where the message stands.",
                        db_default="pending",
                        default="pending",
                        help_text="Where the message stands.",
                        max_length=32,
                    ),
                ),
                (
                    "priority",
                    models.IntegerField(
                        db_comment="Higher numbers are sent first.",
                        db_default=0,
                        default=0,
                        help_text="Higher numbers are sent first.",
                    ),
                ),
                (
                    "scheduled_at",
                    models.DateTimeField(
                        db_comment="The message is sent at this instant or later.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="The message is sent at this instant or later.",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of times sending was tried.",
                        db_default=0,
                        default=0,
                        help_text="Number of times sending was tried.",
                    ),
                ),
                (
                    "max_attempts",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of tries after which the message is given up.",
                        db_default=3,
                        default=3,
                        help_text="Number of tries after which the message is given up.",
                    ),
                ),
                (
                    "next_retry_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When sending is tried again after a failure.",
                        help_text="When sending is tried again after a failure.",
                        null=True,
                    ),
                ),
                (
                    "sending_since",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When a worker took the message; set exactly while it is being sent.",
                        help_text="When a worker took the message; set exactly while it is being sent.",
                        null=True,
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the provider took the message.",
                        help_text="When the provider took the message.",
                        null=True,
                    ),
                ),
                (
                    "failed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the message was given up.",
                        help_text="When the message was given up.",
                        null=True,
                    ),
                ),
                (
                    "last_error",
                    models.TextField(
                        blank=True,
                        db_comment="What the last failed try came to.",
                        help_text="What the last failed try came to.",
                        null=True,
                    ),
                ),
                (
                    "error_code",
                    models.CharField(
                        blank=True,
                        db_comment="The provider's code of the last failure.",
                        help_text="The provider's code of the last failure.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "provider_message_id",
                    models.CharField(
                        blank=True,
                        db_comment="The provider's own key of the message, unique.",
                        help_text="The provider's own key of the message, unique.",
                        max_length=255,
                        null=True,
                    ),
                ),
                (
                    "provider_status",
                    models.CharField(
                        blank=True,
                        db_comment="The provider's own word for the message's state.",
                        help_text="The provider's own word for the message's state.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_comment="The campaign that sends the message.",
                        db_index=False,
                        help_text="The campaign that sends the message.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sms_queue_items",
                        to="newsletter.campaign",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The text that the message was made of.",
                        help_text="The text that the message was made of.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sms_queue_items",
                        to="newsletter.smstemplate",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_comment="The recipient.",
                        help_text="The recipient.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sms_queue_items",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "verbose_name": "queued SMS",
                "verbose_name_plural": "queued SMS",
                "db_table": '"newsletter"."sms_send_queue"',
                "db_table_comment": "One SMS of a campaign to one subscriber, from waiting to sent or given up.",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["-priority", "scheduled_at"],
                        name="ix_sms_queue_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "sending")),
                        fields=["sending_since"],
                        name="ix_sms_queue_sending",
                    ),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["phone_bidx"],
                        name="ix_sms_queue_phone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "subscriber"), name="uq_sms_queue_recipient"),
                    models.UniqueConstraint(fields=("provider_message_id",), name="uq_sms_queue_provider"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sending_since__isnull", False), ("status", "sending")),
                            models.Q(
                                models.Q(("status", "sending"), _negated=True),
                                ("sending_since__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_sms_queue_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone_bidx__octet_length", 32)),
                        name="ck_newsletter_sms_send_queue_phone_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "sending", "sent", "failed", "cancelled"])
                        ),
                        name="ck_newsletter_sms_send_queue_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignEvent",
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
                    "channel",
                    common.fields.EnumField(
                        choices=[("email", "E-mail"), ("sms", "SMS")],
                        db_comment="The way the message travelled.",
                        help_text="The way the message travelled.",
                        max_length=32,
                    ),
                ),
                (
                    "type",
                    common.fields.EnumField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("opened", "Opened"),
                            ("clicked", "Clicked"),
                            ("replied", "Replied"),
                            ("bounced", "Bounced"),
                            ("failed", "Failed"),
                            ("unsubscribed", "Unsubscribed"),
                            ("complained", "Complained"),
                        ],
                        db_comment="What happened.",
                        help_text="What happened.",
                        max_length=32,
                    ),
                ),
                (
                    "payload",
                    models.JSONField(
                        blank=True,
                        db_comment="What the provider told about it.",
                        db_default={},
                        default=dict,
                        help_text="What the provider told about it.",
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_comment="When it happened.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When it happened.",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_comment="The campaign in which it happened.",
                        db_index=False,
                        help_text="The campaign in which it happened.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_events",
                        to="newsletter.campaign",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_comment="The recipient to whom it happened.",
                        db_index=False,
                        help_text="The recipient to whom it happened.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_events",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."campaign_events"',
                "db_table_comment": "Something that happened to one recipient of a campaign; queued ones are its recipient list.",
                "indexes": [
                    models.Index(fields=["campaign", "type"], name="ix_campaign_events_type"),
                    models.Index(fields=["subscriber", "occurred_at"], name="ix_campaign_events_subscriber"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("type__in", ("queued", "sent"))),
                        fields=("campaign", "subscriber", "channel", "type"),
                        name="uq_campaign_events_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms"])),
                        name="ck_newsletter_campaign_events_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "queued",
                                    "sent",
                                    "delivered",
                                    "opened",
                                    "clicked",
                                    "replied",
                                    "bounced",
                                    "failed",
                                    "unsubscribed",
                                    "complained",
                                ],
                            )
                        ),
                        name="ck_newsletter_campaign_events_type",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriberPreference",
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
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        db_comment="Topics the subscriber asked for; none means every topic.",
                        db_default=[],
                        default=list,
                        help_text="Topics the subscriber asked for; none means every topic.",
                        size=None,
                    ),
                ),
                (
                    "max_sms_per_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Most SMS in 30 days; empty leaves the company's cap.",
                        help_text="Most SMS in 30 days; empty leaves the company's cap.",
                        null=True,
                        verbose_name="max SMS per month",
                    ),
                ),
                (
                    "max_emails_per_week",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Most e-mails in 7 days; empty leaves the company's cap.",
                        help_text="Most e-mails in 7 days; empty leaves the company's cap.",
                        null=True,
                    ),
                ),
                (
                    "quiet_start",
                    models.TimeField(
                        blank=True,
                        db_comment="Time of day in the subscriber's zone from which SMS wait.",
                        help_text="Time of day in the subscriber's zone from which SMS wait.",
                        null=True,
                    ),
                ),
                (
                    "quiet_end",
                    models.TimeField(
                        blank=True,
                        db_comment="Time of day in the subscriber's zone until which SMS wait.",
                        help_text="Time of day in the subscriber's zone until which SMS wait.",
                        null=True,
                    ),
                ),
                (
                    "timezone",
                    models.CharField(
                        blank=True,
                        db_comment="IANA time zone that the subscriber stated.",
                        help_text="IANA time zone that the subscriber stated.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        db_comment="Language tag of the news, such as en.",
                        db_default="en",
                        default="en",
                        help_text="Language tag of the news, such as en.",
                        max_length=10,
                    ),
                ),
                (
                    "subscriber",
                    models.OneToOneField(
                        db_comment="The subscriber whose wishes these are.",
                        help_text="The subscriber whose wishes these are.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriber_preference",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."subscriber_preferences"',
                "db_table_comment": "What a subscriber wishes: topics, how often, when and in which language.",
            },
        ),
        migrations.CreateModel(
            name="Suppression",
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
                    "contact_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash of the e-mail address or phone number.",
                        help_text="Keyed hash of the e-mail address or phone number.",
                        null=True,
                    ),
                ),
                (
                    "channel",
                    common.fields.EnumField(
                        choices=[("email", "E-mail"), ("sms", "SMS")],
                        db_comment="The channel that is closed.",
                        help_text="The channel that is closed.",
                        max_length=32,
                    ),
                ),
                (
                    "reason",
                    common.fields.EnumField(
                        choices=[
                            ("stop", "STOP keyword"),
                            ("unsubscribe", "Unsubscribed"),
                            ("complaint", "Complaint"),
                            ("hard_bounce", "Hard bounce"),
                            ("soft_bounces", "Repeated soft bounces"),
                            ("invalid_number", "Invalid number"),
                            ("carrier", "Carrier"),
                            ("manual", "By hand"),
                        ],
                        db_comment="Why the channel is closed.",
                        help_text="Why the channel is closed.",
                        max_length=32,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        db_comment="The message, page or import it came from.",
                        help_text="The message, page or import it came from.",
                        max_length=100,
                    ),
                ),
                (
                    "suppressed_at",
                    models.DateTimeField(
                        db_comment="When the channel was closed.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When the channel was closed.",
                    ),
                ),
                (
                    "lifted_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the contact opened the channel again.",
                        help_text="When the contact opened the channel again.",
                        null=True,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, db_comment="Remark of staff.", help_text="Remark of staff.", null=True
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."suppressions"',
                "db_table_comment": "A contact that must not be written to on a channel, for the whole company and for ever kept.",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("contact_bidx", "channel"),
                        name="uq_suppressions_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_bidx__isnull", False)), name="ck_suppressions_contact"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_bidx__octet_length", 32)),
                        name="ck_newsletter_suppressions_contact_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms"])),
                        name="ck_newsletter_suppressions_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "stop",
                                    "unsubscribe",
                                    "complaint",
                                    "hard_bounce",
                                    "soft_bounces",
                                    "invalid_number",
                                    "carrier",
                                    "manual",
                                ],
                            )
                        ),
                        name="ck_newsletter_suppressions_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignSmsLimit",
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
                    "current_month",
                    models.CharField(
                        db_comment="Month in the company's zone that the monthly count is of, as YYYY-MM.",
                        help_text="Month in the company's zone that the monthly count is of, as YYYY-MM.",
                        max_length=7,
                    ),
                ),
                (
                    "monthly_sms_limit",
                    models.PositiveIntegerField(
                        db_comment="Most SMS of the campaign in a month.",
                        db_default=1000,
                        default=1000,
                        help_text="Most SMS of the campaign in a month.",
                        verbose_name="monthly SMS limit",
                    ),
                ),
                (
                    "monthly_sms_used",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS reserved in the current month.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS reserved in the current month.",
                        verbose_name="monthly SMS used",
                    ),
                ),
                (
                    "campaign_sms_limit",
                    models.PositiveIntegerField(
                        blank=True,
                        db_comment="Most SMS of the campaign in all; empty for no such limit.",
                        help_text="Most SMS of the campaign in all; empty for no such limit.",
                        null=True,
                        verbose_name="campaign SMS limit",
                    ),
                ),
                (
                    "campaign_sms_sent",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS handed to the provider.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS handed to the provider.",
                        verbose_name="campaign SMS sent",
                    ),
                ),
                (
                    "campaign_sms_queued",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS waiting in the queue.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS waiting in the queue.",
                        verbose_name="campaign SMS queued",
                    ),
                ),
                (
                    "campaign_sms_failed",
                    models.PositiveIntegerField(
                        db_comment="Number of SMS given up.",
                        db_default=0,
                        default=0,
                        help_text="Number of SMS given up.",
                        verbose_name="campaign SMS failed",
                    ),
                ),
                (
                    "cost_per_segment_centicents",
                    models.PositiveIntegerField(
                        db_comment="Price of one segment, in hundredths of a cent.",
                        db_default=75,
                        default=75,
                        help_text="Price of one segment, in hundredths of a cent.",
                    ),
                ),
                (
                    "total_cost_centicents",
                    models.BigIntegerField(
                        db_comment="What the campaign's SMS have cost, in hundredths of a cent.",
                        db_default=0,
                        default=0,
                        help_text="What the campaign's SMS have cost, in hundredths of a cent.",
                    ),
                ),
                (
                    "limit_exceeded_action",
                    common.fields.EnumField(
                        choices=[
                            ("pause", "Pause until next month"),
                            ("notify", "Alert and go on"),
                            ("continue", "Go on"),
                        ],
                        db_comment="What happens when a limit is reached.",
                        db_default="pause",
                        default="pause",
                        help_text="What happens when a limit is reached.",
                        max_length=32,
                    ),
                ),
                (
                    "monthly_limit_exceeded_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the monthly limit was reached.",
                        help_text="When the monthly limit was reached.",
                        null=True,
                    ),
                ),
                (
                    "campaign_limit_exceeded_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the limit of the whole campaign was reached.",
                        help_text="When the limit of the whole campaign was reached.",
                        null=True,
                    ),
                ),
                (
                    "alert_at_percentage",
                    models.PositiveSmallIntegerField(
                        db_comment="Percentage of a limit at which staff are alerted, from 1 to 100.",
                        db_default=80,
                        default=80,
                        help_text="Percentage of a limit at which staff are alerted, from 1 to 100.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "alert_sent_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When that alert was sent.",
                        help_text="When that alert was sent.",
                        null=True,
                    ),
                ),
                (
                    "campaign",
                    models.OneToOneField(
                        db_comment="The campaign that is limited.",
                        help_text="The campaign that is limited.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_sms_limit",
                        to="newsletter.campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign SMS limit",
                "db_table": '"newsletter"."campaign_sms_limits"',
                "db_table_comment": "How many SMS a campaign may send in a month and in all, and what they have cost.",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("current_month__regex", "^[0-9]{4}-(0[1-9]|1[0-2])$")),
                        name="ck_sms_limits_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alert_at_percentage__range", (1, 100))),
                        name="ck_sms_limits_alert",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit_exceeded_action__in", ["pause", "notify", "continue"])),
                        name="ck_newsletter_campaign_sms_limits_limit_exceeded_action",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
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
                    "contact_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash of the e-mail address or phone number.",
                        help_text="Keyed hash of the e-mail address or phone number.",
                        null=True,
                    ),
                ),
                (
                    "channel",
                    common.fields.EnumField(
                        choices=[("email", "E-mail"), ("sms", "SMS")],
                        db_comment="The channel that was allowed or closed.",
                        help_text="The channel that was allowed or closed.",
                        max_length=32,
                    ),
                ),
                (
                    "purpose",
                    common.fields.EnumField(
                        choices=[("marketing", "Marketing"), ("transactional", "Transactional")],
                        db_comment="What the channel may be used for.",
                        help_text="What the channel may be used for.",
                        max_length=32,
                    ),
                ),
                (
                    "action",
                    common.fields.EnumField(
                        choices=[("granted", "Granted"), ("withdrawn", "Withdrawn")],
                        db_comment="Whether consent was given or taken back.",
                        help_text="Whether consent was given or taken back.",
                        max_length=32,
                    ),
                ),
                (
                    "method",
                    common.fields.EnumField(
                        choices=[
                            ("checkbox", "Checkbox"),
                            ("double_opt_in", "Double opt-in"),
                            ("sms_keyword", "SMS keyword"),
                            ("unsubscribe_link", "Unsubscribe link"),
                            ("one_click", "One-click unsubscribe"),
                            ("staff", "Staff"),
                            ("booking", "Booking"),
                            ("import", "Import"),
                            ("complaint", "Complaint"),
                        ],
                        db_comment="How the person said so.",
                        help_text="How the person said so.",
                        max_length=32,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        db_comment="The form, page or message where it was said.",
                        help_text="The form, page or message where it was said.",
                        max_length=100,
                    ),
                ),
                (
                    "wording_version",
                    models.CharField(
                        db_comment="Version of the text the person saw.",
                        help_text="Version of the text the person saw.",
                        max_length=20,
                    ),
                ),
                (
                    "wording",
                    models.TextField(
                        db_comment="The text the person saw.", help_text="The text the person saw."
                    ),
                ),
                (
                    "wording_hash",
                    common.fields.HexField(
                        db_comment="SHA-256 of that text.", help_text="SHA-256 of that text.", max_length=64
                    ),
                ),
                (
                    "ip_hash",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash of the machine address it came from.",
                        help_text="Keyed hash of the machine address it came from.",
                        kind="ip",
                        null=True,
                    ),
                ),
                (
                    "user_agent",
                    models.CharField(
                        blank=True,
                        db_comment="What the person's browser called itself.",
                        help_text="What the person's browser called itself.",
                        max_length=500,
                        null=True,
                    ),
                ),
                (
                    "evidence",
                    models.JSONField(
                        blank=True,
                        db_comment="What else proves it, such as a message id.",
                        db_default={},
                        default=dict,
                        help_text="What else proves it, such as a message id.",
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_comment="When the person said so.", help_text="When the person said so."
                    ),
                ),
                (
                    "version",
                    models.IntegerField(
                        db_comment="Place in the contact's chain: 1, 2, 3 and so on.",
                        help_text="Place in the contact's chain: 1, 2, 3 and so on.",
                    ),
                ),
                (
                    "hash_previous",
                    models.CharField(
                        db_comment="Hash of the contact's record before this one; genesis for the first.",
                        help_text="Hash of the contact's record before this one; genesis for the first.",
                        max_length=64,
                    ),
                ),
                (
                    "hash_current",
                    common.fields.HexField(
                        db_comment="SHA-256 of this record and of the hash before it, unique.",
                        help_text="SHA-256 of this record and of the hash before it, unique.",
                        max_length=64,
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The account that recorded it; empty for guests and the system.",
                        help_text="The account that recorded it; empty for guests and the system.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_actor",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": '"newsletter"."consent_records"',
                "db_table_comment": "One consent or withdrawal of a contact, append-only and chained, kept when the person's rows go.",
                "indexes": [
                    models.Index(
                        fields=["contact_bidx", "channel", "purpose", "occurred_at"], name="ix_consents_state"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("contact_bidx", "version"), name="uq_consents_version"),
                    models.UniqueConstraint(fields=("hash_current",), name="uq_consents_hash"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contact_bidx__isnull", False),
                            models.Q(
                                models.Q(("hash_previous", "genesis"), ("version", 1)),
                                models.Q(
                                    models.Q(("version", 1), _negated=True),
                                    models.Q(("hash_previous", "genesis"), _negated=True),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="ck_consents_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_bidx__octet_length", 32)),
                        name="ck_newsletter_consent_records_contact_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms"])),
                        name="ck_newsletter_consent_records_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["marketing", "transactional"])),
                        name="ck_newsletter_consent_records_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["granted", "withdrawn"])),
                        name="ck_newsletter_consent_records_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "method__in",
                                [
                                    "checkbox",
                                    "double_opt_in",
                                    "sms_keyword",
                                    "unsubscribe_link",
                                    "one_click",
                                    "staff",
                                    "booking",
                                    "import",
                                    "complaint",
                                ],
                            )
                        ),
                        name="ck_newsletter_consent_records_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ip_hash__octet_length", 32)),
                        name="ck_newsletter_consent_records_ip_hash",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsDeliveryEvent",
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
                    "provider_message_id",
                    models.CharField(
                        db_comment="The provider's own key of the message, unique.",
                        help_text="The provider's own key of the message, unique.",
                        max_length=255,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("undelivered", "Undelivered"),
                        ],
                        db_comment="How far the message has come.",
                        db_default="queued",
                        default="queued",
                        help_text="How far the message has come.",
                        max_length=32,
                    ),
                ),
                (
                    "delivery_timestamp",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the message reached the phone, by the provider's clock.",
                        help_text="When the message reached the phone, by the provider's clock.",
                        null=True,
                    ),
                ),
                (
                    "failure_reason",
                    models.TextField(
                        blank=True,
                        db_comment="Why the message did not arrive.",
                        help_text="Why the message did not arrive.",
                        null=True,
                    ),
                ),
                (
                    "carrier_error_code",
                    models.CharField(
                        blank=True,
                        db_comment="The carrier's code of the failure.",
                        help_text="The carrier's code of the failure.",
                        max_length=50,
                        null=True,
                    ),
                ),
                (
                    "segments_used",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of segments the provider charged.",
                        db_default=1,
                        default=1,
                        help_text="Number of segments the provider charged.",
                    ),
                ),
                (
                    "cost_centicents",
                    models.PositiveIntegerField(
                        blank=True,
                        db_comment="What the message cost, in hundredths of a cent.",
                        help_text="What the message cost, in hundredths of a cent.",
                        null=True,
                    ),
                ),
                (
                    "metadata",
                    models.JSONField(
                        blank=True,
                        db_comment="What else the provider told.",
                        db_default={},
                        default=dict,
                        help_text="What else the provider told.",
                    ),
                ),
                (
                    "campaign_event",
                    models.ForeignKey(
                        db_comment="The sending that the provider tells about.",
                        help_text="The sending that the provider tells about.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sms_delivery_events",
                        to="newsletter.campaignevent",
                    ),
                ),
                (
                    "queue_item",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The message in the queue.",
                        help_text="The message in the queue.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sms_delivery_events",
                        to="newsletter.smsqueueitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "SMS delivery",
                "verbose_name_plural": "SMS deliveries",
                "db_table": '"newsletter"."sms_delivery_events"',
                "db_table_comment": "What the provider last told about one SMS; its status only moves forwards.",
                "constraints": [
                    models.UniqueConstraint(fields=("provider_message_id",), name="uq_sms_delivery_provider"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["queued", "sending", "sent", "delivered", "failed", "undelivered"],
                            )
                        ),
                        name="ck_newsletter_sms_delivery_events_status",
                    ),
                ],
            },
        ),
    ]

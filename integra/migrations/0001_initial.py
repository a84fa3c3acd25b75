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
        ("bookings", "0003_messages_and_platform_reviews"),
        ("communications", "0001_initial"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        common.db.operations.CreateSchema(
            name="integra",
        ),
        migrations.CreateModel(
            name="PaymentEvent",
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
                    "provider",
                    common.fields.EnumField(
                        choices=[
                            ("stripe", "Stripe"),
                            ("plaid", "Plaid"),
                            ("payment_mail", "Payment mail"),
                            ("manual", "By hand"),
                            ("import", "Import"),
                        ],
                        db_comment="Who told of the money.",
                        help_text="Who told of the money.",
                        max_length=32,
                    ),
                ),
                (
                    "provider_id",
                    models.CharField(
                        db_comment="The provider's own key of the event, unique per provider.",
                        help_text="The provider's own key of the event, unique per provider.",
                        max_length=255,
                    ),
                ),
                (
                    "method",
                    common.fields.EnumField(
                        choices=[
                            ("card", "Card"),
                            ("ach", "ACH"),
                            ("venmo", "Venmo"),
                            ("zelle", "Zelle"),
                            ("cash", "Cash"),
                            ("check", "Check"),
                        ],
                        db_comment="How the money was sent.",
                        help_text="How the money was sent.",
                        max_length=32,
                    ),
                ),
                (
                    "amount_cents",
                    models.IntegerField(db_comment="Amount in cents.", help_text="Amount in cents."),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_comment="When the money was sent, by the provider's clock.",
                        help_text="When the money was sent, by the provider's clock.",
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("pending", "Pending"),
                            ("unmatched", "Unmatched"),
                            ("matched", "Matched"),
                            ("ignored", "Ignored"),
                        ],
                        db_comment="Whether a booking was found for the money.",
                        db_default="pending",
                        default="pending",
                        help_text="Whether a booking was found for the money.",
                        max_length=32,
                    ),
                ),
                (
                    "memo",
                    common.crypto.fields.EncryptedTextField(
                        blank=True,
                        db_comment="What the sender wrote with it, encrypted.",
                        help_text="What the sender wrote with it, encrypted.",
                        null=True,
                    ),
                ),
                (
                    "raw_data",
                    common.crypto.fields.EncryptedJSONField(
                        blank=True,
                        db_comment="What the provider told, whole, encrypted.",
                        help_text="What the provider told, whole, encrypted.",
                        null=True,
                    ),
                ),
                (
                    "sender_name",
                    common.crypto.fields.EncryptedTextField(
                        blank=True,
                        db_comment="Name of the sender, encrypted.",
                        help_text="Name of the sender, encrypted.",
                        null=True,
                    ),
                ),
                (
                    "sender_email",
                    common.crypto.fields.EncryptedEmailField(
                        blank=True,
                        db_comment="E-mail address of the sender, encrypted.",
                        help_text="E-mail address of the sender, encrypted.",
                        max_length=254,
                        null=True,
                    ),
                ),
                (
                    "sender_phone",
                    common.crypto.fields.EncryptedPhoneField(
                        blank=True,
                        db_comment="Phone number of the sender, encrypted.",
                        help_text="Phone number of the sender, encrypted.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "sender_handle",
                    common.crypto.fields.EncryptedTextField(
                        blank=True,
                        db_comment="Account name of the sender at the provider, encrypted.",
                        help_text="Account name of the sender at the provider, encrypted.",
                        null=True,
                    ),
                ),
                (
                    "sender_email_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the e-mail address is compared with those of customers.",
                        help_text="Keyed hash by which the e-mail address is compared with those of customers.",
                        kind="email",
                        null=True,
                        source="sender_email",
                    ),
                ),
                (
                    "sender_phone_bidx",
                    common.crypto.index_field.BlindIndexField(
                        blank=True,
                        db_comment="Keyed hash by which the phone number is compared with those of customers.",
                        help_text="Keyed hash by which the phone number is compared with those of customers.",
                        kind="phone",
                        null=True,
                        source="sender_phone",
                    ),
                ),
                (
                    "ignored_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the event was taken out of the queue.",
                        help_text="When the event was taken out of the queue.",
                        null=True,
                    ),
                ),
                (
                    "ignore_note",
                    models.TextField(
                        blank=True,
                        db_comment="Why it was taken out of the queue.",
                        help_text="Why it was taken out of the queue.",
                        null=True,
                    ),
                ),
                (
                    "currency",
                    common.fields.CurrencyField(
                        db_comment="Currency of the amount, a code of ISO 4217.",
                        db_default="USD",
                        default="USD",
                        help_text="Currency of the amount, a code of ISO 4217.",
                        max_length=3,
                    ),
                ),
                (
                    "ignored_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who took the event out of the queue.",
                        help_text="The employee who took the event out of the queue.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_ignored_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station whose account got the money; empty for the company's.",
                        help_text="The station whose account got the money; empty for the company's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_events",
                        to="identity.station",
                    ),
                ),
            ],
            options={
                "db_table": '"integra"."payment_events"',
                "db_table_comment": "Money that arrived, as a provider told it; the amount and its origin never change.",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("pending", "unmatched"))),
                        fields=["occurred_at"],
                        name="ix_payment_events_queue",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "provider_id"), name="uq_payment_events_provider"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="ck_payment_events_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ignored_at__isnull", False), ("status", "ignored")),
                            models.Q(
                                models.Q(("status", "ignored"), _negated=True), ("ignored_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="ck_payment_events_ignored",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("provider__in", ["stripe", "plaid", "payment_mail", "manual", "import"])
                        ),
                        name="ck_integra_payment_events_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("method__in", ["card", "ach", "venmo", "zelle", "cash", "check"])
                        ),
                        name="ck_integra_payment_events_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "unmatched", "matched", "ignored"])),
                        name="ck_integra_payment_events_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender_email_bidx__octet_length", 32)),
                        name="ck_integra_payment_events_sender_email_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender_phone_bidx__octet_length", 32)),
                        name="ck_integra_payment_events_sender_phone_bidx",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="ck_integra_payment_events_currency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMatch",
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
                    "status",
                    common.fields.EnumField(
                        choices=[("auto", "Automatic"), ("manual", "By hand"), ("ignored", "Taken back")],
                        db_comment="Who made the match, or that it was taken back.",
                        db_default="auto",
                        default="auto",
                        help_text="Who made the match, or that it was taken back.",
                        max_length=32,
                    ),
                ),
                (
                    "match_method",
                    common.fields.EnumField(
                        choices=[
                            ("automatic", "Automatic"),
                            ("suggested", "Suggested"),
                            ("manual", "By hand"),
                        ],
                        db_comment="How the booking was found.",
                        help_text="How the booking was found.",
                        max_length=32,
                    ),
                ),
                (
                    "confidence",
                    common.fields.RatioField(
                        db_comment="Sum of the evidence, from 0 to 1.",
                        decimal_places=2,
                        help_text="Sum of the evidence, from 0 to 1.",
                        max_digits=3,
                    ),
                ),
                (
                    "evidence",
                    models.JSONField(
                        blank=True,
                        db_comment="Points per kind of evidence.",
                        db_default={},
                        default=dict,
                        help_text="Points per kind of evidence.",
                    ),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(
                        blank=True, db_comment="When that was.", help_text="When that was.", null=True
                    ),
                ),
                (
                    "notes",
                    models.TextField(
                        blank=True,
                        db_comment="Remark of that employee; needed to take a match back.",
                        help_text="Remark of that employee; needed to take a match back.",
                        null=True,
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        db_comment="The booking it pays for.",
                        help_text="The booking it pays for.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_matches",
                        to="bookings.booking",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The row of the ledger that the match wrote.",
                        help_text="The row of the ledger that the match wrote.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_matches",
                        to="bookings.payment",
                    ),
                ),
                (
                    "payment_event",
                    models.ForeignKey(
                        db_comment="The money.",
                        help_text="The money.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_matches",
                        to="integra.paymentevent",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The employee who confirmed the match or took it back.",
                        help_text="The employee who confirmed the match or took it back.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_reviewed_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "payment matches",
                "db_table": '"integra"."payment_matches"',
                "db_table_comment": "The booking that a payment event was found to belong to; taking it back leaves the row as ignored.",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "ignored"), _negated=True),
                        fields=("payment_event",),
                        name="uq_payment_matches_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ignored"), _negated=True),
                            ("notes__isnull", False),
                            _connector="OR",
                        ),
                        name="ck_payment_matches_ignored",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["auto", "manual", "ignored"])),
                        name="ck_integra_payment_matches_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("match_method__in", ["automatic", "suggested", "manual"])),
                        name="ck_integra_payment_matches_match_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                        name="ck_integra_payment_matches_confidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SocialInboxMessage",
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
                    "signature",
                    models.CharField(
                        db_comment="The platform's signature of the notice, unique.",
                        help_text="The platform's signature of the notice, unique.",
                        max_length=255,
                    ),
                ),
                (
                    "platform",
                    common.fields.EnumField(
                        choices=[
                            ("instagram", "Instagram"),
                            ("facebook", "Facebook"),
                            ("google_business", "Google Business"),
                            ("yelp", "Yelp"),
                            ("tiktok", "TikTok"),
                            ("twitter", "Twitter"),
                        ],
                        db_comment="The platform it came from.",
                        help_text="The platform it came from.",
                        max_length=32,
                    ),
                ),
                (
                    "webhook_type",
                    models.CharField(
                        db_comment="The platform's own word for what happened.",
                        help_text="The platform's own word for what happened.",
                        max_length=100,
                    ),
                ),
                (
                    "payload",
                    common.crypto.fields.EncryptedTextField(
                        db_comment="The notice as it came, encrypted.",
                        help_text="The notice as it came, encrypted.",
                    ),
                ),
                (
                    "payload_hash",
                    common.fields.HexField(
                        db_comment="SHA-256 of the notice.", help_text="SHA-256 of the notice.", max_length=64
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("pending", "Pending"),
                            ("processing", "Processing"),
                            ("processed", "Processed"),
                            ("ignored", "Ignored"),
                            ("failed", "Failed"),
                        ],
                        db_comment="Where the notice stands.",
                        db_default="pending",
                        default="pending",
                        help_text="Where the notice stands.",
                        max_length=32,
                    ),
                ),
                (
                    "processing_attempts",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of times working on it was tried.",
                        db_default=0,
                        default=0,
                        help_text="Number of times working on it was tried.",
                    ),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_comment="It is worked on at this instant or later.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="It is worked on at this instant or later.",
                    ),
                ),
                (
                    "locked_until",
                    models.DateTimeField(
                        blank=True,
                        db_comment="Until when a worker has it for itself.",
                        help_text="Until when a worker has it for itself.",
                        null=True,
                    ),
                ),
                (
                    "processed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When it was dealt with.",
                        help_text="When it was dealt with.",
                        null=True,
                    ),
                ),
                (
                    "last_error",
                    models.TextField(
                        blank=True,
                        db_comment="Why the last try failed.",
                        help_text="Why the last try failed.",
                        null=True,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The page of ours that it is about, where known.",
                        help_text="The page of ours that it is about, where known.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="social_inbox_messages",
                        to="bookings.socialpage",
                    ),
                ),
            ],
            options={
                "db_table": '"integra"."social_inbox"',
                "db_table_comment": "A notice of a social platform, kept as it came until it was worked on; unique by its signature.",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("pending", "processing"))),
                        fields=["next_attempt_at"],
                        name="ix_social_inbox_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("signature",), name="uq_social_inbox_signature"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("processed_at__isnull", False), ("status__in", ("processed", "ignored"))
                            ),
                            models.Q(
                                models.Q(("status__in", ("processed", "ignored")), _negated=True),
                                ("processed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_social_inbox_processed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "platform__in",
                                ["instagram", "facebook", "google_business", "yelp", "tiktok", "twitter"],
                            )
                        ),
                        name="ck_integra_social_inbox_platform",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "processing", "processed", "ignored", "failed"])
                        ),
                        name="ck_integra_social_inbox_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallSession",
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
                    "ringcentral_call_id",
                    models.CharField(
                        blank=True,
                        db_comment="The provider's own key of the call, unique.",
                        help_text="The provider's own key of the call, unique.",
                        max_length=255,
                        null=True,
                    ),
                ),
                (
                    "direction",
                    common.fields.EnumField(
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound")],
                        db_comment="Whether the call came in or went out.",
                        help_text="Whether the call came in or went out.",
                        max_length=32,
                    ),
                ),
                (
                    "status",
                    common.fields.EnumField(
                        choices=[
                            ("initiated", "Initiated"),
                            ("ringing", "Ringing"),
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("missed", "Missed"),
                            ("voicemail", "Voicemail"),
                            ("busy", "Busy"),
                            ("no_answer", "No answer"),
                        ],
                        db_comment="How far the call has come, or how it ended.",
                        db_default="initiated",
                        default="initiated",
                        help_text="How far the call has come, or how it ended.",
                        max_length=32,
                    ),
                ),
                (
                    "phone",
                    common.crypto.fields.EncryptedPhoneField(
                        db_comment="Number at the other end, encrypted.",
                        help_text="Number at the other end, encrypted.",
                        max_length=32,
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
                    "started_at",
                    models.DateTimeField(
                        db_comment="When the call began.",
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When the call began.",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the call ended.",
                        help_text="When the call ended.",
                        null=True,
                    ),
                ),
                (
                    "duration_seconds",
                    models.PositiveIntegerField(
                        blank=True,
                        db_comment="Length of the call, in seconds.",
                        help_text="Length of the call, in seconds.",
                        null=True,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        db_comment="What came of the call, in a word of staff.",
                        help_text="What came of the call, in a word of staff.",
                        max_length=50,
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
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The customer's booking nearest to the call, within 24 hours.",
                        help_text="The customer's booking nearest to the call, within 24 hours.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_sessions",
                        to="bookings.booking",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The customer whose number it is, where known.",
                        help_text="The customer whose number it is, where known.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_sessions",
                        to="bookings.customer",
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The recording of the call.",
                        help_text="The recording of the call.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call_sessions",
                        to="communications.callrecording",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The station that was called or that called; empty for the company.",
                        db_index=False,
                        help_text="The station that was called or that called; empty for the company.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_sessions",
                        to="identity.station",
                    ),
                ),
            ],
            options={
                "db_table": '"integra"."call_sessions"',
                "db_table_comment": "One phone call, in or out, and what came of it.",
                "indexes": [
                    models.Index(fields=["phone_bidx", "started_at"], name="ix_call_sessions_phone"),
                    models.Index(fields=["station", "started_at"], name="ix_call_sessions_station"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ringcentral_call_id",), name="uq_call_sessions_provider"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__gte", models.F("started_at"))),
                        name="ck_call_sessions_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["inbound", "outbound"])),
                        name="ck_integra_call_sessions_direction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "initiated",
                                    "ringing",
                                    "in_progress",
                                    "on_hold",
                                    "completed",
                                    "failed",
                                    "missed",
                                    "voicemail",
                                    "busy",
                                    "no_answer",
                                ],
                            )
                        ),
                        name="ck_integra_call_sessions_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone_bidx__octet_length", 32)),
                        name="ck_integra_call_sessions_phone_bidx",
                    ),
                ],
            },
        ),
    ]

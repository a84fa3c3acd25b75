"""SMS on their way: the queue, and what the provider tells of each message."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import DeliveryChannel
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import BlindIndexField, EncryptedPhoneField, EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from newsletter.enums import SmsDeliveryStatus, SmsQueueStatus
from newsletter.models.campaign import Campaign, CampaignEvent
from newsletter.models.fields import contact_indexes, instant_field
from newsletter.models.sms_template import SmsTemplate
from newsletter.models.subscriber import Subscriber


class SmsQueueItemQuerySet(ScopedQuerySet["SmsQueueItem"]):
    read_code = "campaign.read"
    station_paths = ("campaign__station",)
    has_company_rows = True

    def due(self, at: datetime) -> Self:
        """Keep what may be sent now, the most urgent first (N-16)."""
        ready = Q(next_retry_at__isnull=True) | Q(next_retry_at__lte=at)
        return self.filter(ready, status=SmsQueueStatus.PENDING, scheduled_at__lte=at).order_by(
            "-priority", "scheduled_at", "pk"
        )

    def stuck(self, since: datetime) -> Self:
        """Keep what somebody began to send at or before the instant and never finished (N-16)."""
        return self.filter(status=SmsQueueStatus.SENDING, sending_since__lte=since)

    def pending_to(self, phone: str) -> Self:
        """Keep what still waits for a number, which its STOP cancels (N-3)."""
        indexes = contact_indexes(phone, DeliveryChannel.SMS)
        return self.filter(status=SmsQueueStatus.PENDING, phone_bidx__in=indexes)


class SmsQueueItem(TimestampedModel):
    """One SMS of a campaign to one subscriber, from waiting to sent or given up."""

    privacy = Classification(
        public="campaign subscriber template segments status priority scheduled_at attempts max_attempts "
        "next_retry_at sending_since sent_at failed_at error_code provider_status",
        personal="phone message phone_bidx last_error provider_message_id",
    )

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="sms_queue_items",
        db_index=False,
        help_text="The campaign that sends the message.",
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.CASCADE,
        related_name="sms_queue_items",
        help_text="The recipient.",
    )
    template = models.ForeignKey(
        SmsTemplate,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sms_queue_items",
        help_text="The text that the message was made of.",
    )
    phone = EncryptedPhoneField(help_text="Number the message goes to, encrypted.")
    message = EncryptedTextField(help_text="The message as it is sent, encrypted.")
    phone_bidx = BlindIndexField(
        source="phone", kind="phone", help_text="Keyed hash by which the number is found."
    )
    segments = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Number of SMS segments the provider charges."
    )
    status = EnumField(SmsQueueStatus, default=SmsQueueStatus.PENDING, help_text="Where the message stands.")
    priority = models.IntegerField(default=0, db_default=0, help_text="Higher numbers are sent first.")
    scheduled_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="The message is sent at this instant or later."
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of times sending was tried."
    )
    max_attempts = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="Number of tries after which the message is given up."
    )
    next_retry_at = instant_field("When sending is tried again after a failure.")
    sending_since = instant_field("When a worker took the message; set exactly while it is being sent.")
    sent_at = instant_field("When the provider took the message.")
    failed_at = instant_field("When the message was given up.")
    last_error = models.TextField(null=True, blank=True, help_text="What the last failed try came to.")
    error_code = models.CharField(
        max_length=50, null=True, blank=True, help_text="The provider's code of the last failure."
    )
    provider_message_id = models.CharField(
        max_length=255, null=True, blank=True, help_text="The provider's own key of the message, unique."
    )
    provider_status = models.CharField(
        max_length=50, null=True, blank=True, help_text="The provider's own word for the message's state."
    )

    objects = SmsQueueItemQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "sms_send_queue")
        verbose_name = "queued SMS"
        verbose_name_plural = "queued SMS"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "subscriber"], name="uq_sms_queue_recipient"),
            models.UniqueConstraint(fields=["provider_message_id"], name="uq_sms_queue_provider"),
            models.CheckConstraint(
                condition=Q(status=SmsQueueStatus.SENDING, sending_since__isnull=False)
                | (~Q(status=SmsQueueStatus.SENDING) & Q(sending_since__isnull=True)),
                name="ck_sms_queue_sending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "scheduled_at"],
                condition=Q(status=SmsQueueStatus.PENDING),
                name="ix_sms_queue_due",
            ),
            models.Index(
                fields=["sending_since"],
                condition=Q(status=SmsQueueStatus.SENDING),
                name="ix_sms_queue_sending",
            ),
            models.Index(
                fields=["phone_bidx"], condition=Q(status=SmsQueueStatus.PENDING), name="ix_sms_queue_phone"
            ),
        ]


class SmsDeliveryEventQuerySet(ScopedQuerySet["SmsDeliveryEvent"]):
    read_code = "campaign.read"
    station_paths = ("campaign_event__campaign__station",)
    has_company_rows = True

    def told_of(self, provider_message_id: str) -> Self:
        """Keep what the provider told of its own key (N-17)."""
        return self.filter(provider_message_id=provider_message_id)


class SmsDeliveryEvent(TimestampedModel):
    """What the provider last told about one SMS; its status only moves forwards."""

    privacy = Classification(
        public="campaign_event queue_item status delivery_timestamp carrier_error_code segments_used "
        "cost_centicents",
        personal="provider_message_id failure_reason metadata",
    )

    campaign_event = models.ForeignKey(
        CampaignEvent,
        on_delete=models.CASCADE,
        related_name="sms_delivery_events",
        help_text="The sending that the provider tells about.",
    )
    queue_item = models.ForeignKey(
        SmsQueueItem,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sms_delivery_events",
        help_text="The message in the queue.",
    )
    provider_message_id = models.CharField(
        max_length=255, help_text="The provider's own key of the message, unique."
    )
    status = EnumField(
        SmsDeliveryStatus, default=SmsDeliveryStatus.QUEUED, help_text="How far the message has come."
    )
    delivery_timestamp = instant_field("When the message reached the phone, by the provider's clock.")
    failure_reason = models.TextField(null=True, blank=True, help_text="Why the message did not arrive.")
    carrier_error_code = models.CharField(
        max_length=50, null=True, blank=True, help_text="The carrier's code of the failure."
    )
    segments_used = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Number of segments the provider charged."
    )
    cost_centicents = models.PositiveIntegerField(
        null=True, blank=True, help_text="What the message cost, in hundredths of a cent."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What else the provider told."
    )

    objects = SmsDeliveryEventQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "sms_delivery_events")
        verbose_name = "SMS delivery"
        verbose_name_plural = "SMS deliveries"
        constraints = [
            models.UniqueConstraint(fields=["provider_message_id"], name="uq_sms_delivery_provider"),
        ]

"""One message to many people: its content, its recipients, its limits."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import DeliveryChannel
from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import EnumField, HexField
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User
from newsletter.enums import ONCE_PER_RECIPIENT, CampaignChannel, CampaignEventType, CampaignStatus
from newsletter.models.fields import counter_field, instant_field, rate_field
from newsletter.models.sms_template import SmsTemplate
from newsletter.models.subscriber import Subscriber


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    read_code = "campaign.read"
    has_company_rows = True

    def due(self, at: datetime) -> Self:
        """Keep the scheduled campaigns whose hour has come (N-15)."""
        return self.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lte=at)

    def sending(self) -> Self:
        """Keep the campaigns whose queue is being worked off (N-15)."""
        return self.filter(status=CampaignStatus.SENDING)


class Campaign(TimestampedModel):
    """A message that is prepared, scheduled and sent to a chosen part of the subscribers."""

    privacy = Classification(
        public="name channel status station template created_by subject content segment_filter preview_hash "
        "previewed_at scheduled_at started_at sent_at total_recipients total_sent total_delivered "
        "total_opened total_clicked total_unsubscribed total_failed delivery_rate_cached "
        "open_rate_cached click_rate_cached unsubscribe_rate_cached last_metrics_updated"
    )

    name = models.CharField(max_length=200, help_text="The name staff know the campaign by.")
    channel = EnumField(CampaignChannel, help_text="The way the message travels.")
    status = EnumField(
        CampaignStatus,
        default=CampaignStatus.DRAFT,
        help_text="Where the campaign stands; only a draft is edited.",
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text="The station that writes to its subscribers; empty for the company.",
    )
    template = models.ForeignKey(
        SmsTemplate,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text="The approved text of the SMS.",
    )
    created_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_created_by",
        help_text="The employee who made the campaign.",
    )
    subject = models.CharField(max_length=255, null=True, blank=True, help_text="Subject line of the e-mail.")
    content = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Body of the e-mail and values for the text."
    )
    segment_filter = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="The rules that choose the recipients."
    )
    preview_hash = HexField(
        null=True, blank=True, help_text="SHA-256 of the content and rules that were last previewed."
    )
    previewed_at = instant_field("When the campaign was last previewed.")
    scheduled_at = instant_field("When sending shall begin.")
    started_at = instant_field("When sending last began.")
    sent_at = instant_field("When nothing was left to send.")
    total_recipients = counter_field("Number of recipients chosen at the start.")
    total_sent = counter_field("Number of messages handed to a provider.")
    total_delivered = counter_field("Number of messages that reached their recipient.")
    total_opened = counter_field("Number of recipients who opened the e-mail.")
    total_clicked = counter_field("Number of recipients who followed a link.")
    total_unsubscribed = counter_field("Number of recipients who wanted no more.")
    total_failed = counter_field("Number of messages given up.")
    delivery_rate_cached = rate_field("Delivered per sent message, in percent.", "delivery rate")
    open_rate_cached = rate_field("Opened per delivered message, in percent.", "open rate")
    click_rate_cached = rate_field("Clicked per delivered message, in percent.", "click rate")
    unsubscribe_rate_cached = rate_field(
        "Unsubscribed per delivered message, in percent.", "unsubscribe rate"
    )
    last_metrics_updated = instant_field("When the rates were last computed.")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "campaigns")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=CampaignStatus.SCHEDULED) | Q(scheduled_at__isnull=False),
                name="ck_campaigns_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(status=CampaignStatus.SENT, sent_at__isnull=False)
                | (~Q(status=CampaignStatus.SENT) & Q(sent_at__isnull=True)),
                name="ck_campaigns_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "scheduled_at"], name="ix_campaigns_status_scheduled"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignEventQuerySet(ScopedQuerySet["CampaignEvent"]):
    read_code = "campaign.read"
    station_paths = ("campaign__station",)
    has_company_rows = True

    def of_type(self, campaign: Campaign, kind: CampaignEventType) -> Self:
        """Keep what happened in one campaign; the queued ones are its recipient list (N-14)."""
        return self.filter(campaign=campaign, type=kind)

    def of_subscriber(self, subscriber: Subscriber, since: datetime) -> Self:
        """Keep what happened to one subscriber since an instant, of all campaigns (N-18)."""
        return self.filter(subscriber=subscriber, occurred_at__gte=since)


class CampaignEvent(CreatedModel):
    """Something that happened to one recipient of a campaign; queued ones are its recipient list."""

    privacy = Classification(public="campaign subscriber channel type occurred_at", personal="payload")

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="campaign_events",
        db_index=False,
        help_text="The campaign in which it happened.",
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.CASCADE,
        related_name="campaign_events",
        db_index=False,
        help_text="The recipient to whom it happened.",
    )
    channel = EnumField(DeliveryChannel, help_text="The way the message travelled.")
    type = EnumField(CampaignEventType, help_text="What happened.")
    payload = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the provider told about it."
    )
    occurred_at = models.DateTimeField(default=timezone.now, db_default=Now(), help_text="When it happened.")

    objects = CampaignEventQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "campaign_events")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "subscriber", "channel", "type"],
                condition=Q(type__in=ONCE_PER_RECIPIENT),
                name="uq_campaign_events_once",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "type"], name="ix_campaign_events_type"),
            models.Index(fields=["subscriber", "occurred_at"], name="ix_campaign_events_subscriber"),
        ]

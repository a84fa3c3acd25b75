"""People who may get news, and what they wish."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from bookings.enums import DeliveryChannel
from bookings.models import Customer
from bookings.models.fields import words_field
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import BlindIndexField, EncryptedEmailField, EncryptedPhoneField
from common.db import table
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station
from newsletter.models.fields import contact_indexes, counter_field, instant_field

MAX_ENGAGEMENT = 100


class SubscriberQuerySet(ScopedQuerySet["Subscriber"]):
    read_code = "subscriber.read"
    has_company_rows = True

    def with_email(self, email: str) -> Self:
        """Keep the one subscriber of an e-mail address; ValueError for an impossible one."""
        return self.filter(email_bidx__in=contact_indexes(email, DeliveryChannel.EMAIL))

    def with_phone(self, phone: str) -> Self:
        """Keep the subscribers of a phone number; ValueError for an impossible one."""
        return self.filter(phone_bidx__in=contact_indexes(phone, DeliveryChannel.SMS))

    def engaged(self, lowest: int = 0, highest: int = MAX_ENGAGEMENT) -> Self:
        """Keep whoever is subscribed and has an engagement score within the bounds (N-14)."""
        return self.filter(subscribed=True, engagement_score__gte=lowest, engagement_score__lte=highest)

    def tagged_with_any(self, tags: Iterable[str]) -> Self:
        """Keep whoever wears at least one of the tags (N-14)."""
        return self.filter(tags__overlap=list(tags))

    def tagged_with_all(self, tags: Iterable[str]) -> Self:
        """Keep whoever wears every one of the tags (N-14)."""
        return self.filter(tags__contains=list(tags))

    def opened_since(self, at: datetime) -> Self:
        """Keep whoever opened an e-mail at or after the instant (N-14)."""
        return self.filter(last_opened_date__gte=at)


class Subscriber(TimestampedModel):
    """A person who may get news by e-mail or SMS; erasing deletes the row."""

    privacy = Classification(
        public="customer station source tags subscribed email_consent sms_consent consent_updated_at "
        "confirmation_sent_at confirmed_at unsubscribed_at engagement_score total_emails_sent "
        "total_emails_opened total_clicks total_sms_sent total_sms_delivered total_sms_failed "
        "last_email_sent_date last_opened_date last_sms_sent_date last_sms_delivered_date",
        personal="email phone email_bidx phone_bidx consent_ip_hash",
    )

    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscribers",
        help_text="The customer that the subscriber is known to be.",
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subscribers",
        help_text="The station whose news the subscriber gets; empty for the company's.",
    )
    email = EncryptedEmailField(null=True, blank=True, help_text="E-mail address, encrypted.")
    phone = EncryptedPhoneField(null=True, blank=True, help_text="Phone number, encrypted.")
    email_bidx = BlindIndexField(
        source="email", kind="email", help_text="Keyed hash by which the e-mail address is found."
    )
    phone_bidx = BlindIndexField(
        source="phone", kind="phone", help_text="Keyed hash by which the phone number is found."
    )
    source = models.CharField(
        max_length=50, null=True, blank=True, help_text="Where the subscriber came from, such as a form."
    )
    tags = words_field(help_text="Words of staff that campaigns choose recipients by.")
    subscribed = models.BooleanField(
        default=True, db_default=True, help_text="Whether any channel is still open for news."
    )
    email_consent = models.BooleanField(
        default=False, db_default=False, help_text="Whether the consent ledger allows e-mail marketing now."
    )
    sms_consent = models.BooleanField(
        "SMS consent",
        default=False,
        db_default=False,
        help_text="Whether the consent ledger allows SMS marketing now.",
    )
    consent_updated_at = instant_field("When the consents were last taken over from the ledger.")
    confirmation_sent_at = instant_field("When the link of the double opt-in was sent.")
    confirmed_at = instant_field("When the link of the double opt-in was followed.")
    unsubscribed_at = instant_field("When the last open channel was closed.")
    consent_ip_hash = BlindIndexField(
        kind="ip", help_text="Keyed hash of the machine address from which consent was given."
    )
    engagement_score = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How much of the news is opened and clicked, from 0 to 100."
    )
    total_emails_sent = counter_field("Number of e-mails sent to the subscriber.")
    total_emails_opened = counter_field("Number of e-mails the subscriber opened.")
    total_clicks = counter_field("Number of links the subscriber followed.")
    total_sms_sent = counter_field("Number of SMS sent to the subscriber.", "total SMS sent")
    total_sms_delivered = counter_field("Number of SMS that reached the subscriber.", "total SMS delivered")
    total_sms_failed = counter_field("Number of SMS that never reached the subscriber.", "total SMS failed")
    last_email_sent_date = instant_field("When the last e-mail was sent.")
    last_opened_date = instant_field("When an e-mail was last opened.")
    last_sms_sent_date = instant_field("When the last SMS was sent.", "last SMS sent")
    last_sms_delivered_date = instant_field("When an SMS last reached the subscriber.", "last SMS delivered")

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "subscribers")
        constraints = [
            models.UniqueConstraint(fields=["email_bidx"], name="uq_subscribers_email"),
            models.UniqueConstraint(
                fields=["phone_bidx"], condition=Q(email_bidx__isnull=True), name="uq_subscribers_phone_only"
            ),
            models.CheckConstraint(
                condition=Q(email_bidx__isnull=False) | Q(phone_bidx__isnull=False),
                name="ck_subscribers_contact",
            ),
            models.CheckConstraint(
                condition=Q(engagement_score__lte=MAX_ENGAGEMENT), name="ck_subscribers_engagement"
            ),
            models.CheckConstraint(
                condition=Q(subscribed=True, unsubscribed_at__isnull=True)
                | Q(subscribed=False, unsubscribed_at__isnull=False),
                name="ck_subscribers_unsubscribed",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_bidx"], name="ix_subscribers_phone"),
            models.Index(fields=["subscribed", "engagement_score"], name="ix_subscribers_segment"),
            GinIndex(fields=["tags"], name="ix_subscribers_tags"),
        ]


class SubscriberPreference(TimestampedModel):
    """What a subscriber wishes: topics, how often, when and in which language."""

    privacy = Classification(
        public="subscriber topics max_sms_per_month max_emails_per_week quiet_start quiet_end "
        "timezone language"
    )

    subscriber = models.OneToOneField(
        Subscriber,
        on_delete=models.CASCADE,
        related_name="subscriber_preference",
        help_text="The subscriber whose wishes these are.",
    )
    topics = words_field(help_text="Topics the subscriber asked for; none means every topic.")
    max_sms_per_month = models.PositiveSmallIntegerField(
        "max SMS per month",
        null=True,
        blank=True,
        help_text="Most SMS in 30 days; empty leaves the company's cap.",
    )
    max_emails_per_week = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most e-mails in 7 days; empty leaves the company's cap."
    )
    quiet_start = models.TimeField(
        null=True, blank=True, help_text="Time of day in the subscriber's zone from which SMS wait."
    )
    quiet_end = models.TimeField(
        null=True, blank=True, help_text="Time of day in the subscriber's zone until which SMS wait."
    )
    timezone = models.CharField(
        max_length=50, null=True, blank=True, help_text="IANA time zone that the subscriber stated."
    )
    language = models.CharField(
        max_length=10, default="en", db_default="en", help_text="Language tag of the news, such as en."
    )

    class Meta:
        db_table = table("newsletter", "subscriber_preferences")

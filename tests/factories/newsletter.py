"""Subscribers, campaigns and their queue, and the ledgers of contacts."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from factory import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.enums import DeliveryChannel, Direction
from common.crypto.blind_index import blind_index
from common.models import uuid7
from newsletter.enums import (
    CampaignChannel,
    CampaignEventType,
    ConsentAction,
    ConsentMethod,
    ConsentPurpose,
    SuppressionReason,
    TemplateCategory,
)
from newsletter.models import (
    Campaign,
    CampaignEvent,
    CampaignSmsLimit,
    ConsentRecord,
    ContactLog,
    SmsDeliveryEvent,
    SmsQueueItem,
    SmsTemplate,
    Subscriber,
    SubscriberPreference,
    Suppression,
)
from newsletter.models.consent_record import GENESIS

SAID_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDING = "I want news by e-mail and can end this at any time."


def email_index(email: str) -> bytes:
    """Return how the ledgers know an e-mail address."""
    return blind_index(email, kind="email")


class SubscriberFactory(DjangoModelFactory):
    """Somebody of the company's own list, without any consent."""

    class Meta:
        model = Subscriber

    email = Sequence(lambda n: f"reader{n}@people.example")


class SubscriberPreferenceFactory(DjangoModelFactory):
    """No wishes beyond English."""

    class Meta:
        model = SubscriberPreference

    subscriber = SubFactory(SubscriberFactory)


class SmsTemplateFactory(DjangoModelFactory):
    """A draft of nobody in particular."""

    class Meta:
        model = SmsTemplate

    name = Sequence(lambda n: f"Summer {n}")
    content = "My Hibachi: {{first_name}}, summer is here. Reply STOP to opt out"
    category = TemplateCategory.PROMOTION


class CampaignFactory(DjangoModelFactory):
    """A draft of the company."""

    class Meta:
        model = Campaign

    name = Sequence(lambda n: f"Summer party {n}")
    channel = CampaignChannel.SMS


class CampaignEventFactory(DjangoModelFactory):
    """A recipient who was chosen."""

    class Meta:
        model = CampaignEvent

    campaign = SubFactory(CampaignFactory)
    subscriber = SubFactory(SubscriberFactory)
    channel = DeliveryChannel.SMS
    type = CampaignEventType.QUEUED


class CampaignSmsLimitFactory(DjangoModelFactory):
    """The limits every campaign begins with."""

    class Meta:
        model = CampaignSmsLimit

    campaign = SubFactory(CampaignFactory)
    current_month = "2026-05"


class SmsQueueItemFactory(DjangoModelFactory):
    """A message that waits."""

    class Meta:
        model = SmsQueueItem

    campaign = SubFactory(CampaignFactory)
    subscriber = SubFactory(SubscriberFactory)
    phone = Sequence(lambda n: f"+1510555{n % 10_000:04}")
    message = "My Hibachi: summer is here. Reply STOP to opt out"


class SmsDeliveryEventFactory(DjangoModelFactory):
    """A message that the provider took."""

    class Meta:
        model = SmsDeliveryEvent

    campaign_event = SubFactory(CampaignEventFactory, type=CampaignEventType.SENT)
    provider_message_id = Sequence(lambda n: f"sms-{n}")


class ConsentRecordFactory(DjangoModelFactory):
    """The first word of a contact, whose hash is true; `after` continues a chain."""

    class Meta:
        model = ConsentRecord

    contact_bidx = Sequence(lambda n: email_index(f"reader{n}@consents.example"))
    channel = DeliveryChannel.EMAIL
    purpose = ConsentPurpose.MARKETING
    action = ConsentAction.GRANTED
    method = ConsentMethod.DOUBLE_OPT_IN
    source = "newsletter form"
    wording_version = "2026-01"
    wording = WORDING
    wording_hash = LazyAttribute(lambda record: hashlib.sha256(record.wording.encode()).hexdigest())
    occurred_at = SAID_AT
    version = 1
    hash_previous = GENESIS

    @classmethod
    def _create(cls, model_class: type[ConsentRecord], *args: Any, **kwargs: Any) -> ConsentRecord:
        record = model_class(*args, **kwargs)
        record.hash_current = kwargs.get("hash_current") or record.digest()
        record.save(force_insert=True)
        return record

    @classmethod
    def after(cls, previous: ConsentRecord, **fields: Any) -> ConsentRecord:
        """Return the next record of a contact's chain."""
        record: ConsentRecord = cls(
            **{
                "contact_bidx": previous.contact_bidx,
                "version": previous.version + 1,
                "hash_previous": previous.hash_current,
                **fields,
            }
        )
        return record


class SuppressionFactory(DjangoModelFactory):
    """A contact that wants no e-mail."""

    class Meta:
        model = Suppression

    contact_bidx = Sequence(lambda n: email_index(f"reader{n}@silence.example"))
    channel = DeliveryChannel.EMAIL
    reason = SuppressionReason.UNSUBSCRIBE
    source = "unsubscribe link"


class ContactLogFactory(DjangoModelFactory):
    """An e-mail of marketing that went out."""

    class Meta:
        model = ContactLog

    class Params:
        contact = Sequence(lambda n: f"reader{n}@log.example")

    contact_bidx = LazyAttribute(lambda entry: email_index(entry.contact))
    channel = DeliveryChannel.EMAIL
    direction = Direction.OUTBOUND
    purpose = ConsentPurpose.MARKETING
    source = "campaign_events"
    source_id = LazyFunction(uuid7)

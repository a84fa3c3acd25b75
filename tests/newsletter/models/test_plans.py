"""The reads of the newsletter go by index on 100,000 rows; plans are read, clocks are not."""

from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from bookings.enums import DeliveryChannel
from identity.enums import UserRole
from newsletter.enums import CampaignEventType, ConsentPurpose
from newsletter.models import (
    Campaign,
    CampaignEvent,
    ConsentRecord,
    ContactLog,
    SmsDeliveryEvent,
    SmsQueueItem,
    Subscriber,
    Suppression,
)
from tests.factories.identity import StationFactory, make_actor
from tests.factories.newsletter import email_index
from tests.plans import FIRST_INSTANT, fill, index_names, key_of, seq_scans, sorts

pytestmark = pytest.mark.django_db
JUNE = parse_datetime(FIRST_INSTANT) + timedelta(days=160)
INSTANT = f"timestamptz '{FIRST_INSTANT}' + n * interval '5 minutes'"
ANN, PHONE = "ann@people.example", "+15105550100"
EMAIL, SMS = DeliveryChannel.EMAIL, DeliveryChannel.SMS
OF_NTH_PAIR = "md5('pair' || n / 100)"
"""Differs for the hundred parents of a key, so that (parent, this) is unique."""


def plan(rows):
    return index_names(rows), seq_scans(rows)


def by(index):
    return {index}, set()


def test_n14_subscribers():
    fill(
        Subscriber,
        email_bidx="sha256(('e' || n)::bytea)",
        phone_bidx="sha256(('p' || n)::bytea)",
        tags="ARRAY['tag ' || n % 1000]",
        subscribed="n % 50 = 0",
        unsubscribed_at=f"CASE WHEN n % 50 > 0 THEN {INSTANT} END",
        engagement_score="n % 101",
        station="md5('identity.station' || n % 100)",
    )
    people = Subscriber.objects
    assert plan(people.with_email(ANN)) == by("uq_subscribers_email")
    assert plan(people.with_phone(PHONE)) == by("ix_subscribers_phone")
    assert plan(people.engaged(90)) == by("ix_subscribers_segment")
    assert plan(people.tagged_with_any(["tag 7"])) == by("ix_subscribers_tags")
    assert plan(people.tagged_with_all(["tag 7"])) == by("ix_subscribers_tags")
    station = StationFactory()
    support = make_actor(UserRole.CUSTOMER_SUPPORT, station)
    (index,) = index_names(people.visible_to(support))
    assert index.startswith("subscribers_station_id")
    assert seq_scans(people.visible_to(support)) == set()


def test_n15_campaigns():
    fill(
        Campaign,
        status="CASE WHEN n % 500 = 0 THEN 'scheduled' ELSE 'sent' END",
        sent_at=f"CASE WHEN n % 500 > 0 THEN {INSTANT} END",
        scheduled_at=INSTANT,
    )
    assert plan(Campaign.objects.due(JUNE)) == by("ix_campaigns_status_scheduled")
    assert plan(Campaign.objects.sending()) == by("ix_campaigns_status_scheduled")


def test_n14_n18_campaign_events():
    fill(
        CampaignEvent,
        subscriber=OF_NTH_PAIR,
        type="(ARRAY['delivered', 'opened', 'clicked', 'queued'])[1 + n / 100 % 4]",
    )
    campaign = Campaign(pk=key_of(Campaign, 7))
    # Opened and clicked ones are in no other index; the recipient list may be read off its own key too.
    opened = CampaignEvent.objects.of_type(campaign, CampaignEventType.OPENED)
    assert plan(opened) == by("ix_campaign_events_type")
    queued = CampaignEvent.objects.of_type(campaign, CampaignEventType.QUEUED)
    assert index_names(queued) <= {"ix_campaign_events_type", "uq_campaign_events_once"}
    assert seq_scans(queued) == set()
    someone = CampaignEvent.objects.first().subscriber_id
    deeds = CampaignEvent.objects.of_subscriber(Subscriber(pk=someone), JUNE)
    assert plan(deeds) == by("ix_campaign_events_subscriber")


def test_n16_the_sms_queue():
    fill(
        SmsQueueItem,
        subscriber=OF_NTH_PAIR,
        status="CASE WHEN n % 200 = 0 THEN 'pending' WHEN n % 999 = 1 THEN 'sending' ELSE 'sent' END",
        sending_since=f"CASE WHEN n % 200 > 0 AND n % 999 = 1 THEN {INSTANT} END",
        priority="n % 3",
        scheduled_at=INSTANT,
    )
    batch = SmsQueueItem.objects.due(JUNE)[:100]
    assert plan(batch) == by("ix_sms_queue_due")
    assert plan(SmsQueueItem.objects.stuck(JUNE)) == by("ix_sms_queue_sending")
    assert plan(SmsQueueItem.objects.pending_to(PHONE)) == by("ix_sms_queue_phone")
    told = SmsQueueItem.objects.filter(provider_message_id="sms-1")
    assert plan(told) == by("uq_sms_queue_provider")


def test_n17_deliveries():
    fill(SmsDeliveryEvent)
    told = SmsDeliveryEvent.objects.told_of("provider_message_id 77")
    assert plan(told) == by("uq_sms_delivery_provider")
    assert told.count() == 1


def test_n1_consents():
    fill(
        ConsentRecord,
        contact_bidx="sha256((n / 4)::text::bytea)",
        channel="'email'",
        purpose="'marketing'",
        version="1 + n % 4",
        hash_previous="CASE WHEN n % 4 = 0 THEN 'genesis' ELSE n::text END",
        occurred_at=INSTANT,
    )
    said = ConsentRecord.objects.about(ANN, EMAIL, ConsentPurpose.MARKETING).until(JUNE)
    assert plan(said[:1]) == by("ix_consents_state")
    chain = ConsentRecord.objects.chain_of(email_index(ANN))
    assert (*plan(chain), sorts(chain)) == (*by("uq_consents_version"), False)


def test_n3_suppressions():
    fill(
        Suppression,
        contact_bidx="sha256(n::text::bytea)",
        lifted_at=f"CASE WHEN n % 2 = 0 THEN {INSTANT} END",
    )
    assert plan(Suppression.objects.of(PHONE, SMS).in_force()) == by("uq_suppressions_live")


def test_n8_the_contact_log():
    fill(
        ContactLog,
        contact_bidx="sha256((n % 5000)::text::bytea)",
        occurred_at=INSTANT,
        purpose="'marketing'",
    )
    assert plan(ContactLog.objects.recent(PHONE, SMS, JUNE).marketing_sent()) == by("ix_contact_log_recent")

"""Which rows the reads of the newsletter keep; every case holds rows that could slip in."""

from datetime import timedelta

import pytest

from bookings.enums import DeliveryChannel, Direction
from common.actors import GuestActor, SystemActor
from identity.enums import UserRole
from newsletter.enums import CampaignEventType, CampaignStatus, SmsQueueStatus, TemplateStatus
from newsletter.models import (
    Campaign,
    CampaignEvent,
    ContactLog,
    SmsDeliveryEvent,
    SmsQueueItem,
    SmsTemplate,
    Subscriber,
    Suppression,
)
from tests.factories import newsletter as rows
from tests.factories.identity import StationFactory, make_actor

pytestmark = pytest.mark.django_db
AT = rows.SAID_AT
MINUTE = timedelta(minutes=1)
SENT = {"status": CampaignStatus.SENT, "sent_at": AT}


@pytest.fixture
def stations():
    return StationFactory(), StationFactory()


def test_r9_subscribers_of_linked_stations_and_the_company(stations):
    mine, other = (rows.SubscriberFactory(station=station) for station in stations)
    company = rows.SubscriberFactory()
    seen = Subscriber.objects.visible_to
    assert set(seen(make_actor(UserRole.CUSTOMER_SUPPORT, stations[0]))) == {mine, company}
    assert set(seen(make_actor(UserRole.STATION_MANAGER, stations[0]))) == set()
    assert set(seen(SystemActor("test"))) == {mine, other, company}
    assert set(seen(GuestActor())) == set()


def test_r9_campaigns_and_what_hangs_on_them(stations):
    made = {}
    for key, station in (("mine", stations[0]), ("other", stations[1]), ("company", None)):
        event = rows.CampaignEventFactory(campaign__station=station)
        item = rows.SmsQueueItemFactory(campaign=event.campaign, subscriber=event.subscriber)
        told = rows.SmsDeliveryEventFactory(campaign_event=event, queue_item=item)
        made[key] = (event.campaign, event, item, told)
    manager = make_actor(UserRole.STATION_MANAGER, stations[0])
    models = (Campaign, CampaignEvent, SmsQueueItem, SmsDeliveryEvent)
    for number, model in enumerate(models):
        assert set(model.objects.visible_to(manager)) == {made["mine"][number], made["company"][number]}
        assert set(model.objects.visible_to(GuestActor())) == set()
        assert model.objects.visible_to(SystemActor("test")).count() == 3


def test_n14_segments():
    keen = rows.SubscriberFactory(engagement_score=80, tags=["vip", "fremont"], last_opened_date=AT)
    cool = rows.SubscriberFactory(engagement_score=10, tags=["vip"], last_opened_date=AT - MINUTE)
    gone = rows.SubscriberFactory(engagement_score=90, subscribed=False, unsubscribed_at=AT)
    people = Subscriber.objects
    assert set(people.engaged()) == {keen, cool}
    assert set(people.engaged(50)) == {keen}
    assert set(people.engaged(0, 10)) == {cool}
    assert set(people.tagged_with_any(["fremont", "vip"])) == {keen, cool}
    assert set(people.tagged_with_all(["fremont", "vip"])) == {keen}
    assert set(people.opened_since(AT)) == {keen}
    assert set(people.with_email(gone.email.upper())) == {gone}


def test_n13_texts_to_use_and_to_decide_on():
    approved = {"status": TemplateStatus.APPROVED, "approved_at": AT}
    good = rows.SmsTemplateFactory(**approved)
    rows.SmsTemplateFactory(**approved, is_active=False)
    waiting = rows.SmsTemplateFactory(status=TemplateStatus.PENDING_APPROVAL)
    rows.SmsTemplateFactory()
    assert set(SmsTemplate.objects.usable()) == {good}
    assert set(SmsTemplate.objects.awaiting_approval()) == {waiting}


def test_n15_campaigns_due_and_being_sent():
    scheduled = {"status": CampaignStatus.SCHEDULED}
    due = rows.CampaignFactory(**scheduled, scheduled_at=AT)
    rows.CampaignFactory(**scheduled, scheduled_at=AT + MINUTE)
    rows.CampaignFactory(scheduled_at=AT)
    sending = rows.CampaignFactory(status=CampaignStatus.SENDING, scheduled_at=AT)
    assert set(Campaign.objects.due(AT)) == {due}
    assert set(Campaign.objects.sending()) == {sending}


def test_n14_the_recipients_of_a_campaign_and_n18_the_deeds_of_a_subscriber():
    queued = rows.CampaignEventFactory(occurred_at=AT)
    opened = rows.CampaignEventFactory(
        campaign=queued.campaign,
        subscriber=queued.subscriber,
        type=CampaignEventType.OPENED,
        occurred_at=AT + MINUTE,
    )
    rows.CampaignEventFactory(occurred_at=AT + MINUTE)
    events = CampaignEvent.objects
    assert set(events.of_type(queued.campaign, CampaignEventType.QUEUED)) == {queued}
    assert set(events.of_subscriber(queued.subscriber, AT)) == {queued, opened}
    assert set(events.of_subscriber(queued.subscriber, AT + MINUTE)) == {opened}


def test_n16_the_queue_gives_the_urgent_first_then_the_oldest():
    def waiting(**fields):
        return rows.SmsQueueItemFactory(**{"scheduled_at": AT, **fields})

    later = waiting(scheduled_at=AT + MINUTE)
    early = waiting(scheduled_at=AT - MINUTE)
    urgent = waiting(priority=5)
    retried = waiting(next_retry_at=AT)
    waiting(next_retry_at=AT + MINUTE)
    waiting(status=SmsQueueStatus.SENT, sent_at=AT)
    assert list(SmsQueueItem.objects.due(AT)) == [urgent, early, retried]
    assert list(SmsQueueItem.objects.due(AT + MINUTE))[:3] == [urgent, early, retried]
    assert later in SmsQueueItem.objects.due(AT + MINUTE)


def test_n16_what_a_worker_left_behind():
    sending = {"status": SmsQueueStatus.SENDING}
    stuck = rows.SmsQueueItemFactory(**sending, sending_since=AT - 10 * MINUTE)
    rows.SmsQueueItemFactory(**sending, sending_since=AT)
    assert set(SmsQueueItem.objects.stuck(AT - 10 * MINUTE)) == {stuck}


def test_n3_what_a_stop_cancels():
    waiting = rows.SmsQueueItemFactory(phone="+15105550100")
    rows.SmsQueueItemFactory(phone="+15105550100", status=SmsQueueStatus.SENT)
    rows.SmsQueueItemFactory(phone="+15105550101")
    assert set(SmsQueueItem.objects.pending_to("(510) 555-0100")) == {waiting}


def test_n17_what_a_provider_told():
    told = rows.SmsDeliveryEventFactory(provider_message_id="sms-a")
    rows.SmsDeliveryEventFactory(provider_message_id="sms-b")
    assert set(SmsDeliveryEvent.objects.told_of("sms-a")) == {told}


def test_n3_a_suppression_counts_until_it_is_lifted():
    contact = rows.email_index("ann@people.example")
    lifted = rows.SuppressionFactory(contact_bidx=contact, lifted_at=AT)
    live = rows.SuppressionFactory(contact_bidx=contact)
    rows.SuppressionFactory()
    email = DeliveryChannel.EMAIL
    assert set(Suppression.objects.of("Ann@people.example", email)) == {lifted, live}
    assert set(Suppression.objects.of("ann@people.example", email).in_force()) == {live}


def test_n8_caps_count_marketing_that_went_out():
    ann = {"contact": "ann@people.example"}
    sent = rows.ContactLogFactory(**ann, occurred_at=AT)
    answer = rows.ContactLogFactory(**ann, occurred_at=AT + MINUTE, direction=Direction.INBOUND, purpose=None)
    receipt = rows.ContactLogFactory(**ann, occurred_at=AT, purpose="transactional")
    rows.ContactLogFactory(**ann, occurred_at=AT - MINUTE)
    rows.ContactLogFactory(occurred_at=AT)
    recent = ContactLog.objects.recent("ann@people.example", DeliveryChannel.EMAIL, AT)
    assert set(recent) == {sent, answer, receipt}
    assert set(recent.marketing_sent()) == {sent}

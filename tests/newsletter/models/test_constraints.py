"""What the tables of schema newsletter refuse, whoever writes; each case breaks one named constraint."""

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError

from common.crypto.blind_index import blind_index
from newsletter.enums import CampaignStatus, SmsQueueStatus, TemplateStatus
from newsletter.models import (
    Campaign,
    CampaignEvent,
    CampaignSmsLimit,
    ConsentRecord,
    SmsQueueItem,
    Subscriber,
    Suppression,
)
from tests.factories import newsletter as rows
from tests.factories.identity import UserFactory
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
AT = rows.SAID_AT
INDEX = blind_index("ann@people.example", kind="email")

REFUSED_UPDATES = [
    (rows.SubscriberFactory, {"email_bidx": None, "email": None}, "ck_subscribers_contact"),
    (rows.SubscriberFactory, {"engagement_score": 101}, "ck_subscribers_engagement"),
    (rows.SubscriberFactory, {"subscribed": False}, "ck_subscribers_unsubscribed"),
    (rows.SubscriberFactory, {"unsubscribed_at": AT}, "ck_subscribers_unsubscribed"),
    (rows.SubscriberFactory, {"email_bidx": b"short"}, "ck_newsletter_subscribers_email_bidx"),
    (rows.SubscriberFactory, {"phone_bidx": b"short"}, "ck_newsletter_subscribers_phone_bidx"),
    (rows.SubscriberFactory, {"consent_ip_hash": b"short"}, "ck_newsletter_subscribers_consent_ip_hash"),
    (rows.SmsTemplateFactory, {"status": TemplateStatus.APPROVED}, "ck_sms_templates_approved"),
    (rows.SmsTemplateFactory, {"status": "lost"}, "ck_newsletter_sms_templates_status"),
    (rows.SmsTemplateFactory, {"category": "spam"}, "ck_newsletter_sms_templates_category"),
    (rows.SmsTemplateFactory, {"source": "cat"}, "ck_newsletter_sms_templates_source"),
    (rows.SmsTemplateFactory, {"ai_confidence": "1.01"}, "ck_newsletter_sms_templates_ai_confidence"),
    (rows.CampaignFactory, {"status": CampaignStatus.SCHEDULED}, "ck_campaigns_scheduled"),
    (rows.CampaignFactory, {"status": CampaignStatus.SENT}, "ck_campaigns_sent"),
    (rows.CampaignFactory, {"sent_at": AT}, "ck_campaigns_sent"),
    (rows.CampaignFactory, {"channel": "fax"}, "ck_newsletter_campaigns_channel"),
    (rows.CampaignFactory, {"status": "lost"}, "ck_newsletter_campaigns_status"),
    (rows.CampaignEventFactory, {"channel": "fax"}, "ck_newsletter_campaign_events_channel"),
    (rows.CampaignEventFactory, {"type": "lost"}, "ck_newsletter_campaign_events_type"),
    (rows.CampaignSmsLimitFactory, {"current_month": "2026-13"}, "ck_sms_limits_month"),
    (rows.CampaignSmsLimitFactory, {"current_month": "26-05"}, "ck_sms_limits_month"),
    (rows.CampaignSmsLimitFactory, {"alert_at_percentage": 0}, "ck_sms_limits_alert"),
    (rows.CampaignSmsLimitFactory, {"alert_at_percentage": 101}, "ck_sms_limits_alert"),
    (
        rows.CampaignSmsLimitFactory,
        {"limit_exceeded_action": "shrug"},
        "ck_newsletter_campaign_sms_limits_limit_exceeded_action",
    ),
    (rows.SmsQueueItemFactory, {"status": SmsQueueStatus.SENDING}, "ck_sms_queue_sending"),
    (rows.SmsQueueItemFactory, {"sending_since": AT}, "ck_sms_queue_sending"),
    (rows.SmsQueueItemFactory, {"status": "lost"}, "ck_newsletter_sms_send_queue_status"),
    (rows.SmsQueueItemFactory, {"phone_bidx": b"short"}, "ck_newsletter_sms_send_queue_phone_bidx"),
    (rows.SmsDeliveryEventFactory, {"status": "lost"}, "ck_newsletter_sms_delivery_events_status"),
    (rows.SuppressionFactory, {"contact_bidx": None}, "ck_suppressions_contact"),
    (rows.SuppressionFactory, {"contact_bidx": b"short"}, "ck_newsletter_suppressions_contact_bidx"),
    (rows.SuppressionFactory, {"channel": "fax"}, "ck_newsletter_suppressions_channel"),
    (rows.SuppressionFactory, {"reason": "mood"}, "ck_newsletter_suppressions_reason"),
    (rows.ContactLogFactory, {"contact_bidx": None}, "ck_contact_log_contact"),
    (rows.ContactLogFactory, {"contact_bidx": b"short"}, "ck_newsletter_contact_log_contact_bidx"),
    (rows.ContactLogFactory, {"channel": "fax"}, "ck_newsletter_contact_log_channel"),
    (rows.ContactLogFactory, {"direction": "up"}, "ck_newsletter_contact_log_direction"),
    (rows.ContactLogFactory, {"purpose": "fun"}, "ck_newsletter_contact_log_purpose"),
]


@pytest.mark.parametrize(("factory", "values", "name"), REFUSED_UPDATES)
def test_a_row_cannot_be_brought_into_an_impossible_state(factory, values, name):
    assert broken_by(update(factory(), **values)) == name


REFUSED_CONSENTS = [
    ({"contact_bidx": None, "hash_current": "0" * 64}, "ck_consents_contact"),
    ({"version": 2}, "ck_consents_contact"),
    ({"hash_previous": "0" * 64}, "ck_consents_contact"),
    ({"contact_bidx": b"short"}, "ck_newsletter_consent_records_contact_bidx"),
    ({"ip_hash": b"short"}, "ck_newsletter_consent_records_ip_hash"),
    ({"channel": "fax"}, "ck_newsletter_consent_records_channel"),
    ({"purpose": "fun"}, "ck_newsletter_consent_records_purpose"),
    ({"action": "shrugged"}, "ck_newsletter_consent_records_action"),
    ({"method": "telepathy"}, "ck_newsletter_consent_records_method"),
]


@pytest.mark.parametrize(("values", "name"), REFUSED_CONSENTS)
def test_n1_an_impossible_consent_is_not_recorded(values, name):
    assert broken_by(lambda: rows.ConsentRecordFactory(**values)) == name


REFUSED_TWINS = [
    (rows.SubscriberFactory, {"email": "ann@people.example"}, "uq_subscribers_email"),
    (rows.SubscriberFactory, {"email": None, "phone": "+15105550100"}, "uq_subscribers_phone_only"),
    (rows.SmsTemplateFactory, {"name": "Summer"}, "uq_sms_templates_name"),
    (rows.SmsQueueItemFactory, {"provider_message_id": "sms-x"}, "uq_sms_queue_provider"),
    (rows.SmsDeliveryEventFactory, {"provider_message_id": "sms-x"}, "uq_sms_delivery_provider"),
    (rows.ConsentRecordFactory, {"contact_bidx": INDEX}, "uq_consents_version"),
    (rows.ConsentRecordFactory, {"hash_current": "0" * 64}, "uq_consents_hash"),
    (rows.SuppressionFactory, {"contact_bidx": INDEX}, "uq_suppressions_live"),
    (
        rows.ContactLogFactory,
        {"source_id": "0197a3b0-0000-7000-8000-000000000001"},
        "uq_contact_log_source",
    ),
]


@pytest.mark.parametrize(("factory", "values", "name"), REFUSED_TWINS)
def test_equal_rows_are_kept_once(factory, values, name):
    factory(**values)
    # The second consent of a contact differs in its time, and so in its hash.
    differs = {"occurred_at": "2026-03-02T12:00:00Z"} if "hash_current" in values else {}
    if name == "uq_consents_version":
        differs = {"hash_current": "1" * 64}
    assert broken_by(lambda: factory(**values, **differs)) == name


def test_a_phone_may_belong_to_several_subscribers_with_an_email():
    for _ in range(2):
        rows.SubscriberFactory(phone="+15105550100")
    rows.SubscriberFactory(email=None, phone="+15105550100")
    assert Subscriber.objects.with_phone("510 555 0100").count() == 3


def test_n13_nobody_approves_their_own_text():
    author = UserFactory()
    text = rows.SmsTemplateFactory(created_by=author)
    approved = {"status": TemplateStatus.APPROVED, "approved_at": AT}
    assert broken_by(update(text, **approved, approved_by=author)) == "ck_sms_templates_approved"
    assert update(text, **approved, approved_by=UserFactory())() == 1


def test_n14_a_recipient_is_queued_and_sent_once_and_opens_as_often_as_they_like():
    event = rows.CampaignEventFactory()
    who = {"campaign": event.campaign, "subscriber": event.subscriber}
    assert broken_by(lambda: rows.CampaignEventFactory(**who)) == "uq_campaign_events_once"
    rows.CampaignEventFactory(**who, channel="email")
    for _ in range(2):
        rows.CampaignEventFactory(**who, type="opened")
    rows.SmsQueueItemFactory(**who)
    assert broken_by(lambda: rows.SmsQueueItemFactory(**who)) == "uq_sms_queue_recipient"


def test_n3_a_lifted_suppression_may_come_again():
    first = rows.SuppressionFactory(contact_bidx=INDEX)
    update(first, lifted_at=AT)()
    rows.SuppressionFactory(contact_bidx=INDEX)
    rows.SuppressionFactory(contact_bidx=INDEX, channel="sms")
    assert Suppression.objects.in_force().count() == 2


def test_n12_a_campaign_has_one_row_of_limits_and_its_defaults():
    limit = rows.CampaignSmsLimitFactory()
    assert (limit.monthly_sms_limit, limit.cost_per_segment_centicents, limit.alert_at_percentage) == (
        1_000,
        75,
        80,
    )
    name = broken_by(lambda: rows.CampaignSmsLimitFactory(campaign=limit.campaign))
    assert name == "campaign_sms_limits_campaign_id_key"


def test_n1_the_ledger_of_consents_is_never_changed_nor_purged():
    """A: not even the retention job deletes here."""
    record = rows.ConsentRecordFactory()
    frozen = "tg_consent_records_frozen"
    assert broken_by(update(record, source="elsewhere")) == frozen
    assert broken_by(record.delete) == frozen
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.purge = 'on'")
    assert broken_by(ConsentRecord.objects.all().delete) == frozen


def test_n1_who_recorded_a_consent_cannot_be_deleted():
    record = rows.ConsentRecordFactory(actor=UserFactory())
    with pytest.raises(ProtectedError), transaction.atomic():
        record.actor.delete()


def test_n1_each_record_hashes_itself_and_the_one_before():
    first = rows.ConsentRecordFactory(contact_bidx=INDEX, ip_hash=blind_index("10.0.0.1", kind="ip"))
    second = rows.ConsentRecordFactory.after(first, action="withdrawn", actor=UserFactory())
    stored = list(ConsentRecord.objects.chain_of(INDEX))
    assert stored == [first, second]
    assert [row.digest() for row in stored] == [row.hash_current for row in stored]
    assert stored[1].hash_previous == stored[0].hash_current
    told = {
        "channel": "sms",
        "purpose": "transactional",
        "action": "granted",
        "method": "staff",
        "source": "elsewhere",
        "wording_version": "2026-02",
        "wording_hash": "0" * 64,
        "actor_id": None,
        "ip_hash": INDEX,
        "user_agent": "curl",
        "evidence": {"message": "x"},
        "occurred_at": rows.SAID_AT.replace(hour=13),
        "version": 3,
        "hash_previous": "0" * 64,
        "contact_bidx": blind_index("bob@people.example", kind="email"),
    }
    for name, value in told.items():
        forged = ConsentRecord.objects.get(pk=second.pk)
        setattr(forged, name, value)
        assert forged.digest() != second.hash_current, name


def test_erasing_a_subscriber_takes_its_rows_along_and_leaves_the_ledgers():
    """data-model.md: erasing deletes the row; consents and suppressions outlive it."""
    event = rows.CampaignEventFactory()
    who = {"campaign": event.campaign, "subscriber": event.subscriber}
    item = rows.SmsQueueItemFactory(**who)
    rows.SmsDeliveryEventFactory(campaign_event=event, queue_item=item)
    rows.SubscriberPreferenceFactory(subscriber=event.subscriber)
    rows.ConsentRecordFactory(contact_bidx=event.subscriber.email_bidx)
    rows.SuppressionFactory(contact_bidx=event.subscriber.email_bidx)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "newsletter"."subscribers"')
    left = (CampaignEvent, SmsQueueItem, ConsentRecord, Suppression, Campaign)
    assert [model.objects.count() for model in left] == [0, 0, 1, 1, 1]


def test_a_campaign_takes_its_limits_and_queue_along():
    limit = rows.CampaignSmsLimitFactory()
    rows.SmsQueueItemFactory(campaign=limit.campaign)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "newsletter"."campaigns"')
    assert (CampaignSmsLimit.objects.count(), SmsQueueItem.objects.count()) == (0, 0)


def test_a_text_in_use_stays():
    campaign = rows.CampaignFactory(template=rows.SmsTemplateFactory())
    with pytest.raises(ProtectedError):
        campaign.template.delete()


def test_rows_say_what_they_are_and_nothing_personal():
    assert str(rows.CampaignFactory(name="Summer")) == "Summer"
    assert str(rows.SmsTemplateFactory(name="Hello")) == "Hello"
    subscriber = rows.SubscriberFactory(email="ann@people.example")
    assert str(subscriber) == f"subscriber {subscriber.pk}"


def test_rows_made_by_hand_in_sql_get_the_defaults():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletter.subscribers (email_encrypted, email_bidx) VALUES ('\\x00', sha256('x'))"
        )
        cursor.execute(
            "SELECT tags, subscribed, email_consent, sms_consent, engagement_score, total_sms_failed "
            "FROM newsletter.subscribers"
        )
        assert cursor.fetchone() == ([], True, False, False, 0, 0)

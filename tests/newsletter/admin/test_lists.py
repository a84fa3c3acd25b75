"""What staff see of the newsletter: rows in reach, contacts masked and found, lists of constant cost."""

import pytest

from bookings.enums import DeliveryChannel
from common.crypto.blind_index import blind_index
from identity.enums import UserRole
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
from tests.factories import newsletter as rows
from tests.factories.identity import StationFactory, UserFactory, make_staff
from tests.pages import enter, found, listed, queries, url

ANN, PHONE = "ann@people.example", "+15105550111"
OF_STATIONS = (
    Subscriber,
    SubscriberPreference,
    Campaign,
    CampaignEvent,
    CampaignSmsLimit,
    SmsQueueItem,
    SmsDeliveryEvent,
)
OF_THE_COMPANY = (SmsTemplate, ConsentRecord, Suppression, ContactLog)


def make_rows(station, **contact):
    """Make a row of every table for one subscriber of a station; return them by model."""
    subscriber = rows.SubscriberFactory(station=station, **contact)
    campaign = rows.CampaignFactory(station=station)
    event = rows.CampaignEventFactory(campaign=campaign, subscriber=subscriber)
    item = rows.SmsQueueItemFactory(
        campaign=campaign, subscriber=subscriber, phone=contact.get("phone", PHONE)
    )
    made = (
        subscriber,
        rows.SubscriberPreferenceFactory(subscriber=subscriber),
        campaign,
        event,
        rows.CampaignSmsLimitFactory(campaign=campaign),
        item,
        rows.SmsDeliveryEventFactory(campaign_event=event, queue_item=item),
        rows.SmsTemplateFactory(created_by=UserFactory()),
        rows.ConsentRecordFactory(contact_bidx=subscriber.email_bidx, actor=UserFactory()),
        rows.SuppressionFactory(contact_bidx=subscriber.email_bidx),
        rows.ContactLogFactory(contact_bidx=subscriber.email_bidx),
    )
    return {type(row): row for row in made}


def test_r4_r9_support_sees_its_stations_rows_and_the_companys(support, station):
    mine, _theirs, company = make_rows(station), make_rows(StationFactory()), make_rows(None)
    for model in OF_STATIONS:
        assert listed(support, model) == [company[model], mine[model]], model
    for model in OF_THE_COMPANY:
        assert len(listed(support, model)) == 3, model


def test_r4_pages_of_other_stations_are_not_there(support, station):
    theirs = make_rows(StationFactory())
    for model in OF_STATIONS:
        assert support.get(url(model, "change", theirs[model].pk)).status_code == 302, model


def test_section_1_a_manager_reads_campaigns_and_nothing_of_people(manager, station):
    make_rows(station)
    allowed = {model: manager.get(url(model, "changelist")).status_code for model in OF_STATIONS}
    campaigns = {Campaign, CampaignEvent, CampaignSmsLimit, SmsQueueItem, SmsDeliveryEvent}
    assert allowed == {model: 200 if model in campaigns else 403 for model in OF_STATIONS}
    assert {manager.get(url(model, "changelist")).status_code for model in OF_THE_COMPANY} == {403}
    assert manager.get(url(Campaign, "add")).status_code == 403


def test_p2_a_pasted_contact_finds_every_row_about_it(support, station):
    wanted = make_rows(station, email=ANN, phone=PHONE)
    make_rows(station)
    for model in (Subscriber, SubscriberPreference, CampaignEvent, ConsentRecord, Suppression, ContactLog):
        assert found(support, model, f" {ANN.upper()} ") == [wanted[model]], model
    by_phone = rows.SuppressionFactory(
        contact_bidx=blind_index(PHONE, kind="phone"), channel=DeliveryChannel.SMS
    )
    assert found(support, Suppression, "(510) 555-0111") == [by_phone]
    for model in (Subscriber, SubscriberPreference, CampaignEvent):
        assert found(support, model, "(510) 555-0111") == [wanted[model]], model
    queued = SmsQueueItem.objects.get(subscriber=wanted[Subscriber])
    assert queued in found(support, SmsQueueItem, PHONE)


def test_other_searches_take_names_and_keys(support, station):
    made = make_rows(station)
    make_rows(station)
    terms = {
        Campaign: made[Campaign].name,
        CampaignEvent: made[Campaign].name,
        CampaignSmsLimit: made[Campaign].name,
        SmsTemplate: made[SmsTemplate].name,
        SmsDeliveryEvent: made[SmsDeliveryEvent].provider_message_id,
        ConsentRecord: made[ConsentRecord].hash_current,
        ContactLog: str(made[ContactLog].source_id),
    }
    assert {model: found(support, model, term) for model, term in terms.items()} == {
        model: [made[model]] for model in terms
    }


def test_p3_contacts_and_messages_stay_masked_until_they_are_revealed(support, station):
    message = "Hello Ann, canary sings."
    made = make_rows(station, email=ANN, phone=PHONE)
    SmsQueueItem.objects.filter(pk=made[SmsQueueItem].pk).update(message=message)
    for model, row in made.items():
        for address in (url(model, "changelist"), url(model, "change", row.pk)):
            text = support.get(address).content.decode()
            assert [word for word in (ANN, PHONE, "canary") if word in text] == [], address
    shown = support.get(url(Subscriber, "changelist")).content.decode()
    assert "a***@people.example" in shown or "•" in shown
    reveal = {"fields_wanted": ["message", "phone"], "reason": "The provider asked for the text."}
    answer = support.post(url(SmsQueueItem, "reveal", made[SmsQueueItem].pk), reveal)
    assert (message in answer.content.decode(), PHONE in answer.content.decode()) == (True, True)


def test_lists_cost_the_same_whatever_they_hold(support, station):
    make_rows(station)
    models = (*OF_STATIONS, *OF_THE_COMPANY)
    one = {model: queries(support, url(model, "changelist")) for model in models}
    for _ in range(2):
        make_rows(station)
    assert {model: queries(support, url(model, "changelist")) for model in models} == one
    assert list(one.values()) == [6, 5, 6, 5, 5, 5, 5, 5, 5, 5, 5]


def test_pages_cost_the_same_whatever_hangs_on_them(support, station):
    made = make_rows(station)
    pages = [url(Campaign, "change", made[Campaign].pk), url(Subscriber, "change", made[Subscriber].pk)]
    one = [queries(support, page) for page in pages]
    for _ in range(2):
        rows.CampaignEventFactory(campaign=made[Campaign])
        rows.CampaignEventFactory(subscriber=made[Subscriber])
        rows.SmsQueueItemFactory(campaign=made[Campaign])
    assert [queries(support, page) for page in pages] == one
    assert one == [6, 6]


def test_ledgers_and_logs_are_to_be_read(support, station):
    made = make_rows(station)
    owner = enter(make_staff(UserRole.SUPER_ADMIN))
    read_only = (
        CampaignEvent,
        CampaignSmsLimit,
        SmsQueueItem,
        SmsDeliveryEvent,
        ConsentRecord,
        Suppression,
        ContactLog,
    )
    for model in read_only:
        page = url(model, "change", made[model].pk)
        assert owner.get(page).context["has_change_permission"] is False, model
        assert owner.get(url(model, "add")).status_code == 403, model
        assert owner.post(page, {}).status_code == 403, model
    for model in made:
        assert owner.get(url(model, "delete", made[model].pk)).status_code == 403, model


@pytest.mark.parametrize(
    ("model", "query", "count"),
    [
        (Subscriber, "subscribed__exact=0", 0),
        (Subscriber, "sms_consent__exact=0", 1),
        (Campaign, "status__exact=draft", 1),
        (Campaign, "status__exact=sent", 0),
        (CampaignEvent, "type__exact=queued", 1),
        (SmsQueueItem, "status__exact=failed", 0),
        (SmsDeliveryEvent, "status__exact=queued", 1),
        (ConsentRecord, "action__exact=withdrawn", 0),
        (Suppression, "reason__exact=unsubscribe", 1),
        (ContactLog, "direction__exact=outbound", 1),
        (SmsTemplate, "status__exact=draft", 1),
    ],
)
def test_filters_cut_the_lists(support, station, model, query, count):
    make_rows(station)
    assert len(listed(support, model, query)) == count


def test_states_are_told_in_words(support, station):
    make_rows(station)
    lifted = rows.SuppressionFactory(lifted_at=rows.SAID_AT)
    text = support.get(url(Suppression, "changelist")).content.decode()
    assert ("In force" in text, "Lifted" in text) == (True, True)
    assert support.get(url(Suppression, "change", lifted.pk)).status_code == 200
    rows.CampaignSmsLimitFactory(total_cost_centicents=12_345, monthly_sms_used=7)
    text = support.get(url(CampaignSmsLimit, "changelist")).content.decode()
    assert ("$1.2345" in text, "7 of 1000" in text) == (True, True)

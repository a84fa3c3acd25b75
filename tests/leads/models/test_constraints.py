"""What the tables of schema lead refuse, whoever writes (data model, section 7)."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from leads.models import Lead, LeadContact, LeadEvent
from tests.common.db import catalogue
from tests.factories.leads import (
    LeadContactFactory,
    LeadContextFactory,
    LeadEventFactory,
    LeadFactory,
    LeadSocialAccountFactory,
    LeadSocialMessageFactory,
    SocialMediaAccountFactory,
)
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)

CASES = [
    (LeadFactory, "check_lead_score_range", {"score": "100.01"}),
    (LeadFactory, "check_lead_score_range", {"score": "-0.01"}),
    (LeadFactory, "ck_leads_converted", {"status": "converted"}),
    (LeadFactory, "ck_leads_converted", {"conversion_date": NOW}),
    (LeadFactory, "ck_leads_lost", {"status": "disqualified"}),
    (LeadFactory, "ck_lead_leads_source", {"source": "pigeon"}),
    (LeadFactory, "ck_lead_leads_status", {"status": "odd"}),
    (LeadFactory, "ck_lead_leads_quality", {"quality": "odd"}),
    (LeadFactory, "ck_lead_leads_soft_delete", {"deleted_at": NOW}),
    (LeadContactFactory, "ck_lead_lead_contacts_channel", {"channel": "odd"}),
    (
        LeadContactFactory,
        "ck_lead_lead_contacts_handle_or_address_bidx",
        {"handle_or_address_bidx": b"short"},
    ),
    (
        LeadContextFactory,
        "ck_lead_context_range",
        {"event_date_range_start": date(2026, 5, 2), "event_date_range_end": date(2026, 5, 1)},
    ),
    (LeadContextFactory, "ck_lead_lead_context_currency", {"currency": "usd"}),
    (LeadEventFactory, "ck_lead_lead_events_type", {"type": "odd"}),
    (LeadSocialAccountFactory, "ck_lead_social_accounts_platform", {"platform": "odd"}),
    (SocialMediaAccountFactory, "ck_lead_social_media_accounts_platform", {"platform": "odd"}),
    (LeadSocialMessageFactory, "ck_lead_social_messages_platform", {"platform": "odd"}),
    (LeadSocialMessageFactory, "ck_lead_social_messages_direction", {"direction": "odd"}),
    (LeadSocialMessageFactory, "ck_lead_social_messages_kind", {"kind": "odd"}),
]


@pytest.mark.parametrize(("factory", "name", "values"), CASES, ids=lambda case: str(case)[:60])
def test_refuses(factory, name, values):
    assert broken_by(update(factory(), **values)) == name


def test_l6_ends_of_the_pipeline():
    lead = LeadFactory()
    update(lead, status="converted", conversion_date=NOW, score=100)()
    update(lead, status="disqualified", conversion_date=None, lost_reason="Too far away.", score=0)()


def test_a_range_may_be_open():
    context = LeadContextFactory(event_date_range_start=date(2026, 5, 2))
    update(context, event_date_range_end=date(2026, 5, 2))()


def test_keys():
    contact = LeadContactFactory()
    same = {"lead": contact.lead, "handle_or_address": contact.handle_or_address.upper()}
    assert broken_by(lambda: LeadContactFactory(**same)) == "uq_lead_contacts"
    LeadContactFactory(handle_or_address=contact.handle_or_address)
    account = LeadSocialAccountFactory()
    again = {"lead": account.lead, "handle": account.handle}
    assert broken_by(lambda: LeadSocialAccountFactory(**again)) == "uq_lead_social_accounts"
    LeadSocialAccountFactory(**again, platform="yelp")
    page = SocialMediaAccountFactory()
    assert broken_by(lambda: SocialMediaAccountFactory(page_id=page.page_id)) == "uq_lead_media_accounts_page"
    assert str(page) == "Hibachi Fremont (Instagram)"
    LeadSocialMessageFactory.create_batch(2)
    message = LeadSocialMessageFactory(message_ref="m-1")
    refused = lambda: LeadSocialMessageFactory(message_ref=message.message_ref)  # noqa: E731 -- one case
    assert broken_by(refused) == "uq_lead_social_messages_ref"
    context = LeadContextFactory()
    assert broken_by(lambda: LeadContextFactory(lead=context.lead)) == "lead_context_lead_id_key"


@pytest.mark.parametrize(
    ("channel", "text"),
    [("email", "instagram:ann"), ("instagram", "ann@people.example"), ("sms", "yelp:ann")],
)
def test_l1_a_contact_fits_its_channel(channel, text):
    contact = LeadContactFactory.build(lead=LeadFactory(), channel=channel, handle_or_address=text)
    with pytest.raises(ValidationError) as caught:
        contact.full_clean()
    assert caught.value.message_dict == {"handle_or_address": ["This is no contact of the channel."]}


def test_a_contact_is_encrypted_and_found_by_its_index():
    """Data model, section 7: the kind of the index hangs on the channel."""
    contact = LeadContactFactory(channel="sms", handle_or_address="(510) 555-0142")
    contact.full_clean()
    assert contact.handle_or_address == "+15105550142"
    (stored,) = catalogue.rows("SELECT handle_or_address_encrypted FROM lead.lead_contacts")
    assert b"5550142" not in bytes(stored)
    for channel in ("sms", "phone", "whatsapp"):
        assert LeadContact.objects.matching(channel, "510.555.0142").get() == contact
    assert not LeadContact.objects.matching("email", "+15105550142@people.example").exists()


def test_rows_made_by_hand_in_sql_get_the_defaults():
    assert catalogue.rows(
        "INSERT INTO lead.leads (source) VALUES ('import') RETURNING status, score, metadata::text, "
        "station_id, created_at = statement_timestamp(), updated_at = created_at"
    ) == [("new", 0, "{}", None, True, True)]
    assert catalogue.rows(
        "INSERT INTO lead.lead_events (lead_id, type) SELECT id, 'note' FROM lead.leads "
        "RETURNING payload::text, occurred_at = statement_timestamp()"
    ) == [("{}", True)]
    assert catalogue.rows(
        "INSERT INTO lead.social_media_accounts (platform, page_id, page_name) VALUES ('yelp', '1', 'n') "
        "RETURNING auto_capture, is_active, metadata::text"
    ) == [(True, True, "{}")]
    assert catalogue.rows(
        "INSERT INTO lead.social_messages (lead_id, platform, direction, kind) "
        "SELECT id, 'yelp', 'inbound', 'dm' FROM lead.leads RETURNING media::text, metadata::text"
    ) == [("[]", "{}")]


def test_a_deleted_lead_takes_its_parts_along():
    """CASCADE for parts, SET NULL for references, in the catalogue as in Django."""
    message = LeadSocialMessageFactory(
        social_account=LeadSocialAccountFactory(), social_media_account=SocialMediaAccountFactory()
    )
    LeadEventFactory(lead=message.lead)
    catalogue.rows("DELETE FROM lead.leads WHERE id = %s RETURNING 1", message.lead_id)
    assert (Lead.objects.count(), LeadEvent.objects.count()) == (1, 0)
    assert catalogue.foreign_keys("lead", "social_messages") == {
        "lead_id": ("lead.leads", "CASCADE", True),
        "social_account_id": ("lead.social_accounts", "SET NULL", True),
        "social_media_account_id": ("lead.social_media_accounts", "SET NULL", True),
        "core_message_id": ("core.social_messages", "SET NULL", True),
    }
    assert catalogue.foreign_keys("lead", "leads") == {
        "station_id": ("identity.stations", "RESTRICT", True),
        "assigned_to_id": ("identity.users", "SET NULL", True),
        "customer_id": ("core.customers", "SET NULL", True),
        "converted_booking_id": ("core.bookings", "SET NULL", True),
        "deleted_by_id": ("identity.users", "SET NULL", True),
    }

"""Which index answers which question, by the plan on 100,000 rows."""

from datetime import UTC, datetime

import pytest

from bookings.enums import SocialPlatform
from identity.models import Station
from leads.enums import LeadEventType, LeadSource, LeadStatus
from leads.models import (
    Lead,
    LeadContact,
    LeadEvent,
    LeadSocialAccount,
    LeadSocialMessage,
    SocialMediaAccount,
)
from tests.plans import fill, index_names, key_of, seq_scans

pytestmark = pytest.mark.django_db
SPRING, SUMMER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)


def fill_leads():
    fill(
        Lead,
        station="md5('identity.station' || n % 100)",
        status="(ARRAY['new', 'working', 'nurturing', 'qualified'])[1 + n % 4]",
        score="n % 100",
        follow_up_date="CASE WHEN n % 100 = 0 THEN timestamptz '2026-01-01' + n * interval '5 minutes' END",
        answer_due_at="timestamptz '2026-01-01' + n * interval '5 minutes'",
        answered_at="CASE WHEN n % 100 > 0 THEN timestamptz '2026-01-01' END",
    )


def test_leads_are_read_by_index():
    """L-4, L-10, L-12: open leads due, unanswered ones, the station's list, the best, those of a source."""
    fill_leads()
    leads, station = Lead.objects, Station(pk=key_of(Station, 7))
    reads = {
        "ix_leads_follow_up": leads.follow_ups_due(SPRING),
        "ix_leads_answer_due": leads.answers_due(SPRING),
        "ix_leads_station_status": leads.of_station(station, LeadStatus.WORKING)[:50],
        "ix_leads_status_score": leads.best(LeadStatus.QUALIFIED)[:50],
        "ix_leads_source_created": leads.captured(LeadSource.YELP, start=SPRING, end=SUMMER),
    }
    assert {name: index_names(rows) for name, rows in reads.items()} == {name: {name} for name in reads}
    assert {table for rows in reads.values() for table in seq_scans(rows)} == set()


def test_l2_equal_contacts_are_found_by_index():
    fill(LeadContact)
    contacts = LeadContact.objects.matching("email", "ann@people.example")
    assert (index_names(contacts), seq_scans(contacts)) == ({"ix_lead_contacts_lookup"}, set())
    own = LeadContact.objects.of_lead(Lead(pk=key_of(Lead, 7)))
    assert (index_names(own), seq_scans(own)) == ({"uq_lead_contacts"}, set())


def test_events_are_read_by_index():
    fill(LeadEvent, occurred_at="timestamptz '2026-01-01' + n * interval '5 minutes'")
    timeline = LeadEvent.objects.timeline(Lead(pk=key_of(Lead, 7)))[:50]
    assert index_names(timeline) == {"ix_lead_events_timeline"}
    dropped = LeadEvent.objects.of_type(LeadEventType.FUNNEL_DROPPED, start=SPRING, end=SUMMER)
    assert index_names(dropped) == {"ix_lead_events_type"}
    assert seq_scans(timeline) | seq_scans(dropped) == set()


def test_social_rows_are_read_by_index():
    fill(LeadSocialAccount)
    met = LeadSocialAccount.objects.with_handle(SocialPlatform.YELP, "handle 77")
    assert (index_names(met), seq_scans(met)) == ({"ix_lead_social_handle"}, set())
    fill(SocialMediaAccount)
    page = SocialMediaAccount.objects.of_page(SocialPlatform.YELP, "page_id 77")
    assert (index_names(page), seq_scans(page)) == ({"uq_lead_media_accounts_page"}, set())


def test_social_messages_are_read_by_index():
    fill(LeadSocialMessage, message_ref="'m' || n")
    said = LeadSocialMessage.objects.conversation(Lead(pk=key_of(Lead, 7)))[:50]
    assert index_names(said) == {"ix_lead_social_msgs_created"}
    known = LeadSocialMessage.objects.with_ref(SocialPlatform.YELP, "m77")
    assert index_names(known) == {"uq_lead_social_messages_ref"}
    assert seq_scans(said) | seq_scans(known) == set()

"""L-2 to L-12, R-4, R-9: which rows the reads return, with rows beside them that must not come."""

from datetime import UTC, datetime, timedelta

import pytest

from common.actors import SystemActor
from identity.enums import UserRole
from leads.enums import LeadEventType, LeadSource, LeadStatus
from leads.models import (
    Lead,
    LeadContact,
    LeadEvent,
    LeadSocialAccount,
    LeadSocialMessage,
    SocialMediaAccount,
)
from tests.factories.identity import StationFactory, make_actor
from tests.factories.leads import (
    LeadContactFactory,
    LeadEventFactory,
    LeadFactory,
    LeadSocialAccountFactory,
    LeadSocialMessageFactory,
    SocialMediaAccountFactory,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 19, tzinfo=UTC)
HOUR = timedelta(hours=1)
GONE = {"deleted_at": AT, "delete_reason": "planted"}
LOST = {"status": "disqualified", "lost_reason": "Too far away."}


def test_l2_open_leads():
    still_open = {LeadFactory(status=status) for status in ("new", "working", "qualified", "nurturing")}
    LeadFactory(status="converted", conversion_date=AT)
    LeadFactory(**LOST)
    LeadFactory(**GONE)
    assert set(Lead.objects.open()) == still_open


def test_follow_ups_due_longest_first():
    now, earlier = LeadFactory(follow_up_date=AT), LeadFactory(follow_up_date=AT - HOUR)
    LeadFactory(follow_up_date=AT + HOUR)
    LeadFactory(follow_up_date=AT, **LOST)
    LeadFactory(follow_up_date=AT, **GONE)
    LeadFactory()
    assert list(Lead.objects.follow_ups_due(AT)) == [earlier, now]


def test_l10_answers_due_longest_first():
    now, earlier = LeadFactory(answer_due_at=AT), LeadFactory(answer_due_at=AT - HOUR)
    LeadFactory(answer_due_at=AT + HOUR)
    LeadFactory(answer_due_at=AT, answered_at=AT)
    LeadFactory(answer_due_at=AT, **GONE)
    LeadFactory()
    assert list(Lead.objects.answers_due(AT)) == [earlier, now]


def test_lists_of_a_station_a_status_and_a_source():
    station = StationFactory()
    first = LeadFactory(station=station, created_at=AT - HOUR, score=10)
    second = LeadFactory(station=station, created_at=AT, score=5)
    LeadFactory(station=station, status="working", created_at=AT)
    LeadFactory(station=station, created_at=AT, **GONE)
    other = LeadFactory(source="yelp", score=70, created_at=AT - HOUR)
    assert list(Lead.objects.of_station(station, LeadStatus.NEW)) == [second, first]
    assert list(Lead.objects.best(LeadStatus.NEW)) == [other, first, second]
    day = {"start": AT - HOUR, "end": AT}
    assert list(Lead.objects.captured(LeadSource.WEBSITE, **day)) == [first]
    assert list(Lead.objects.captured(LeadSource.YELP, **day)) == [other]


def test_l2_equal_contacts():
    same = {
        LeadContactFactory(channel=channel, handle_or_address="+15105550142") for channel in ("sms", "phone")
    }
    LeadContactFactory(channel="sms", handle_or_address="+15105550143")
    yelp = LeadContactFactory(channel="yelp", handle_or_address="yelp:ann")
    LeadContactFactory(channel="instagram", handle_or_address="instagram:ann")
    assert set(LeadContact.objects.matching("whatsapp", "510 555 0142")) == same
    assert LeadContact.objects.matching("yelp", "@Ann").get() == yelp
    with pytest.raises(ValueError, match="Not a phone number"):
        LeadContact.objects.matching("sms", "ann")


def test_history_and_conversation_latest_first():
    lead = LeadFactory()
    events = [LeadEventFactory(lead=lead, occurred_at=AT + hours * HOUR) for hours in (0, 2, 1)]
    other = LeadEventFactory(type="funnel_dropped", occurred_at=AT)
    assert list(LeadEvent.objects.timeline(lead)) == [events[1], events[2], events[0]]
    assert list(LeadEvent.objects.of_type(LeadEventType.CREATED, start=AT, end=AT + 2 * HOUR)) == [
        events[0],
        events[2],
    ]
    assert list(LeadEvent.objects.of_type(LeadEventType.FUNNEL_DROPPED, start=AT, end=AT + HOUR)) == [other]
    messages = [LeadSocialMessageFactory(lead=lead, created_at=AT + hours * HOUR) for hours in (0, 2, 1)]
    known = LeadSocialMessageFactory(message_ref="m-1")
    LeadSocialMessageFactory(message_ref="m-1", platform="yelp")
    assert list(LeadSocialMessage.objects.conversation(lead)) == [messages[1], messages[2], messages[0]]
    assert list(LeadSocialMessage.objects.with_ref("instagram", "m-1")) == [known]


def test_handles_and_pages():
    met = [LeadSocialAccountFactory(handle="ann") for _ in range(2)]
    LeadSocialAccountFactory(handle="ann", platform="yelp")
    assert list(LeadSocialAccount.objects.with_handle("instagram", "ann")) == met[::-1]
    page = SocialMediaAccountFactory(page_id="1784")
    SocialMediaAccountFactory(page_id="1784", platform="facebook")
    assert SocialMediaAccount.objects.of_page("instagram", "1784").get() == page


def test_r9_leads_and_their_parts_by_station():
    mine, theirs, company = LeadFactory(), LeadFactory(), LeadFactory(station=None)
    contacts = {lead: LeadContactFactory(lead=lead) for lead in (mine, theirs, company)}
    support = make_actor(UserRole.CUSTOMER_SUPPORT, mine.station)
    owner = make_actor(UserRole.SUPER_ADMIN)
    assert mine in Lead.objects.visible_to(support)
    assert theirs not in Lead.objects.visible_to(support)
    assert set(Lead.objects.visible_to(owner)) == {mine, theirs, company}
    reached = {contacts[lead] for lead in Lead.objects.visible_to(support)}
    assert set(LeadContact.objects.visible_to(support)) == reached
    assert set(LeadContact.objects.visible_to(SystemActor("test"))) == set(contacts.values())
    assert list(LeadContact.objects.visible_to(owner).of_lead(theirs)) == [contacts[theirs]]
    assert not Lead.objects.visible_to(make_actor(UserRole.CUSTOMER)).exists()
    assert not LeadContact.objects.visible_to(make_actor(UserRole.CHEF)).exists()

"""L-1 to L-10 in the back office: what staff see of leads, find by contact, and cannot touch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.admin.forms import stamp
from common.crypto.mask import HIDDEN
from identity.enums import UserRole
from identity.models import StationAuditLog
from leads.models import (
    Lead,
    LeadContact,
    LeadContext,
    LeadEvent,
    LeadSocialAccount,
    LeadSocialMessage,
    SocialMediaAccount,
)
from tests.bookings.parties import make_booking
from tests.factories.identity import StationFactory, make_staff
from tests.factories.leads import (
    LeadContactFactory,
    LeadContextFactory,
    LeadEventFactory,
    LeadFactory,
    LeadSocialAccountFactory,
    LeadSocialMessageFactory,
    SocialMediaAccountFactory,
)
from tests.pages import empty_inlines, enter, found, listed, queries, url

PARTS = {
    LeadContact: LeadContactFactory,
    LeadContext: LeadContextFactory,
    LeadEvent: LeadEventFactory,
    LeadSocialAccount: LeadSocialAccountFactory,
    LeadSocialMessage: LeadSocialMessageFactory,
}


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def support(station):
    return enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


def test_r4_staff_see_leads_of_their_station_and_all_that_hangs_on_them(support, station):
    mine, theirs = LeadFactory(station=station), LeadFactory()
    parts = {lead: {model: factory(lead=lead) for model, factory in PARTS.items()} for lead in (mine, theirs)}
    assert listed(support, Lead) == [mine]
    assert {model: listed(support, model) for model in PARTS} == {
        model: [row] for model, row in parts[mine].items()
    }
    for model in PARTS:
        page = support.get(url(model, "change", parts[mine][model].pk))
        assert (page.status_code, page.context["has_change_permission"]) == (200, False)
        assert support.get(url(model, "change", parts[theirs][model].pk)).status_code == 302
        assert support.get(url(model, "add")).status_code == 403
    assert support.get(url(Lead, "change", theirs.pk)).status_code == 302
    assert support.get(url(Lead, "add")).status_code == 403


def test_l3_leads_without_a_station_are_seen_by_the_owner(station):
    lead = LeadFactory(station=None)
    LeadContactFactory(lead=lead)
    owner = enter(make_staff(UserRole.SUPER_ADMIN))
    assert (listed(owner, Lead), len(listed(owner, LeadContact))) == ([lead], 1)
    assert "Company" in owner.get(url(Lead, "changelist")).content.decode()
    assert owner.get(url(Lead, "change", lead.pk)).status_code == 200


def test_lists_and_pages_cost_the_same_whatever_they_hold(support, station):
    def fill(rows):
        for _ in range(rows):
            colleague = make_staff(UserRole.CUSTOMER_SUPPORT, station)
            lead = LeadFactory(station=station, assigned_to=colleague)
            for model, factory in PARTS.items():
                factory(lead=lead, **({"actor": colleague} if model is LeadEvent else {}))
            SocialMediaAccountFactory(station=station, default_assignee=colleague)
        LeadSocialMessage.objects.update(social_media_account=SocialMediaAccount.objects.first())

    models = (Lead, *PARTS, SocialMediaAccount)
    fill(1)
    lead = Lead.objects.get()
    page = url(Lead, "change", lead.pk)
    few = {model: queries(support, url(model, "changelist")) for model in models}
    one = queries(support, page)
    fill(2)
    for model, factory in PARTS.items():
        if model is not LeadContext:
            factory.create_batch(2, lead=lead)
    LeadEvent.objects.update(actor=lead.assigned_to)
    assert {model: queries(support, url(model, "changelist")) for model in models} == few
    assert queries(support, page) == one
    assert (list(few.values()), one) == ([7, 5, 5, 5, 5, 5, 6], 14)


def test_p2_a_pasted_contact_finds_a_lead_once(support, station):
    """L-2: the number stands on the lead twice, as SMS and as phone."""
    lead = LeadFactory(station=station)
    for channel in ("sms", "phone"):
        LeadContactFactory(lead=lead, channel=channel, handle_or_address="+15105550142")
    mail = LeadContactFactory(lead__station=station, handle_or_address="ann@people.example")
    assert found(support, Lead, "510-555-0142") == [lead]
    assert found(support, Lead, "ANN@people.example") == [mail.lead]
    assert found(support, LeadContact, "ann@people.example") == [mail]
    assert len(found(support, LeadContact, "(510) 555 0142")) == 2
    assert found(support, Lead, "+15105550199") == []


def test_p3_contacts_and_names_are_masked_and_revealed_with_a_reason(support, station):
    contact = LeadContactFactory(
        lead__station=station, lead__name="Ann Lee", handle_or_address="ann@people.example"
    )
    lead = contact.lead
    pages = [url(Lead, "changelist"), url(Lead, "change", lead.pk), url(LeadContact, "changelist")]
    texts = [support.get(page).content.decode() for page in pages]
    assert [("ann@people" in text, "Ann Lee" in text) for text in texts] == [(False, False)] * 3
    assert ["a•••@p•••.example" in text for text in texts] == [True] * 3
    assert HIDDEN in texts[1]
    assert url(LeadContact, "change", contact.pk) in texts[1]
    asked = {"fields_wanted": ["handle_or_address"], "reason": "calling about her party"}
    shown = support.post(url(LeadContact, "reveal", contact.pk), asked)
    assert "ann@people.example" in shown.content.decode()
    audited = StationAuditLog.objects.get(action="view")
    assert (audited.resource_id, audited.station, audited.details) == (
        str(contact.pk),
        station,
        {"fields": ["handle_or_address"]},
    )


def test_filters_find_what_waits_for_somebody(support, station):
    now, hour = timezone.now(), timedelta(hours=1)
    colleague = make_staff(UserRole.CUSTOMER_SUPPORT, station)
    fresh = LeadFactory(station=station, answer_due_at=now + hour)
    late = LeadFactory(station=station, answer_due_at=now - hour, assigned_to=colleague)
    due = LeadFactory(
        station=station, follow_up_date=now - hour, answered_at=now, assigned_to=colleague, status="nurturing"
    )
    won = LeadFactory(station=station, status="converted", conversion_date=now, quality="hot", score=71)
    LeadFactory(station=station, deleted_at=now, delete_reason="planted")
    assert {name: listed(support, Lead, f"needs={name}") for name in ("answer", "follow_up", "owner")} == {
        "answer": [late],
        "follow_up": [due],
        "owner": [fresh],
    }
    assert listed(support, Lead, "needs=open") == [due, late, fresh]
    assert listed(support, Lead, "needs=nonsense") == listed(support, Lead) == [won, due, late, fresh]
    assert len(listed(support, Lead, "deleted=yes")) == 1
    assert listed(support, Lead, "status__exact=converted") == [won]
    text = support.get(url(Lead, "changelist")).content.decode()
    assert ("Answered" in text, "Nurturing" in text, ">Hot 71<" in text) == (True, True, True)


def test_l6_l9_staff_plan_a_follow_up_but_move_no_state(support, station):
    lead = LeadFactory(station=station)
    page = url(Lead, "change", lead.pk)
    day = timezone.localtime() + timedelta(days=3)
    forged = {
        "seen": stamp(lead),
        "follow_up_date_0": f"{day:%Y-%m-%d}",
        "follow_up_date_1": "09:00:00",
        "status": "qualified",
        "score": "99",
        "assigned_to": make_staff(UserRole.ADMIN, station).pk,
        "name": "Ann",
        **empty_inlines(support, page),
    }
    assert support.post(page, forged).status_code == 302
    lead.refresh_from_db()
    assert timezone.localtime(lead.follow_up_date).date() == day.date()
    assert (lead.status, lead.score, lead.assigned_to, lead.name) == ("new", 0, None, None)
    changed = StationAuditLog.objects.get(resource_type="lead").details["changed"]
    assert list(changed) == ["follow_up_date"]


def test_p7_a_lead_is_deleted_with_a_reason_and_stays_readable(admin, support, station):
    lead = LeadFactory(station=station)
    delete = url(Lead, "delete", lead.pk)
    assert support.get(delete).status_code == 403
    assert admin.post(delete, {"reason": "asked to be forgotten"}).status_code == 302
    lead.refresh_from_db()
    assert lead.delete_reason == "asked to be forgotten"
    page = admin.get(url(Lead, "change", lead.pk))
    assert (page.context["has_change_permission"], page.context["has_delete_permission"]) == (False, False)
    assert listed(admin, Lead) == []


def test_the_page_of_a_lead_shows_what_hangs_on_it(support, station):
    booking = make_booking(station, status="completed")
    lead = LeadFactory(
        station=station, converted_booking=booking, status="converted", conversion_date=timezone.now()
    )
    LeadContextFactory(lead=lead, party_size_adults=8, estimated_budget_cents=90_000, notes="No peanuts")
    LeadEventFactory(lead=lead, type="funnel_started_booking")
    LeadSocialAccountFactory(lead=lead, handle="ann_lee")
    LeadSocialMessageFactory(lead=lead, body="Do you come to Oakland?")
    text = support.get(url(Lead, "change", lead.pk)).content.decode()
    for words in ("$900.00", "No peanuts", "Started booking", "ann_lee", "Do you come to Oakland?"):
        assert words in text
    wishes = support.get(url(LeadContext, "changelist")).content.decode()
    assert ("8 adults" in wishes, "$900.00" in wishes) == (True, True)

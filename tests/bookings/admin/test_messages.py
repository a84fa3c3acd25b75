"""Staff pages of conversations, social pages and platform reviews: who sees, who changes, what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import (
    Message,
    MessageThread,
    Review,
    SocialIdentity,
    SocialMessage,
    SocialPage,
    SocialThread,
)
from common.admin.forms import stamp
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.factories.bookings import (
    CustomerFactory,
    MessageFactory,
    MessageThreadFactory,
    ReviewFactory,
    SocialIdentityFactory,
    SocialMessageFactory,
    SocialPageFactory,
    SocialThreadFactory,
)
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter, errors_of, found, listed, queries, url

NOW = timezone.now()
TABLES = (MessageThread, Message, SocialPage, SocialIdentity, SocialThread, SocialMessage, Review)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def support(station):
    return enter(make_staff(UserRole.CUSTOMER_SUPPORT, station, full_name="Sue Support"))


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


def fill_inboxes(station):
    colleague = make_staff(UserRole.CUSTOMER_SUPPORT, station, full_name="Cora Colleague")
    customer = CustomerFactory(station=station)
    thread = MessageThreadFactory(station=station, customer=customer, assigned_agent=colleague)
    MessageFactory(thread=thread, sender=colleague, content="word " * 40)
    page = SocialPageFactory(station=station)
    person = SocialIdentityFactory(customer=customer)
    talk = SocialThreadFactory(
        account=page, social_identity=person, assigned_to=colleague, customer=customer, last_message_at=NOW
    )
    SocialMessageFactory(thread=talk, drafted_by=colleague)
    ReviewFactory(
        account=page, assigned_to=colleague, response_due_at=NOW - timedelta(hours=1), customer=customer
    )


def test_lists_cost_the_same_at_one_and_at_three_rows(station, support):
    fill_inboxes(station)
    addresses = {model: url(model, "changelist") for model in TABLES}
    before = {model: queries(support, address) for model, address in addresses.items()}
    for _ in range(2):
        fill_inboxes(station)
    assert {model: queries(support, address) for model, address in addresses.items()} == before
    assert before == {
        MessageThread: 6,
        Message: 5,
        SocialPage: 6,
        SocialIdentity: 5,
        SocialThread: 6,
        SocialMessage: 5,
        Review: 6,
    }


def test_a_conversation_costs_the_same_at_one_and_at_three_messages(station, support):
    thread, talk = MessageThreadFactory(station=station), SocialThreadFactory(account__station=station)
    MessageFactory(thread=thread)
    SocialMessageFactory(thread=talk)
    pages = [url(MessageThread, "change", thread.pk), url(SocialThread, "change", talk.pk)]
    before = [queries(support, page) for page in pages]
    for _ in range(2):
        MessageFactory(thread=thread)
        SocialMessageFactory(thread=talk)
    assert [queries(support, page) for page in pages] == before


def test_r2_staff_see_the_inboxes_of_their_station(station, support):
    for place in (station, StationFactory()):
        fill_inboxes(place)
    assert [len(listed(support, model)) for model in TABLES] == [1] * len(TABLES)
    manager = enter(make_staff(UserRole.STATION_MANAGER, station))
    opened = [manager.get(url(model, "changelist")).status_code for model in TABLES]
    assert opened == [200, 200, 403, 403, 403, 403, 403]


def test_p2_a_conversation_is_found_by_the_customers_contact(station, support):
    mine = MessageThreadFactory(station=station)
    MessageThreadFactory(station=station)
    message = MessageFactory(thread=mine)
    talk = SocialThreadFactory(account__station=station, customer=mine.customer)
    review = ReviewFactory(account__station=station, customer=mine.customer)
    for term in (mine.customer.email, mine.customer.phone):
        assert found(support, MessageThread, term) == [mine]
        assert found(support, Message, term) == [message]
        assert found(support, SocialThread, term) == [talk]
        assert found(support, Review, term) == [review]


def test_m2_staff_say_who_takes_care_and_nothing_else(station, support):
    thread = MessageThreadFactory(station=station)
    colleague = make_staff(UserRole.CUSTOMER_SUPPORT, station, full_name="Cora Colleague")
    stranger = make_staff(UserRole.CUSTOMER_SUPPORT, StationFactory(), full_name="Stan Stranger")
    page = url(MessageThread, "change", thread.pk)
    opened = support.get(page)
    text = opened.content.decode()
    assert ("Cora Colleague" in text, "Stan Stranger" in text) == (True, False)
    assert set(opened.context["adminform"].form.fields) == {"subject", "assigned_agent", "seen"}
    prefix = opened.context["inline_admin_formsets"][0].formset.prefix
    data = {
        "subject": "A wedding",
        "seen": stamp(thread),
        f"{prefix}-TOTAL_FORMS": 0,
        f"{prefix}-INITIAL_FORMS": 0,
    }
    assert set(errors_of(support.post(page, {**data, "assigned_agent": stranger.pk}))) == {"assigned_agent"}
    saved = support.post(page, {**data, "assigned_agent": colleague.pk, "status": "resolved"})
    assert saved.status_code == 302
    thread.refresh_from_db()
    assert (thread.subject, thread.assigned_agent, thread.status) == ("A wedding", colleague, "active")
    assert StationAuditLog.objects.get(resource_type="messagethread").details == {
        "changed": {"subject": "changed", "assigned_agent": {"old": None, "new": str(colleague.pk)}}
    }
    MessageThread.objects.filter(pk=thread.pk).update(deleted_at=NOW, delete_reason="opened by mistake")
    assert support.get(page).context["has_change_permission"] is False


def test_r9_a_page_is_connected_once_and_its_token_never_shown(station, admin, support):
    form = {
        "station": station.pk,
        "platform": "instagram",
        "page_id": "1784",
        "page_name": "Hibachi Fremont",
        "is_active": "on",
        "new_token_ref": "vault:page-token",
    }
    add = url(SocialPage, "add")
    assert admin.post(add, form).status_code == 302
    page = SocialPage.objects.get()
    assert (page.token_ref, page.station, page.connected_by.role) == ("vault:page-token", station, "admin")
    assert errors_of(admin.post(add, form)) == {"__all__": ["This page is connected already."]}
    assert set(errors_of(admin.post(add, {**form, "station": ""}))) == {"station", "__all__"}
    change = url(SocialPage, "change", page.pk)
    for client in (admin, support):
        assert "vault:page-token" not in client.get(change).content.decode()
    assert support.get(add).status_code == 403
    assert "new_token_ref" not in support.get(change).content.decode()
    kept = {"page_name": "Hibachi", "is_active": "on", "new_token_ref": "", "seen": stamp(page)}
    assert admin.post(change, kept).status_code == 302
    page.refresh_from_db()
    assert (page.page_name, page.token_ref, page.page_id) == ("Hibachi", "vault:page-token", "1784")
    removed = admin.post(url(SocialPage, "delete", page.pk), {"reason": "the page was sold"})
    assert removed.status_code == 302
    page.refresh_from_db()
    assert page.delete_reason == "the page was sold"
    assert admin.post(add, form).status_code == 302


def test_m6_staff_confirm_who_a_person_is(station, admin, support):
    customer = CustomerFactory(station=station)
    person = SocialIdentityFactory(handle="ann.lee", customer=customer)
    page = url(SocialIdentity, "change", person.pk)
    assert support.get(page).context["has_change_permission"] is False
    form = {
        "platform": "instagram",
        "handle": "@Ann.Lee",
        "customer": customer.pk,
        "verification_status": "verified",
        "seen": stamp(person),
    }
    assert admin.post(page, form).status_code == 302
    person.refresh_from_db()
    assert (person.handle, person.verification_status, person.verified_by.role) == (
        "ann.lee",
        "verified",
        "admin",
    )
    again = admin.post(url(SocialIdentity, "add"), {**form, "seen": ""})
    assert errors_of(again) == {"__all__": ["Social identity with this Platform and Handle already exists."]}


def test_rv9_reviews_by_what_is_left_to_do(station, support):
    late = ReviewFactory(account__station=station, response_due_at=NOW - timedelta(hours=1), title="Cold")
    soon = ReviewFactory(account__station=station, response_due_at=NOW + timedelta(days=1), rating=None)
    answered = ReviewFactory(account__station=station, response_due_at=NOW, responded_at=NOW)
    assert set(listed(support, Review)) == {late, soon, answered}
    assert set(listed(support, Review, "answer=due")) == {late, soon}
    assert set(listed(support, Review, "answer=overdue")) == {late}
    text = support.get(url(Review, "changelist")).content.decode()
    assert "★★★★★" in text
    form = support.get(url(Review, "change", late.pk)).context["adminform"].form
    assert set(form.fields) == {"assigned_to", "customer", "booking", "keywords", "seen"}


def test_m6_messages_show_what_they_wait_for(station, support):
    talk = SocialThreadFactory(account__station=station)
    for values in (
        {"direction": "outbound", "requires_approval": True},
        {"direction": "outbound", "failed_at": NOW},
        {"direction": "outbound", "sent_at": NOW},
        {"direction": "inbound", "body": None},
    ):
        SocialMessageFactory(thread=talk, **values)
    text = support.get(url(SocialMessage, "changelist")).content.decode()
    assert [word for word in ("Waits for approval", "Failed", "Sent", "Inbound") if word not in text] == []


def test_labels_of_choices_name_rows_without_contacts(station, admin):
    from tests.common.admin.every_row import page_of

    thread = MessageThreadFactory(station=station)
    page, person = SocialPageFactory(station=station), SocialIdentityFactory(handle="ann")
    assert page_of(MessageThread).row_label(thread) == "Ann Lee, SMS"
    assert page_of(SocialPage).row_label(page) == "My Hibachi (Instagram)"
    assert page_of(SocialIdentity).row_label(person) == "ann (Instagram)"

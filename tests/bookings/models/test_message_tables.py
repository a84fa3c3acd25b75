"""What the tables of messages, social pages and platform reviews refuse, and who reaches their rows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.enums import MessageChannel, SocialThreadStatus, ThreadStatus
from bookings.models import (
    Message,
    MessageThread,
    Review,
    SocialIdentity,
    SocialMessage,
    SocialPage,
    SocialThread,
)
from common.actors import GuestActor
from common.db.errors import constraint_name
from identity.enums import UserRole
from identity.selectors import actor_for
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
from tests.factories.identity import StationFactory, UserFactory, make_actor

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def broken_by(work):
    """Return the name of the constraint that refuses the work, an empty string when none does."""
    try:
        with transaction.atomic():
            work()
    except IntegrityError as error:
        return constraint_name(error)
    return ""


CASES = [
    (MessageThreadFactory, "ck_core_message_threads_channel", {"channel": "pigeon"}),
    (MessageThreadFactory, "ck_core_message_threads_status", {"status": "lost"}),
    (MessageThreadFactory, "ck_core_message_threads_soft_delete", {"deleted_at": NOW}),
    (MessageFactory, "ck_core_messages_direction", {"direction": "sideways"}),
    (MessageFactory, "ck_core_messages_sender_type", {"sender_type": "ghost"}),
    (SocialPageFactory, "ck_core_social_accounts_platform", {"platform": "myspace"}),
    (SocialPageFactory, "ck_core_social_accounts_soft_delete", {"delete_reason": "but not deleted"}),
    (SocialIdentityFactory, "ck_core_social_identities_platform", {"platform": "myspace"}),
    (SocialIdentityFactory, "ck_core_social_identities_confidence_score", {"confidence_score": "1.01"}),
    (
        SocialIdentityFactory,
        "ck_core_social_identities_verification_status",
        {"verification_status": "maybe"},
    ),
    (SocialIdentityFactory, "ck_social_identities_handle", {"handle": "Ann"}),
    (SocialIdentityFactory, "ck_social_identities_handle", {"handle": "@ann"}),
    (SocialThreadFactory, "ck_core_social_threads_platform", {"platform": "myspace"}),
    (SocialThreadFactory, "ck_core_social_threads_status", {"status": "lost"}),
    (SocialThreadFactory, "ck_social_threads_priority", {"priority": 0}),
    (SocialThreadFactory, "ck_social_threads_priority", {"priority": 6}),
    (SocialThreadFactory, "ck_social_threads_snoozed", {"status": "snoozed"}),
    (SocialThreadFactory, "ck_social_threads_snoozed", {"snoozed_until": NOW}),
    (SocialThreadFactory, "", {"status": "snoozed", "snoozed_until": NOW}),
    (SocialMessageFactory, "ck_core_social_messages_direction", {"direction": "sideways"}),
    (SocialMessageFactory, "ck_core_social_messages_kind", {"kind": "telegram"}),
    (SocialMessageFactory, "ck_core_social_messages_sentiment_score", {"sentiment_score": "-1.01"}),
    (SocialMessageFactory, "ck_social_messages_approval", {"requires_approval": True, "sent_at": NOW}),
    (SocialMessageFactory, "", {"requires_approval": True, "sent_at": NOW, "approved_at": NOW}),
    (ReviewFactory, "ck_core_reviews_platform", {"platform": "myspace"}),
    (ReviewFactory, "ck_core_reviews_status", {"status": "lost"}),
    (ReviewFactory, "ck_core_reviews_sentiment_score", {"sentiment_score": "1.01"}),
    (ReviewFactory, "ck_reviews_rating", {"rating": 0}),
    (ReviewFactory, "ck_reviews_rating", {"rating": 6}),
    (ReviewFactory, "", {"rating": None}),
]


@pytest.mark.parametrize(("factory", "name", "values"), CASES)
def test_checks(factory, name, values):
    row = factory()
    assert broken_by(lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)) == name


@pytest.mark.parametrize(
    ("factory", "name", "attribute", "value"),
    [
        (MessageThreadFactory, "uq_threads_external", "external_thread_id", "T1"),
        (MessageFactory, "uq_messages_external", "external_message_id", "M1"),
        (SocialPageFactory, "uq_core_social_page", "page_id", "P1"),
        (SocialIdentityFactory, "uq_social_identities_handle", "handle", "ann"),
        (SocialThreadFactory, "uq_social_threads_ref", "thread_ref", "R1"),
        (SocialMessageFactory, "uq_social_messages_ref", "message_ref", "R1"),
        (ReviewFactory, "uq_reviews_ref", "review_ref", "R1"),
    ],
)
def test_m6_a_providers_key_names_one_row(factory, name, attribute, value):
    parents = {"thread": MessageThreadFactory, "account": SocialPageFactory}
    if factory is SocialMessageFactory:
        parents["thread"] = SocialThreadFactory
    declared = factory._meta.model._meta.fields
    shared = {
        field.name: parents[field.name]() for field in declared if field.name in parents and not field.null
    }
    factory(**shared, **{attribute: value})
    assert broken_by(lambda: factory(**shared, **{attribute: value})) == name
    assert broken_by(lambda: factory(**shared, **{attribute: f"{value}2"})) == ""


def test_m6_a_key_of_a_deleted_or_switched_off_row_is_free_again():
    for values in ({"is_active": False}, {"deleted_at": NOW, "delete_reason": "sold to somebody"}):
        SocialPage.objects.filter(pk=SocialPageFactory(page_id="P1").pk).update(**values)
    assert SocialPageFactory(page_id="P1") == SocialPage.objects.connected("instagram", "P1").get()
    thread = MessageThreadFactory(external_thread_id="T1")
    MessageThread.objects.filter(pk=thread.pk).update(deleted_at=NOW, delete_reason="opened by mistake")
    assert broken_by(lambda: MessageThreadFactory(external_thread_id="T1")) == ""


def test_rv9_and_m6_nobody_approves_their_own_words():
    author, other = UserFactory(), UserFactory()
    assert broken_by(lambda: SocialMessageFactory(drafted_by=author, approved_by=author)) == (
        "ck_social_messages_approval"
    )
    assert (
        broken_by(lambda: ReviewFactory(reply_drafted_by=author, reply_approved_by=author))
        == "ck_reviews_reply"
    )
    assert broken_by(lambda: SocialMessageFactory(drafted_by=author, approved_by=other)) == ""
    assert broken_by(lambda: ReviewFactory(reply_drafted_by=author, reply_approved_by=other)) == ""


def rows_at(station):
    customer = CustomerFactory(station=station)
    thread, page = (
        MessageThreadFactory(station=station, customer=customer),
        SocialPageFactory(station=station),
    )
    talk = SocialThreadFactory(account=page)
    return {
        MessageThread: thread,
        Message: MessageFactory(thread=thread),
        SocialPage: page,
        SocialIdentity: SocialIdentityFactory(customer=customer),
        SocialThread: talk,
        SocialMessage: SocialMessageFactory(thread=talk),
        Review: ReviewFactory(account=page),
    }


def test_r2_a_station_link_reaches_its_station_only():
    mine, theirs = StationFactory(), StationFactory()
    own, other, company = rows_at(mine), rows_at(theirs), SocialPageFactory(station=None)
    support, owner = make_actor(UserRole.CUSTOMER_SUPPORT, mine), make_actor(UserRole.SUPER_ADMIN)
    manager = make_actor(UserRole.STATION_MANAGER, mine)
    for model, row in own.items():
        extra = {company} if model is SocialPage else set()
        assert set(model.objects.visible_to(support)) == {row} | extra, model
        assert set(model.objects.visible_to(owner)) == {row, other[model]} | extra, model
        assert set(model.objects.visible_to(GuestActor())) == set(), model
        seen = {row} if model in {MessageThread, Message} else set()
        assert set(model.objects.visible_to(manager)) == seen, model


def test_r4_customers_reach_their_own_conversations():
    account = UserFactory(email="ann@people.example")
    station = StationFactory()
    thread = MessageThreadFactory(
        station=station, customer=CustomerFactory(station=station, email=account.email)
    )
    message = MessageFactory(thread=thread)
    MessageFactory(thread__station=station)
    assert list(MessageThread.objects.visible_to(actor_for(account))) == [thread]
    assert list(Message.objects.visible_to(actor_for(account))) == [message]


def test_m2_conversations_that_wait():
    station = StationFactory()
    old, new = (
        MessageThreadFactory(station=station, unread_count=1, last_message_at=NOW - timedelta(hours=hours))
        for hours in (2, 1)
    )
    waiting = MessageThreadFactory(station=station, status=ThreadStatus.WAITING, last_message_at=NOW)
    MessageThreadFactory(station=station, status=ThreadStatus.RESOLVED, unread_count=1)
    MessageThreadFactory(unread_count=1)
    gone = MessageThreadFactory(station=station, unread_count=1)
    MessageThread.objects.filter(pk=gone.pk).update(deleted_at=NOW, delete_reason="opened by mistake")
    assert list(MessageThread.objects.awaiting_reply_at(station.pk)) == [old, new]
    assert list(MessageThread.objects.open_at(station.pk)) == [old, new, waiting]
    later = MessageThreadFactory(station=station, customer=old.customer, last_message_at=NOW)
    MessageThreadFactory(station=station, customer=old.customer, channel=MessageChannel.EMAIL)
    assert list(MessageThread.objects.latest_of(old.customer, MessageChannel.SMS)) == [later, old]


def test_m6_and_rv9_what_is_due():
    hour = timedelta(hours=1)
    calm, urgent = SocialThreadFactory(priority=4), SocialThreadFactory(priority=1)
    due = SocialThreadFactory(status=SocialThreadStatus.SNOOZED, snoozed_until=NOW - hour)
    SocialThreadFactory(status=SocialThreadStatus.SNOOZED, snoozed_until=NOW + hour)
    assert list(SocialThread.objects.inbox()) == [urgent, calm]
    assert list(SocialThread.objects.due_back(NOW)) == [due]
    waits = SocialMessageFactory(thread=calm, requires_approval=True)
    sent = SocialMessageFactory(thread=calm, requires_approval=True, approved_at=NOW)
    assert list(SocialMessage.objects.awaiting_approval()) == [waits]
    assert list(SocialMessage.objects.of_thread(calm.pk)) == [sent, waits]
    late, soon = ReviewFactory(response_due_at=NOW - hour), ReviewFactory(response_due_at=NOW + hour)
    ReviewFactory(response_due_at=NOW - hour, responded_at=NOW)
    assert list(Review.objects.to_answer()) == [late, soon]
    assert list(Review.objects.overdue(NOW)) == [late]
    first = MessageFactory()
    second = MessageFactory(thread=first.thread)
    assert list(Message.objects.of_thread(first.thread_id)) == [second, first]

"""What the tables of schema integra refuse, whoever writes; each case breaks one named constraint."""

from datetime import timedelta

import pytest
from django.db import connection

from bookings.models import Payment
from communications.models import CallRecording
from integra.enums import MatchStatus, PaymentEventStatus
from integra.models import CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage
from tests.factories import integra as rows
from tests.factories.bookings import BookingFactory, SocialPageFactory
from tests.factories.communications import CallRecordingFactory
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
AT = rows.TOLD_AT

REFUSED_UPDATES = [
    (rows.CallSessionFactory, {"ended_at": AT - timedelta(seconds=1)}, "ck_call_sessions_ended"),
    (rows.CallSessionFactory, {"direction": "up"}, "ck_integra_call_sessions_direction"),
    (rows.CallSessionFactory, {"status": "lost"}, "ck_integra_call_sessions_status"),
    (rows.CallSessionFactory, {"phone_bidx": b"short"}, "ck_integra_call_sessions_phone_bidx"),
    (rows.PaymentEventFactory, {"status": PaymentEventStatus.IGNORED}, "ck_payment_events_ignored"),
    (rows.PaymentEventFactory, {"ignored_at": AT}, "ck_payment_events_ignored"),
    (rows.PaymentEventFactory, {"status": "lost"}, "ck_integra_payment_events_status"),
    (rows.PaymentEventFactory, {"method": "gold"}, "ck_integra_payment_events_method"),
    (rows.PaymentEventFactory, {"sender_email_bidx": b"x"}, "ck_integra_payment_events_sender_email_bidx"),
    (rows.PaymentEventFactory, {"sender_phone_bidx": b"x"}, "ck_integra_payment_events_sender_phone_bidx"),
    (rows.PaymentMatchFactory, {"status": MatchStatus.IGNORED}, "ck_payment_matches_ignored"),
    (rows.PaymentMatchFactory, {"status": "lost"}, "ck_integra_payment_matches_status"),
    (rows.PaymentMatchFactory, {"match_method": "luck"}, "ck_integra_payment_matches_match_method"),
    (rows.PaymentMatchFactory, {"confidence": "1.01"}, "ck_integra_payment_matches_confidence"),
    (rows.SocialInboxMessageFactory, {"status": "processed"}, "ck_social_inbox_processed"),
    (rows.SocialInboxMessageFactory, {"processed_at": AT}, "ck_social_inbox_processed"),
    (rows.SocialInboxMessageFactory, {"status": "lost"}, "ck_integra_social_inbox_status"),
    (rows.SocialInboxMessageFactory, {"platform": "agora"}, "ck_integra_social_inbox_platform"),
    # L: where money came from and how much it was, and what it was matched to, stays as it was told.
    (rows.PaymentEventFactory, {"provider": "manual"}, "tg_payment_events_frozen"),
    (rows.PaymentEventFactory, {"provider_id": "other"}, "tg_payment_events_frozen"),
    (rows.PaymentEventFactory, {"amount_cents": 10_001}, "tg_payment_events_frozen"),
    (rows.PaymentEventFactory, {"currency": "EUR"}, "tg_payment_events_frozen"),
    (rows.PaymentEventFactory, {"occurred_at": AT - timedelta(days=1)}, "tg_payment_events_frozen"),
]


@pytest.mark.parametrize(("factory", "values", "name"), REFUSED_UPDATES)
def test_a_row_cannot_be_brought_into_an_impossible_state(factory, values, name):
    assert broken_by(update(factory(), **values)) == name


REFUSED_EVENTS = [
    ({"amount_cents": 0}, "ck_payment_events_amount"),
    ({"provider": "pigeon"}, "ck_integra_payment_events_provider"),
    ({"currency": "usd"}, "ck_integra_payment_events_currency"),
]


@pytest.mark.parametrize(("values", "name"), REFUSED_EVENTS)
def test_py8_impossible_money_is_not_recorded(values, name):
    assert broken_by(lambda: rows.PaymentEventFactory(**values)) == name


def test_py8_an_event_is_known_once_per_provider():
    told = {"provider": "payment_mail", "provider_id": "mail-x"}
    rows.PaymentEventFactory(**told)
    rows.PaymentEventFactory(**{**told, "provider": "plaid"})
    assert broken_by(lambda: rows.PaymentEventFactory(**told)) == "uq_payment_events_provider"


def test_calls_and_notices_are_known_once():
    for _ in range(2):
        rows.CallSessionFactory()
    rows.CallSessionFactory(ringcentral_call_id="c1")
    again = broken_by(lambda: rows.CallSessionFactory(ringcentral_call_id="c1"))
    assert again == "uq_call_sessions_provider"
    rows.SocialInboxMessageFactory(signature="s1")
    again = broken_by(lambda: rows.SocialInboxMessageFactory(signature="s1"))
    assert again == "uq_social_inbox_signature"


def test_one_live_match_per_event():
    """Section 7: unmatching leaves the row as ignored, with a reason."""
    first = rows.PaymentMatchFactory()
    again = {"payment_event": first.payment_event}
    assert broken_by(lambda: rows.PaymentMatchFactory(**again)) == "uq_payment_matches_live"
    update(first, status=MatchStatus.IGNORED, notes="Another party.")()
    second = rows.PaymentMatchFactory(**again)
    assert set(PaymentMatch.objects.live()) == {second}


def test_what_a_match_joins_stays_joined():
    match = rows.PaymentMatchFactory()
    other_event, other_booking = rows.PaymentEventFactory(), BookingFactory()
    assert broken_by(update(match, payment_event=other_event)) == "tg_payment_matches_frozen"
    assert broken_by(update(match, booking=other_booking)) == "tg_payment_matches_frozen"


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (rows.PaymentEventFactory, "tg_payment_events_frozen"),
        (rows.PaymentMatchFactory, "tg_payment_matches_frozen"),
    ],
)
def test_py1_money_is_never_deleted_but_by_a_purge(factory, name):
    row = factory()
    model = type(row)
    assert broken_by(model.objects.filter(pk=row.pk).delete) == name
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.purge = 'on'")
    model.objects.filter(pk=row.pk).delete()
    assert not model.objects.exists()


def test_on_delete_acts_in_the_catalogue():
    """Keys of ledgers RESTRICT, the others SET NULL: a hand-written DELETE obeys too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname || '.' || attname, confdeltype FROM pg_constraint c "
            "JOIN pg_class r ON r.oid = conrelid "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'f' AND connamespace = 'integra'::regnamespace ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("call_sessions.booking_id", "n"),
            ("call_sessions.customer_id", "n"),
            ("call_sessions.recording_id", "n"),
            ("call_sessions.station_id", "r"),
            ("payment_events.ignored_by_id", "r"),
            ("payment_events.station_id", "r"),
            ("payment_matches.booking_id", "r"),
            ("payment_matches.payment_event_id", "r"),
            ("payment_matches.payment_id", "r"),
            ("payment_matches.reviewed_by_id", "r"),
            ("social_inbox.account_id", "n"),
        ]


def test_calls_and_notices_outlive_what_they_point_to():
    call = rows.CallSessionFactory(recording=CallRecordingFactory())
    notice = rows.SocialInboxMessageFactory(account=SocialPageFactory())
    CallRecording.objects.all().delete()
    notice.account.delete()
    assert CallSession.objects.get(pk=call.pk).recording is None
    assert SocialInboxMessage.objects.get(pk=notice.pk).account is None


def test_what_a_sender_told_comes_back_as_it_went():
    event = rows.PaymentEventFactory(
        memo="MH-1234ABCD deposit",
        raw_data={"subject": "You got $100.00"},
        sender_name="Ann Lee",
        sender_email="Ann@People.example",
        sender_phone="510 555 0100",
        sender_handle="@annlee",
    )
    stored = PaymentEvent.objects.get(pk=event.pk)
    assert (stored.memo, stored.raw_data, stored.sender_email, stored.sender_phone, stored.sender_handle) == (
        "MH-1234ABCD deposit",
        {"subject": "You got $100.00"},
        "ann@people.example",
        "+15105550100",
        "@annlee",
    )
    assert str(stored) == f"payment event {stored.pk}"
    assert not Payment.objects.exists()

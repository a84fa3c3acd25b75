"""Which rows the reads of integra keep, and that they go by index on 100,000 rows."""

from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from common.actors import GuestActor, SystemActor
from events.enums import InboxStatus
from identity.enums import UserRole
from identity.models import Station
from integra.enums import MatchStatus, PaymentEventStatus, PaymentProvider
from integra.models import CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage
from tests.factories import integra as rows
from tests.factories.bookings import BookingFactory
from tests.factories.identity import StationFactory, make_actor
from tests.plans import FIRST_INSTANT, fill, index_names, key_of, seq_scans, sorts

pytestmark = pytest.mark.django_db
AT = parse_datetime(FIRST_INSTANT) + timedelta(days=340)
MINUTE = timedelta(minutes=1)
INSTANT = f"timestamptz '{FIRST_INSTANT}' + n * interval '5 minutes'"


@pytest.fixture
def stations():
    return StationFactory(), StationFactory()


@pytest.mark.parametrize(
    ("factory", "reader"),
    [
        (rows.CallSessionFactory, UserRole.CUSTOMER_SUPPORT),
        (rows.PaymentEventFactory, UserRole.ADMIN),
    ],
)
def test_r9_rows_of_linked_stations_and_the_company(stations, factory, reader):
    mine, other = (factory(station=station) for station in stations)
    company = factory()
    seen = type(mine).objects.visible_to
    assert set(seen(make_actor(reader, stations[0]))) == {mine, company}
    assert set(seen(make_actor(UserRole.CHEF))) == set()
    assert set(seen(SystemActor("test"))) == {mine, other, company}
    assert set(seen(GuestActor())) == set()


def test_r4_money_is_for_whoever_may_match_it(stations):
    rows.PaymentEventFactory(station=stations[0])
    manager = make_actor(UserRole.STATION_MANAGER, stations[0])
    assert not PaymentEvent.objects.visible_to(manager).exists()


def test_r4_matches_follow_the_station_of_their_booking(stations):
    mine, _other = (rows.PaymentMatchFactory(booking=BookingFactory(station=each)) for each in stations)
    admin = make_actor(UserRole.ADMIN, stations[0])
    assert set(PaymentMatch.objects.visible_to(admin)) == {mine}
    taken_back = rows.PaymentMatchFactory(status=MatchStatus.IGNORED, notes="Another party.")
    assert taken_back not in PaymentMatch.objects.live()


def test_m3_calls_of_a_number_and_of_a_station(stations):
    def call(**fields):
        return rows.CallSessionFactory(**{"station": stations[0], "started_at": AT, **fields})

    first = call(phone="+15105550100")
    second = call(phone="+15105550100", started_at=AT + MINUTE)
    call(started_at=AT - MINUTE)
    call(station=stations[1])
    calls = CallSession.objects
    assert list(calls.with_phone("(510) 555-0100")) == [second, first]
    assert list(calls.of_station(stations[0], AT)) == [second, first]


def test_py10_the_queue_gives_the_oldest_money_first():
    new = rows.PaymentEventFactory(occurred_at=AT)
    old = rows.PaymentEventFactory(occurred_at=AT - MINUTE, status=PaymentEventStatus.UNMATCHED)
    rows.PaymentEventFactory(occurred_at=AT, status=PaymentEventStatus.MATCHED)
    rows.PaymentEventFactory(occurred_at=AT, status=PaymentEventStatus.IGNORED, ignored_at=AT)
    assert list(PaymentEvent.objects.queued()) == [old, new]
    assert set(PaymentEvent.objects.told_by(new.provider, new.provider_id)) == {new}


def test_m6_notices_that_are_due():
    def notice(**fields):
        return rows.SocialInboxMessageFactory(**{"next_attempt_at": AT, **fields})

    due = notice()
    left = notice(status=InboxStatus.PROCESSING, locked_until=AT, next_attempt_at=AT - MINUTE)
    notice(status=InboxStatus.PROCESSING, locked_until=AT + MINUTE)
    notice(next_attempt_at=AT + MINUTE)
    notice(status=InboxStatus.FAILED)
    notice(status=InboxStatus.PROCESSED, processed_at=AT)
    assert list(SocialInboxMessage.objects.due(AT)) == [left, due]


def plan(read):
    return index_names(read), seq_scans(read)


def test_m3_calls_go_by_index():
    fill(
        CallSession,
        station="md5('identity.station' || n % 100)",
        phone_bidx="sha256((n % 5000)::text::bytea)",
        started_at=INSTANT,
    )
    number = CallSession.objects.with_phone("+15105550100")
    assert plan(number) == ({"ix_call_sessions_phone"}, set())
    station = CallSession.objects.of_station(Station(pk=key_of(Station, 7)), AT)
    assert plan(station) == ({"ix_call_sessions_station"}, set())
    one = CallSession.objects.filter(ringcentral_call_id="c1")
    assert plan(one) == ({"uq_call_sessions_provider"}, set())


def test_py10_the_queue_goes_by_index():
    fill(
        PaymentEvent,
        provider="'plaid'",
        status="CASE WHEN n % 500 = 0 THEN 'unmatched' ELSE 'matched' END",
        occurred_at=INSTANT,
    )
    queue = PaymentEvent.objects.queued()
    assert plan(queue[:50]) == ({"ix_payment_events_queue"}, set())
    told = PaymentEvent.objects.told_by(PaymentProvider.PLAID, "provider_id 77")
    assert plan(told) == ({"uq_payment_events_provider"}, set())


def test_the_live_match_of_an_event_goes_by_index():
    fill(
        PaymentMatch,
        payment_event="md5('event' || n)",
        status="'auto'",
        confidence="0.95",
    )
    event = PaymentMatch.objects.first().payment_event_id
    live = PaymentMatch.objects.live().filter(payment_event=event)
    (index,) = index_names(live)
    assert index == "uq_payment_matches_live" or index.startswith("payment_matches_payment_event_id")
    assert seq_scans(live) == set()


def test_m6_notices_go_by_index():
    fill(
        SocialInboxMessage,
        status="CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'processed' END",
        processed_at="CASE WHEN n % 500 > 0 THEN now() END",
        next_attempt_at=INSTANT,
    )
    due = SocialInboxMessage.objects.due(AT)[:100]
    assert plan(due) == ({"ix_social_inbox_due"}, set())
    assert not sorts(SocialInboxMessage.objects.filter(status=InboxStatus.PENDING)[:1])
    known = SocialInboxMessage.objects.filter(signature="signature 77")
    assert plan(known) == ({"uq_social_inbox_signature"}, set())

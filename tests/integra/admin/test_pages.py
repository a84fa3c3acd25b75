"""Calls, provider money and social notices in the back office: to be read, in reach, masked, found."""

import pytest

from identity.enums import UserRole
from integra.enums import MatchStatus, PaymentEventStatus
from integra.models import CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage
from tests.factories import integra as rows
from tests.factories.bookings import BookingFactory, SocialPageFactory
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter, found, listed, queries, url

ANN, PHONE = "ann@people.example", "+15105550111"
MODELS = (CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


@pytest.fixture
def owner(db):
    return enter(make_staff(UserRole.SUPER_ADMIN))


def make_rows(station):
    """Make a row of every table for a station, or for the company; return them by model."""
    booking = BookingFactory(**({"station": station} if station else {}))
    event = rows.PaymentEventFactory(station=station, sender_email=ANN, sender_phone=PHONE, memo="canary")
    made = (
        rows.CallSessionFactory(station=station, booking=booking, transcript="canary"),
        event,
        rows.PaymentMatchFactory(payment_event=event, booking=booking),
        rows.SocialInboxMessageFactory(account=SocialPageFactory(), payload="canary"),
    )
    return {type(row): row for row in made}


def test_r4_r9_staff_see_their_stations_and_the_companys(admin, station):
    mine, theirs, company = make_rows(station), make_rows(StationFactory()), make_rows(None)
    for model in (CallSession, PaymentEvent):
        assert listed(admin, model) == [company[model], mine[model]]
    assert listed(admin, PaymentMatch) == [mine[PaymentMatch]]
    for model in (CallSession, PaymentEvent, PaymentMatch):
        assert admin.get(url(model, "change", theirs[model].pk)).status_code == 302


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        (UserRole.ADMIN, [200, 200, 200, 403]),
        (UserRole.CUSTOMER_SUPPORT, [200, 403, 403, 403]),
        (UserRole.STATION_MANAGER, [200, 403, 403, 403]),
    ],
)
def test_section_1_who_may_read_what(station, role, answers):
    client = enter(make_staff(role, station))
    assert [client.get(url(model, "changelist")).status_code for model in MODELS] == answers


def test_ledgers_and_logs_are_to_be_read(owner, station):
    for model, row in make_rows(station).items():
        page = url(model, "change", row.pk)
        assert owner.get(page).context["has_change_permission"] is False, model
        assert owner.post(page, {}).status_code == 403, model
        assert owner.get(url(model, "add")).status_code == 403, model
        assert owner.get(url(model, "delete", row.pk)).status_code == 403, model


def test_p3_what_people_wrote_and_said_stays_masked(owner, station):
    made = make_rows(station)
    for model, row in made.items():
        for address in (url(model, "changelist"), url(model, "change", row.pk)):
            text = owner.get(address).content.decode()
            assert [word for word in (ANN, PHONE, "canary") if word in text] == [], address
    reveal = {"fields_wanted": ["memo", "sender_email"], "reason": "Looking for the booking."}
    text = owner.post(url(PaymentEvent, "reveal", made[PaymentEvent].pk), reveal).content.decode()
    assert ("canary" in text, ANN in text) == (True, True)
    for model, hidden in ((CallSession, "transcript"), (PaymentEvent, "raw_data")):
        form = owner.get(url(model, "reveal", made[model].pk)).context["form"]
        assert hidden not in dict(form.fields["fields_wanted"].choices)
    # The notice of a platform has no column that anybody may read here.
    assert "reveal" not in owner.get(url(SocialInboxMessage, "changelist")).content.decode()


def test_rows_are_found_by_contact_reference_and_key(owner, station):
    made, _other = make_rows(station), make_rows(station)
    booking = made[PaymentMatch].booking
    assert found(owner, CallSession, made[CallSession].phone) == [made[CallSession]]
    assert found(owner, CallSession, booking.reference) == [made[CallSession]]
    for term in (booking.reference, booking.customer.email, booking.customer.phone):
        assert found(owner, PaymentMatch, term) == [made[PaymentMatch]], term
    for term in (made[PaymentEvent].provider_id, booking.reference):
        assert found(owner, PaymentEvent, term) == [made[PaymentEvent]], term
    assert found(owner, SocialInboxMessage, made[SocialInboxMessage].signature) == [made[SocialInboxMessage]]


def test_lists_and_pages_cost_the_same_whatever_they_hold(owner, station):
    made = make_rows(station)
    event = made[PaymentEvent]
    page = url(PaymentEvent, "change", event.pk)
    one = [queries(owner, url(model, "changelist")) for model in MODELS]
    one_page = queries(owner, page)
    for _ in range(2):
        make_rows(station)
        taken_back = {"status": MatchStatus.IGNORED, "notes": "Another party."}
        rows.PaymentMatchFactory(payment_event=event, **taken_back)
    assert [queries(owner, url(model, "changelist")) for model in MODELS] == one
    assert queries(owner, page) == one_page
    assert (one, one_page) == ([6, 6, 5, 5], 11)


def test_py10_the_queue_is_one_filter_away(owner, station):
    waiting = rows.PaymentEventFactory(station=station)
    unmatched = rows.PaymentEventFactory(status=PaymentEventStatus.UNMATCHED)
    placed = rows.PaymentEventFactory(status=PaymentEventStatus.MATCHED)
    assert listed(owner, PaymentEvent, "queue=yes") == [unmatched, waiting]
    assert listed(owner, PaymentEvent, "queue=nonsense") == [placed, unmatched, waiting]
    text = owner.get(url(PaymentEvent, "changelist")).content.decode()
    assert ("$100.00" in text, "Unmatched" in text, "Company" in text) == (True, True, True)


def test_an_events_page_shows_what_it_was_matched_to(owner, station):
    made = make_rows(station)
    text = owner.get(url(PaymentEvent, "change", made[PaymentEvent].pk)).content.decode()
    assert (made[PaymentMatch].booking.reference in text, "0.95" in text) == (True, True)

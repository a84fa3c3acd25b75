"""Escalations in the back office: rows in reach, contacts masked and found, who waits first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.enums import UserRole
from support.enums import EscalationStatus
from support.models import Escalation
from tests.factories.bookings import CustomerFactory
from tests.factories.identity import StationFactory, UserFactory, make_staff
from tests.factories.support import EscalationFactory
from tests.pages import enter, found, listed, queries, url

ANN, PHONE, NAME = "ann@people.example", "+15105550111", "Canary Lee"


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def support(station):
    return enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))


def resolved(**fields):
    done = {"status": EscalationStatus.RESOLVED, "resolved_at": timezone.now(), "resolution_notes": "Called."}
    return EscalationFactory(**{**done, **fields})


def test_r4_r9_staff_see_their_stations_and_the_companys(support, station):
    mine, theirs, company = (EscalationFactory(station=each) for each in (station, StationFactory(), None))
    assert listed(support, Escalation) == [company, mine]
    assert support.get(url(Escalation, "change", theirs.pk)).status_code == 302
    # Chefs do not come into the back office at all.
    assert enter(make_staff(UserRole.CHEF)).get(url(Escalation, "changelist")).status_code == 302


def test_m7_escalations_move_through_services_only(support, station):
    escalation = EscalationFactory(station=station)
    page = url(Escalation, "change", escalation.pk)
    assert support.get(page).context["has_change_permission"] is False
    assert support.post(page, {"status": "closed"}).status_code == 403
    assert support.get(url(Escalation, "add")).status_code == 403
    assert support.get(url(Escalation, "delete", escalation.pk)).status_code == 403


def test_p2_a_pasted_contact_or_conversation_finds_it(support, station):
    wanted = EscalationFactory(
        station=station, customer_phone=PHONE, customer_email=ANN, conversation_id="chat-of-ann"
    )
    EscalationFactory(station=station)
    for term in (ANN.upper(), "(510) 555-0111", "chat-of-ann"):
        assert found(support, Escalation, term) == [wanted], term


def test_p3_the_person_stays_masked_until_revealed(support, station):
    escalation = EscalationFactory(
        station=station, customer_name=NAME, customer_phone=PHONE, customer_email=ANN
    )
    for address in (url(Escalation, "changelist"), url(Escalation, "change", escalation.pk)):
        text = support.get(address).content.decode()
        assert [word for word in (ANN, PHONE, NAME) if word in text] == [], address
    reveal = {"fields_wanted": ["customer_name"], "reason": "Calling the customer back."}
    text = support.post(url(Escalation, "reveal", escalation.pk), reveal).content.decode()
    assert (NAME in text, PHONE in text) == (True, False)


def test_the_list_costs_the_same_whatever_it_holds(support, station):
    def one_more():
        customer = CustomerFactory(station=station)
        EscalationFactory(station=station, customer=customer, assigned_to=UserFactory())

    one_more()
    address = url(Escalation, "changelist")
    one = queries(support, address)
    page = queries(support, url(Escalation, "change", Escalation.objects.get().pk))
    one_more()
    one_more()
    assert queries(support, address) == one
    assert (one, page) == (6, 7)


def test_m9_staff_find_who_waits(support, station):
    past = timezone.now() - timedelta(minutes=1)
    due = EscalationFactory(station=station)
    late = EscalationFactory(station=station, sla_due_at=past)
    answered = EscalationFactory(station=station, sla_due_at=past, first_response_at=past)
    done = resolved(station=station, sla_due_at=past)
    failed = EscalationFactory(station=station, status="error", status_before_error="pending")
    assert listed(support, Escalation, "due=open") == [failed, answered, late, due]
    assert listed(support, Escalation, "due=unanswered") == [late]
    assert listed(support, Escalation, "due=nonsense") == [failed, done, answered, late, due]
    assert listed(support, Escalation, "status__exact=resolved") == [done]
    text = support.get(url(Escalation, "changelist")).content.decode()
    words = ("Overdue", "Due", "Given", "Notice failed", "Medium")
    assert [word for word in words if word not in text] == []

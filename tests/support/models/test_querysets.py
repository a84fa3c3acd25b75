"""Which escalations the reads keep, and that they go by index on 100,000 rows."""

from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from bookings.enums import PriorityLevel
from common.actors import GuestActor, SystemActor
from identity.enums import UserRole
from identity.models import Station, User
from support.enums import EscalationStatus
from support.models import Escalation
from tests.factories.identity import StationFactory, UserFactory, make_actor
from tests.factories.support import EscalationFactory
from tests.plans import FIRST_INSTANT, fill, index_names, key_of, seq_scans

pytestmark = pytest.mark.django_db
AT = parse_datetime(FIRST_INSTANT) + timedelta(days=160)
MINUTE = timedelta(minutes=1)
RESOLVED = {"status": EscalationStatus.RESOLVED, "resolved_at": AT, "resolution_notes": "Called back."}


def test_r9_escalations_of_linked_stations_and_the_company():
    stations = StationFactory(), StationFactory()
    mine, other = (EscalationFactory(station=station) for station in stations)
    company = EscalationFactory()
    seen = Escalation.objects.visible_to
    assert set(seen(make_actor(UserRole.STATION_MANAGER, stations[0]))) == {mine, company}
    assert set(seen(SystemActor("test"))) == {mine, other, company}
    assert set(seen(make_actor(UserRole.CHEF))) == set()
    assert set(seen(GuestActor())) == set()


def test_m9_the_longest_unanswered_comes_first():
    late = EscalationFactory(sla_due_at=AT)
    later = EscalationFactory(sla_due_at=AT - MINUTE)
    EscalationFactory(sla_due_at=AT + MINUTE)
    EscalationFactory(sla_due_at=AT - MINUTE, first_response_at=AT - MINUTE)
    EscalationFactory(sla_due_at=AT - MINUTE, **RESOLVED)
    assert list(Escalation.objects.unanswered(AT)) == [later, late]


def test_m7_reads_of_staff():
    station, agent = StationFactory(), UserFactory()
    row = EscalationFactory(
        station=station,
        assigned_to=agent,
        conversation_id="chat",
        customer_phone="+15105550100",
        customer_email="ann@people.example",
        priority=PriorityLevel.HIGH,
    )
    EscalationFactory(station=station, assigned_to=agent, **RESOLVED)
    EscalationFactory(station=StationFactory(), assigned_to=UserFactory())
    rows = Escalation.objects
    assert set(rows.in_state(station, EscalationStatus.PENDING)) == {row}
    assert set(rows.assigned_to(agent)) == {row}
    assert set(rows.of_conversation("chat")) == {row}
    assert set(rows.with_phone("(510) 555-0100")) == {row}
    assert set(rows.with_email("ANN@people.example")) == {row}
    assert rows.open().count() == 2


def test_the_reads_go_by_index():
    fill(
        Escalation,
        status="CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'closed' END",
        resolved_at="now()",
        resolution_notes="'done'",
        station="md5('identity.station' || n % 100)",
        assigned_to="md5('identity.user' || n % 1000)",
        customer_email_bidx="sha256(('e' || n)::bytea)",
        reason="'reason number ' || n",
    )
    rows, station, agent = Escalation.objects, key_of(Station, 7), key_of(User, 7)
    reads = {
        "ix_escalations_sla": rows.unanswered(AT),
        "ix_escalations_conversation": rows.of_conversation("conversation_id 77"),
        "ix_escalations_phone": rows.with_phone("+15105550100"),
        "ix_escalations_email": rows.with_email("ann@people.example"),
        "ix_escalations_station": rows.in_state(Station(pk=station), EscalationStatus.PENDING),
        "ix_escalations_assignee": rows.filter(assigned_to=agent, status=EscalationStatus.CLOSED),
    }
    assert {name: (index_names(read), seq_scans(read)) for name, read in reads.items()} == {
        name: ({name}, set()) for name in reads
    }
    mine = rows.assigned_to(User(pk=agent))
    # Either the employee's rows or the few open ones are the shorter way.
    assert index_names(mine) <= {"ix_escalations_assignee", "ix_escalations_sla", "uq_escalations_open"}
    assert seq_scans(mine) == set()
    open_of_chat = rows.of_conversation("conversation_id 500").open()
    assert index_names(open_of_chat) <= {"uq_escalations_open", "ix_escalations_conversation"}

"""/system-events: the log of the house, for the owner alone."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from bookings.services.system_events import record_system_event
from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import make_actor, make_station

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 1, 19, tzinfo=UTC)
ABOUT = uuid4()


@pytest.fixture
def owner():
    return Caller(make_actor(UserRole.SUPER_ADMIN))


def note(minutes, **values):
    return record_system_event(
        **{"service": "alerts", "action": "chef_missing", "at": AT + timedelta(minutes=minutes), **values}
    )


def test_the_owner_reads_the_log_newest_first(owner):
    first = note(0)
    second = note(1, severity="warning", entity_type="booking", entity_id=ABOUT, data={"step": "2"})
    assert owner.get("/system-events").json() == {
        "results": [
            {
                "id": second.pk,
                "service": "alerts",
                "action": "chef_missing",
                "severity": "warning",
                "entity_type": "booking",
                "entity_id": str(ABOUT),
                "user_id": None,
                "event_data": {"step": "2"},
                "timestamp": "2026-05-01T19:01:00Z",
            },
            {
                "id": first.pk,
                "service": "alerts",
                "action": "chef_missing",
                "severity": "info",
                "entity_type": None,
                "entity_id": None,
                "user_id": None,
                "event_data": {},
                "timestamp": "2026-05-01T19:00:00Z",
            },
        ],
        "next": None,
        "previous": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"severity__in": "warning,error"}, [2]),
        ({"service": "alerts"}, [0]),
        ({"action": "purged"}, [1]),
        ({"entity_id": str(ABOUT)}, [2]),
        ({"timestamp__gte": "2026-05-01T19:01:00Z"}, [2, 1]),
        ({"timestamp__lt": "2026-05-01T19:01:00Z"}, [0]),
        ({"ordering": "timestamp", "limit": "2"}, [0, 1]),
    ],
)
def test_the_log_can_be_narrowed(owner, query, found):
    rows = [
        note(0),
        note(1, service="retention", action="purged"),
        note(2, service="cards", severity="error", entity_type="payment", entity_id=ABOUT),
    ]
    answer = owner.get("/system-events", **query)
    assert [row["id"] for row in answer.json()["results"]] == [rows[place].pk for place in found]


@pytest.mark.parametrize("number", [1, 3])
def test_pages_of_equal_times_repeat_and_skip_nothing(owner, number, django_assert_num_queries):
    rows = {note(0).pk for _row in range(number)}
    seen, cursor = set(), {}
    for _page in range(number):
        with django_assert_num_queries(1):
            page = owner.get("/system-events", limit="1", **cursor).json()
        seen |= {row["id"] for row in page["results"]}
        cursor = dict(parse_qsl(urlsplit(page["next"] or "").query))
        cursor.pop("limit", None)
    assert (seen, cursor) == (rows, {})


def test_wrong_filters_are_named(owner):
    answer = owner.get("/system-events", severity="loud", entity_id="none")
    assert (problem(answer), sorted(pointers(answer))) == (
        (400, "validation_error"),
        ["/entity_id", "/severity"],
    )
    assert problem(owner.get("/system-events", colour="red")) == (400, "unknown_parameter")


@pytest.mark.parametrize("role", [UserRole.ADMIN, UserRole.STATION_MANAGER, UserRole.CUSTOMER_SUPPORT])
def test_r9_staff_of_stations_may_not(role):
    caller = Caller(make_actor(role, stations=[make_station()]))
    assert problem(caller.get("/system-events")) == (403, "permission_denied")

import pytest
from django.db import OperationalError, connection

from common.api.health import ReadinessCheck, readiness


def test_live_asks_nobody_and_nothing(guest):
    """No database mark: the probe must not touch it."""
    response = guest.call("GET", "/health/live", authorization="Bearer nonsense")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": {}})


@pytest.mark.django_db
def test_ready_asks_the_database(guest):
    assert guest.call("GET", "/health/ready").json() == {
        "status": "ok",
        "checks": {"database": "ok", "queues": "ok"},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "status", "told"), [("ok", 200, "ok"), ("degraded", 200, "degraded"), ("down", 503, 503)]
)
def test_other_parts_can_join(state, status, told, guest):
    check = readiness.register("events", ReadinessCheck("storage", lambda: state))
    try:
        response = guest.call("GET", "/health/ready")
    finally:
        readiness.remove("events", check)
    body = response.json()
    assert (response.status_code, body["status"]) == (status, told)
    assert body["checks"] == {"database": "ok", "queues": "ok", "storage": state}
    if status == 503:
        assert (body["code"], response["Retry-After"]) == ("service_unavailable", "1")


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_not_ready_and_comes_back(guest):
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    response = guest.call("GET", "/health/ready")
    body = response.json()
    assert (response.status_code, body["code"], body["checks"]) == (
        503,
        "service_unavailable",
        {"database": "down"},
    )
    assert guest.call("GET", "/health/ready").status_code == 200

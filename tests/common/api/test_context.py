"""API-3 and the log lines (P-4)."""

import io
import json
import logging
import re

import pytest
import structlog

from common import context
from common.client_address import client_address, network_of
from common.logging import configure, trace_of
from tests.common.api.kit import AccidentView

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["12345678", "a-B-3" * 12, "x" * 64])
def test_a_good_request_id_is_taken(asked, guest):
    assert guest.call("GET", "/api/v1/echo", x_request_id=asked)["X-Request-ID"] == asked


@pytest.mark.parametrize(
    "asked", ["", "1234567", "x" * 65, "1234 5678", "12345678;", "é2345678", "12345678\n"]
)
def test_another_one_is_replaced(asked, guest):
    made = guest.call("GET", "/api/v1/echo", x_request_id=asked)["X-Request-ID"]
    assert made != asked
    assert re.fullmatch(r"[A-Za-z0-9-]{36}", made)


def test_it_is_on_every_response(guest):
    for path in ("/api/v1/echo", "/api/v1/nothing", "/nothing", "/health/live", "/api/v1/schema"):
        assert "X-Request-ID" in guest.call("GET", path)


def test_outside_of_a_request_there_is_no_context():
    assert (context.current(), context.request_id(), context.client_ip(), context.user_agent()) == (
        None,
        None,
        None,
        "",
    )
    with context.request_context(context.RequestContext("id-12345", "198.51.100.1", "curl")) as running:
        assert (context.current(), context.request_id()) == (running, "id-12345")
        assert (context.client_ip(), context.user_agent()) == ("198.51.100.1", "curl")
    assert context.current() is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "expected"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.1", "198.51.100.1", "203.0.113.9"),
        (3, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "", "198.51.100.1", "198.51.100.1"),
        (1, "unknown", "198.51.100.1", None),
        (0, "", "::ffff:198.51.100.1", "198.51.100.1"),
        (0, "", "fe80::1%eth0", "fe80::1"),
        (0, "", "", None),
    ],
)
def test_the_client_address_is_what_trusted_proxies_say(proxies, forwarded, peer, expected, settings, rf):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR=peer, headers=headers)) == expected


def test_networks():
    assert network_of("198.51.100.7") == "198.51.100.7"
    assert network_of("2001:db8:0:1:a:b:c:d") == network_of("2001:db8:0:1::") == "2001:db8:0:1::"
    assert network_of(None) == "0.0.0.0"  # noqa: S104 -- nothing is bound


@pytest.fixture
def lines():
    """The house's log configuration, its lines caught; what was configured before comes back."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    configure({"level": "INFO"})
    [handler] = [
        h for h in root.handlers if isinstance(h, logging.StreamHandler) and h.formatter and h not in before
    ]
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_a_request_is_one_line_without_path_and_query(lines, guest):
    guest.call("GET", "/api/v1/holds/secret-token-1/sign?q=jane@example.com", x_request_id="request-3")
    [line] = lines()
    assert {
        key: line[key] for key in ("event", "method", "route", "status", "request_id", "level", "logger")
    } == {
        "event": "request",
        "method": "GET",
        "route": "api/v1/holds/<str:token>/sign",
        "status": 400,
        "request_id": "request-3",
        "level": "info",
        "logger": "request",
    }
    assert not {"secret", "jane"} & set(re.findall(r"\w+", json.dumps(line)))


def test_probes_are_not_logged(lines, guest):
    guest.call("GET", "/health/live")
    assert lines() == []


def test_traces_name_kinds_and_places(lines, guest):
    AccidentView.accidents = {"x": RuntimeError("jane@example.com")}
    guest.call("GET", "/api/v1/accidents/x")
    accident, _request = lines()
    assert (accident["event"], accident["code"], accident["level"]) == (
        "unexpected",
        "internal_error",
        "error",
    )
    [link] = accident["exception"]
    assert link["kind"] == "builtins.RuntimeError"
    assert re.search(r"kit\.py:\d+ get$", link["frames"][-1])
    assert "jane" not in json.dumps(accident)


def test_foreign_loggers_write_the_same_lines(lines):
    error = KeyError("joe")
    error.__cause__ = ValueError("jane@example.com")
    logging.getLogger("foreign").error("went %s", "wrong", exc_info=error)
    [line] = lines()
    assert (line["event"], line["logger"], [link["kind"] for link in line["exception"]]) == (
        "went wrong",
        "foreign",
        ["builtins.KeyError", "builtins.ValueError"],
    )
    assert "jane" not in json.dumps(line)


def test_structlog_lines_may_hold_uuids_and_times(lines):
    from tests.factories.events import AT

    structlog.get_logger("x").warning("hello", at=AT, key={1: 2}, exc_info=None)
    [line] = lines()
    assert (line["event"], line["at"], line["key"]) == ("hello", "2026-03-01T12:00:00Z", {"1": 2})


def test_long_chains_of_causes_are_cut():
    error: BaseException = ValueError()
    for _ in range(20):
        outer = ValueError()
        outer.__context__ = error
        error = outer
    assert len(trace_of(error)) == 10

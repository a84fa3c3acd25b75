"""Bad input of every kind ends in a problem document with a known code and changes nothing (section 18)."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.models import Booking, Customer, ReservationHold, SlotClaim

pytestmark = pytest.mark.django_db

WRONG = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**400,
    1.5,
    "",
    " ",
    "\x00",
    "a\x00b",
    "👩‍🍳" * 3,
    "x" * 5_000,
    "2026-02-31",
    "2026-03-08T02:30",
    "25:00",
    "NaN",
    "﷽" * 40,
    "'; DROP TABLE core.bookings; --",
    "%",
    [],
    [None],
    [[[[]]]],
    {},
    {"a": {"b": 1}},
]

QUOTE_FIELDS = [
    "station_id",
    "date",
    "slot",
    "adults",
    "kids",
    "toddlers",
    "menu",
    "postal_code",
    "latitude",
    "longitude",
    "tier",
    "coupon_code",
    "first_name",
    "last_name",
    "email",
    "phone",
]
FIELDS = [
    *QUOTE_FIELDS,
    *[
        "address",
        "allergens",
        "requested_time",
        "requested_chef_id",
        "special_requests",
        "sms_consent",
        "email_consent",
    ],
    *["terms_accepted", "quote_hash"],
]


def _assert_problem(answer):
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"] not in {"", "internal_error"}
    assert problem["request_id"] == answer.headers["X-Request-ID"]


def _counts():
    return [model.objects.count() for model in (Booking, Customer, ReservationHold, SlotClaim)]


@pytest.mark.parametrize("path", ["bookings", "holds", "quotes"])
@pytest.mark.parametrize("field", FIELDS)
def test_each_wrong_value_of_each_field(send, body, path, field):
    if path == "quotes":
        if field not in QUOTE_FIELDS:
            pytest.skip("a quote has no such field")
        body = {name: value for name, value in body.items() if name in QUOTE_FIELDS}
    for value in WRONG:
        before = transaction.savepoint()
        answer = send("post", path, {**body, field: value})
        # Some are acceptable spellings after all (an emoji is a name, null is "none").
        if answer.status_code not in {200, 201}:
            _assert_problem(answer)
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize(
    "missing",
    ["date", "slot", "adults", "first_name", "last_name", "email", "phone", "address", "postal_code"],
)
def test_missing_fields_are_named(send, body, missing):
    del body[missing]
    answer = send("post", "bookings", body)
    _assert_problem(answer)
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (f"/{missing}", "required")
    ]


def test_unknown_member_is_named(send, body):
    answer = send("post", "bookings", {**body, "total_cents": 1})
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/total_cents", "unknown_field")]


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"", "application/json", 400, "validation_error"),
        (b"{", "application/json", 400, "malformed_json"),
        (b'{"a": NaN}', "application/json", 400, "malformed_json"),
        (b'{"a": "\xff"}', "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 400, "validation_error"),
        (b'"text"', "application/json", 400, "validation_error"),
        (b"null", "application/json", 400, "validation_error"),
        (b"[" * 5_000 + b"]" * 5_000, "application/json", 400, "malformed_json"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "text/xml", 415, "unsupported_media_type"),
        (b'"' + b"x" * (2 * 1024 * 1024) + b'"', "application/json", 413, "payload_too_large"),
    ],
)
def test_broken_bodies(client, station, raw, kind, status, code):
    answer = client.post(
        "/api/v1/public/bookings", data=raw, content_type=kind, headers={"Idempotency-Key": "k" * 20}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    _assert_problem(answer)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", "bookings", "POST"),
        ("get", "bookings", "POST"),
        ("delete", "stations", "GET"),
        ("post", "availability", "GET"),
        ("patch", "holds/x", "GET"),
    ],
)
def test_wrong_methods_name_the_allowed_ones(send, station, method, path, allowed):
    answer = send(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert allowed in answer.headers["Allow"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from([*FIELDS, "unknown"]), json_values, min_size=1, max_size=4))
@pytest.mark.parametrize("path", ["bookings", "holds", "quotes"])
def test_arbitrary_json_never_fails_badly(send, body, path, changes):
    before = _counts()
    answer = send("post", path, json.loads(json.dumps({**body, **changes})))
    if answer.status_code in {200, 201}:
        return
    _assert_problem(answer)
    assert _counts() == before

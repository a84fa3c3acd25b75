"""API-1 and the bad input of every body: nothing unknown, nothing coerced, never a 500."""

from io import BytesIO

import pytest

from common.api.exceptions import PayloadTooLarge
from common.api.parsers import MAX_DRAINED, JSONParser

pytestmark = pytest.mark.django_db

MOMENT = "2026-03-08T18:00:00Z"
UUID = "0190f3a4-0000-7000-8000-000000000000"


def post(guest, body, **headers):
    return guest.call("POST", "/api/v1/echo", body, **headers)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", None),
        (b"{}", None),
        (b" ", "malformed_json"),
        (b"{", "malformed_json"),
        (b'{"text": NaN}', "malformed_json"),
        (b'{"price": Infinity}', "malformed_json"),
        (b'{"price": 1e999}', "malformed_json"),
        (b'{"text": "\\ud800"}', "malformed_json"),
        (b'{"text": "\xff"}', "malformed_json"),
        (b"\xef\xbb\xbf{}", "malformed_json"),
        (b"[" * 2000 + b"]" * 2000, "malformed_json"),
        (b"[" * 40 + b"]" * 40, "malformed_json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "malformed_json"),
        (b"[]", "validation_error"),
        (b'"text"', "validation_error"),
        (b"null", "validation_error"),
        (b'{"text": "a\\u0000b"}', "validation_error"),
        (b'{"a\\u0000b": 1}', "validation_error"),
        (b'{"number": 99999999999999999999999999}', "validation_error"),
    ],
)
def test_bodies(body, code, guest):
    response = post(guest, body)
    assert response.json().get("code") == code
    assert response.status_code == (200 if code is None else 400)


def test_nul_is_named_by_its_pointer(guest):
    errors = post(guest, b'{"words": ["ok", "a\\u0000"], "inner": {"x\\u0000": 1}}').json()["errors"]
    assert {error["pointer"] for error in errors} == {"/words/1", "/inner/x\x00"}
    assert {error["code"] for error in errors} == {"null_characters_not_allowed"}


def test_large_bodies_are_refused(guest):
    response = post(guest, b'{"text": "' + b"x" * (2 * 1024 * 1024) + b'"}')
    assert (response.status_code, response.json()["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_other_media_types_are_refused(kind, guest):
    response = guest.call("POST", "/api/v1/echo", b'{"number": 1}', **{"content-type": kind})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_accept_does_not_matter(guest):
    response = guest.call("GET", "/api/v1/echo", accept="text/html")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 5),
        ("price", 5),
        ("price", 5.5),
        ("exact", 37.57),
        ("text", "é 🎉"),
        ("flag", True),
        ("day", "2026-02-28"),
        ("slot", "18:00"),
        ("moment", MOMENT),
        ("moment", "2026-03-08T18:00:00.123456+01:00"),
        ("key", UUID),
        ("choice", "a"),
        ("several", ["a"]),
        ("words", ["a", "b"]),
        ("counts", {"a": 1}),
        ("inner", {"day": "2026-01-01"}),
        ("inners", [{"day": "2026-01-01"}, {}]),
    ],
)
def test_right_kinds_pass(name, value, guest):
    assert post(guest, {name: value}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("number", "5", "/number"),
        ("number", True, "/number"),
        ("number", 1.0, "/number"),
        ("number", [1], "/number"),
        ("number", None, "/number"),
        ("number", 101, "/number"),
        ("price", "5", "/price"),
        ("price", False, "/price"),
        ("exact", "37.57", "/exact"),
        ("exact", 1e300, "/exact"),
        ("text", 5, "/text"),
        ("text", "", "/text"),
        ("text", ["a"], "/text"),
        ("flag", "true", "/flag"),
        ("flag", 1, "/flag"),
        ("day", 20260228, "/day"),
        ("day", "2026-02-31", "/day"),
        ("day", "20260228", "/day"),
        ("day", "2026-W05-1", "/day"),
        ("slot", "6pm", "/slot"),
        ("slot", "25:00", "/slot"),
        ("moment", "2026-03-08T18:00:00", "/moment"),
        ("moment", "2026-03-08", "/moment"),
        ("key", 5, "/key"),
        ("key", UUID.replace("-", ""), "/key"),
        ("choice", "c", "/choice"),
        ("choice", 1, "/choice"),
        ("several", "a", "/several"),
        ("several", ["c"], "/several"),
        ("words", "ab", "/words"),
        ("words", ["a", 5], "/words/1"),
        ("counts", {"a": "1"}, "/counts/a"),
        ("counts", [1], "/counts"),
        ("inner", [], "/inner"),
        ("inner", {"day": 1}, "/inner/day"),
        ("inner", {"other": 1}, "/inner/other"),
        ("inners", [{}, {"other": 1}], "/inners/1/other"),
        ("other", 1, "/other"),
        ("a/b~c", 1, "/a~1b~0c"),
    ],
)
def test_wrong_kinds_are_named_by_their_pointer(name, value, pointer, guest):
    response = post(guest, {name: value})
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "validation_error")
    assert [error["pointer"] for error in body["errors"]] == [pointer]


def test_every_wrong_member_is_told_at_once(guest):
    errors = post(guest, {"number": "5", "other": 1, "text": ""}).json()["errors"]
    assert sorted((error["pointer"], error["code"]) for error in errors) == [
        ("/number", "invalid"),
        ("/other", "unknown_field"),
        ("/text", "blank"),
    ]


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("page=1", "unknown_parameter", "/page"),
        ("format=json", "unknown_parameter", "/format"),
        ("day=2026-02-31", "validation_error", "/day"),
        ("day=20260228", "validation_error", "/day"),
        ("party=x", "validation_error", "/party"),
        ("party=1&party=2", "validation_error", "/party"),
        ("party=%00", "validation_error", "/party"),
    ],
)
def test_queries(query, code, pointer, guest):
    body = guest.call("GET", f"/api/v1/echo?{query}").json()
    assert (body["code"], [error["pointer"] for error in body["errors"]]) == (code, [pointer])


def test_a_right_query_is_parsed(guest):
    assert guest.call("GET", "/api/v1/echo?day=2026-02-28&party=8").json() == {
        "day": "2026-02-28",
        "party": 8,
    }


def test_nul_in_the_path_is_no_accident(staff):
    assert staff.call("GET", "/api/v1/hooks/%00").status_code == 404


class Sent(BytesIO):
    """A body that knows how much of it was asked for; it may never end."""

    def __init__(self, size, *, endless=False):
        super().__init__(b"x" * size)
        self.endless, self.taken = endless, 0

    def read(self, size=-1):
        self.taken += size
        return b"x" * size if self.endless else super().read(size)


@pytest.mark.parametrize("endless", [False, True])
def test_a_body_that_is_too_large_is_read_to_its_end_within_reason(endless):
    """Who is still sending would meet a closed door instead of the answer."""
    body = Sent(11 * 1024 * 1024, endless=endless)
    with pytest.raises(PayloadTooLarge):
        JSONParser().parse(body)
    assert body.taken < MAX_DRAINED + 2 * 1024 * 1024
    assert endless or body.read(1) == b""

"""API-7: versions in headers."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from common.api.etag import record_version
from tests.factories.events import WebhookEndpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook():
    return WebhookEndpointFactory(updated_at=datetime(2026, 3, 1, 0, 0, 0, 7, tzinfo=UTC))


def tag(hook) -> str:
    return f'"{record_version(hook)}"'


def test_versions():
    assert record_version(SimpleNamespace(version=3, updated_at=None)) == 3
    assert (
        record_version(SimpleNamespace(updated_at=datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))) == 1_000_005
    )


def test_details_carry_a_strong_tag(hook, staff):
    response = staff.call("GET", f"/api/v1/hooks/{hook.pk}")
    assert (response["ETag"], response["Cache-Control"]) == (tag(hook), "private, no-cache")
    assert staff.call("GET", "/api/v1/hooks")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "status"),
    [("{tag}", 304), ("W/{tag}", 304), ('"1", {tag}', 304), ("*", 304), ('"1"', 200), ("", 200), ("x", 200)],
)
def test_unchanged_details_are_not_sent_again(header, status, hook, staff):
    response = staff.call("GET", f"/api/v1/hooks/{hook.pk}", if_none_match=header.format(tag=tag(hook)))
    assert (response.status_code, response["ETag"]) == (status, tag(hook))
    assert (response.content == b"") == (status == 304)
    assert ("Content-Type" in response) == (status == 200)


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("{tag}", 200, None),
        ('"1", {tag}', 200, None),
        ("*", 200, None),
        (None, 428, "precondition_required"),
        ("", 428, "precondition_required"),
        ('"1"', 412, "version_conflict"),
        ("W/{tag}", 412, "version_conflict"),
        ("x", 412, "version_conflict"),
    ],
)
def test_writes_name_the_version_they_saw(header, status, code, hook, staff):
    headers = {} if header is None else {"if_match": header.format(tag=tag(hook))}
    response = staff.call("PATCH", f"/api/v1/hooks/{hook.pk}", {"name": "new"}, **headers)
    assert (response.status_code, response.json().get("code")) == (status, code)
    hook.refresh_from_db()
    assert (hook.name == "new") == (status == 200)
    if status == 412:
        assert response.json()["current_version"] == record_version(hook)
    if status == 200:
        assert response["ETag"] == tag(hook)

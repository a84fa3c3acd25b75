"""API-4, API-5: keyset pages, filters, orderings."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer
from django.db.models import F

from common.api.pagination import CursorPagination, Key, _decode, _encode
from events.models import OutboxMessage, WebhookEndpoint
from tests.factories.events import WebhookEndpointFactory, publish_about

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)


def hooks(count: int, **fields) -> list[WebhookEndpoint]:
    return [
        WebhookEndpointFactory(name=f"hook-{number:02}", created_at=START + timedelta(hours=number), **fields)
        for number in range(count)
    ]


def names(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def walk(client, path: str, link: str = "next") -> list[list[str]]:
    """Follow `next` (or `previous`) to the end."""
    pages = []
    while path:
        response = client.call("GET", path)
        pages.append(names(response))
        path = response.json()[link]
        assert len(pages) < 50
    return pages


def last_link(client, path: str) -> str:
    while link := client.call("GET", path).json()["next"]:
        path = link
    return path


@pytest.fixture
def nullable():
    """Seven rows whose `disabled_at` is NULL, equal or distinct."""
    for number, day in enumerate([None, 1, 2, 2, None, 3, 2]):
        disabled = None if day is None else START + timedelta(days=day)
        WebhookEndpointFactory(name=f"n{number}", disabled_at=disabled, is_active=day is None)


def test_a_list_is_a_page_with_links(staff):
    hooks(3)
    body = staff.call("GET", "/api/v1/hooks?limit=2").json()
    assert set(body) == {"results", "next", "previous"}
    assert [row["name"] for row in body["results"]] == ["hook-02", "hook-01"]
    assert body["previous"] is None
    assert body["next"].startswith("http://testserver/api/v1/hooks?")
    last = staff.call("GET", body["next"]).json()
    assert ([row["name"] for row in last["results"]], last["next"]) == (["hook-00"], None)
    first = staff.call("GET", last["previous"]).json()
    assert ([row["name"] for row in first["results"]], first["previous"]) == (["hook-02", "hook-01"], None)


def test_an_empty_list(staff):
    assert staff.call("GET", "/api/v1/hooks").json() == {"results": [], "next": None, "previous": None}


@pytest.mark.parametrize(
    "ordering",
    [
        "name",
        "-name",
        "disabled_at",
        "-disabled_at",
        "disabled_at,-name",
        "-disabled_at,name",
        "created_at,-disabled_at",
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_every_ordering_walks_every_row_once_both_ways(ordering, limit, staff, nullable):
    whole = names(staff.call("GET", f"/api/v1/hooks?ordering={ordering}"))
    assert sorted(whole) == [f"n{number}" for number in range(7)]
    path = f"/api/v1/hooks?ordering={ordering}&limit={limit}"
    assert list(chain.from_iterable(walk(staff, path))) == whole
    backwards = walk(staff, last_link(staff, path), "previous")
    assert list(chain.from_iterable(reversed(backwards))) == whole


def test_nulls_stand_where_postgresql_puts_them(staff, nullable):
    assert names(staff.call("GET", "/api/v1/hooks?ordering=disabled_at,name")) == [
        "n1",
        "n2",
        "n3",
        "n6",
        "n5",
        "n0",
        "n4",
    ]
    assert names(staff.call("GET", "/api/v1/hooks?ordering=-disabled_at,name")) == [
        "n0",
        "n4",
        "n5",
        "n2",
        "n3",
        "n6",
        "n1",
    ]


def test_concurrent_inserts_neither_repeat_nor_skip(staff):
    hooks(4)
    first = staff.call("GET", "/api/v1/hooks?limit=2").json()
    WebhookEndpointFactory(name="newest", created_at=START + timedelta(days=9))
    WebhookEndpointFactory(name="between", created_at=START + timedelta(hours=1, minutes=30))
    assert names(staff.call("GET", first["next"])) == ["between", "hook-01"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "٣", "99999999999999999999"])
def test_bad_limits(limit, staff):
    response = staff.call("GET", f"/api/v1/hooks?limit={limit}")
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/limit")


def test_a_hundred_rows_at_most(staff):
    hooks(30)
    assert len(names(staff.call("GET", "/api/v1/hooks"))) == 25
    assert len(names(staff.call("GET", "/api/v1/hooks?limit=100"))) == 30


def cursor_of(staff, path: str) -> str:
    return parse_qs(urlsplit(staff.call("GET", path).json()["next"]).query)["cursor"][0]


def test_a_cursor_belongs_to_its_list(staff):
    hooks(3)
    good = cursor_of(staff, "/api/v1/hooks?limit=1")
    forged = Signer(salt="cursor:x").sign("AAAA")
    for query in (
        f"cursor={good}x",
        f"cursor={good}&is_active=true",
        f"cursor={good}&ordering=name",
        f"cursor={forged}",
        "cursor=",
        "cursor=x",
        f"cursor={'x' * 3000}",
        "cursor=%00",
    ):
        response = staff.call("GET", f"/api/v1/hooks?{query}")
        assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor"), query
    assert names(staff.call("GET", f"/api/v1/hooks?cursor={good}&limit=100")) == ["hook-01", "hook-00"]


def test_cursors_show_no_value(staff):
    """P-4: ordering values may be names, and cursors travel in URLs."""
    import base64

    hooks(2)
    cursor = cursor_of(staff, "/api/v1/hooks?ordering=name&limit=1")
    assert b"hook" not in base64.urlsafe_b64decode(cursor.partition(":")[0])


def test_a_list_runs_a_constant_number_of_statements(staff, django_assert_num_queries):
    """API-10."""
    hooks(1)
    with django_assert_num_queries(1):
        staff.call("GET", "/api/v1/hooks")
    hooks_more = [WebhookEndpointFactory() for _ in range(2)]
    assert len(hooks_more) == 2
    with django_assert_num_queries(1):
        staff.call("GET", "/api/v1/hooks")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=hook-01", ["hook-01"]),
        ("name__in=hook-01,hook-02", ["hook-02", "hook-01"]),
        ("is_active=false", []),
        ("created_at__gte=2026-03-01T01:00:00Z", ["hook-02", "hook-01"]),
        ("created_at__lt=2026-03-01T01:00:00Z", ["hook-00"]),
        ("q=K-02", ["hook-02"]),
        ("q=jane@example.com", []),
        ("ordering=-name", ["hook-02", "hook-01", "hook-00"]),
    ],
)
def test_filters(query, expected, staff):
    hooks(3)
    assert names(staff.call("GET", f"/api/v1/hooks?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("color=red", "unknown_parameter", "/color"),
        ("name__gte=a", "unknown_parameter", "/name__gte"),
        ("secret=x", "unknown_parameter", "/secret"),
        ("id=x", "validation_error", "/id"),
        ("id__in=x", "validation_error", "/id__in"),
        ("created_at__gte=soon", "validation_error", "/created_at__gte"),
        ("created_at__gte=", "validation_error", "/created_at__gte"),
        ("id=", "validation_error", "/id"),
        ("is_active=", "validation_error", "/is_active"),
        ("is_active=perhaps", "validation_error", "/is_active"),
        ("is_active=-1e-240", "validation_error", "/is_active"),
        ("name=%00", "validation_error", "/name"),
        ("ordering=secret", "validation_error", "/ordering"),
        ("ordering=", "validation_error", "/ordering"),
        ("ordering=name,-name", "validation_error", "/ordering"),
        ("ordering=--name", "validation_error", "/ordering"),
    ],
)
def test_bad_filters(query, code, pointer, staff):
    response = staff.call("GET", f"/api/v1/hooks?{query}")
    body = response.json()
    assert (response.status_code, body["code"], body["errors"][0]["pointer"]) == (400, code, pointer)


def test_a_detail_knows_no_filter(staff):
    [hook] = hooks(1)
    assert staff.call("GET", f"/api/v1/hooks/{hook.pk}?name=x").json()["code"] == "unknown_parameter"


def test_keys_know_related_and_annotated_columns(rf):
    """Paths over foreign keys and annotations order as well."""
    assert Key.of("event__sequence", OutboxMessage) == Key(
        "event__sequence", descending=False, nullable=False
    )
    assert Key.of("-event__station_id", OutboxMessage) == Key(
        "event__station_id", descending=True, nullable=True
    )
    assert Key.of("total", OutboxMessage).nullable is True
    events = publish_about(WebhookEndpointFactory(), 3)
    for event in events:
        OutboxMessage.objects.create(
            event=event, target="sms", aggregate_type="x", aggregate_id=event.pk, sequence=event.sequence
        )
    from rest_framework.request import Request

    rows = OutboxMessage.objects.select_related("event").annotate(total=F("event__version"))
    for ordering in (["-event__version"], ["total"], ["event__station_id", "-total"]):
        paginator = CursorPagination()
        request, seen = Request(rf.get("/x?limit=2")), []
        while True:
            seen += [row.total for row in paginator.paginate_queryset(rows.order_by(*ordering), request)]
            link = paginator.get_paginated_response([]).data["next"]
            if link is None:
                break
            request = Request(rf.get(link))
        assert seen == ([1, 2, 3] if ordering == ["total"] else [3, 2, 1])


@pytest.mark.parametrize(
    "value", [None, 1, "a", True, START, START.date(), START.time(), WebhookEndpoint().pk]
)
def test_cursor_values_come_back_as_they_went(value):
    assert _decode(_encode(value)) == value

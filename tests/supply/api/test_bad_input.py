"""Bad input is a refusal, never an accident; paging to the letter."""

import random

import pytest

from tests.bookings.api.clients import problem
from tests.factories.supply import NotificationFactory, ProductFactory
from tests.supply.world import NOWHERE, everything

pytestmark = pytest.mark.django_db

LISTS = [
    ("owner", "/staff"),
    ("guest", "/products"),
    ("consumer", "/catalog"),
    ("guest", "/catalog/suppliers"),
    ("consumer", "/links"),
    ("owner", "/links/incoming"),
    ("consumer", "/orders"),
    ("sales", "/chats/sessions"),
    ("sales", "/chats/sessions/{session}/messages"),
    ("sales", "/complaints"),
    ("consumer", "/notifications"),
]
BAD_PAGES = ("0", "-1", "1.0", "1e3", "+1", " 1", "", "x", "٣", "1_0", "0x1", "null", "1" * 1_001)
BAD_SIZES = (*BAD_PAGES[:-1], "101", "99999999999999999999")


def listed(world, who, path, **query):
    if path == "/catalog":
        query["supplier_id"] = str(world.supplier.pk)
    return world.as_(who).get(path.format(session=world.session.pk), **query)


@pytest.mark.parametrize(("who", "path"), LISTS)
def test_pages_and_sizes_that_are_none(world, who, path):
    for name, values in (("page", BAD_PAGES), ("size", BAD_SIZES)):
        for value in values:
            response = listed(world, who, path, **{name: value})
            assert problem(response) == (422, "validation_error"), (name, value)
            assert [error["pointer"] for error in response.json()["errors"]] == [f"/{name}"]
    twice = world.as_(who).client.get(f"/api/v1/supply{path.format(session=world.session.pk)}?page=1&page=2")
    assert problem(twice) == (422, "validation_error")
    assert problem(listed(world, who, path, limit="5")) == (400, "unknown_parameter")


@pytest.mark.parametrize(("who", "path"), LISTS)
def test_past_the_end_there_is_nothing(world, who, path):
    first = listed(world, who, path).json()
    size = 50 if path.endswith("messages") else 20
    assert (first["page"], first["size"], len(first["items"])) == (1, size, first["total"])
    assert first["pages"] == (1 if first["total"] else 0)
    for page in (2, 10**6, 2**63 - 1, 2**63, 10**20, 10**999):
        response = listed(world, who, path, page=str(page), size=100)
        assert (response.status_code, response.json()) == (
            200,
            {**first, "items": [], "page": page, "size": 100},
        )


def test_pages_are_cut_without_gap_or_repeat(world):
    ProductFactory.create_batch(6, supplier=world.supplier)
    guest = world.as_("guest")
    whole = [item["id"] for item in guest.get("/products").json()["items"]]
    for size in (1, 2, 3, 7, 8, 100):
        pages = guest.get("/products", size=size).json()["pages"]
        found = [
            item["id"]
            for page in range(1, pages + 1)
            for item in guest.get("/products", size=size, page=page).json()["items"]
        ]
        assert (found, pages) == (whole, -(-7 // size))


@pytest.mark.parametrize(
    ("path", "name"),
    [("/products", "is_active"), ("/notifications", "is_read"), ("/products", "supplier_id")],
)
def test_filters_that_are_none(world, path, name):
    caller = world.as_("consumer")
    if name == "supplier_id":
        assert problem(caller.get(path, supplier_id="x")) == (404, "not_found")
        return
    for value in ("maybe", "", "2", "null"):
        assert problem(caller.get(path, **{name: value})) == (422, "validation_error"), value
    for value in ("true", "false"):
        assert caller.get(path, **{name: value}).status_code == 200


WRITES = [
    ("guest", "post", "/signup"),
    ("owner", "post", "/staff"),
    ("owner", "post", "/products"),
    ("owner", "put", "/products/{product}"),
    ("consumer", "post", "/links/requests"),
    ("owner", "patch", "/links/{link}/status"),
    ("consumer", "post", "/orders"),
    ("owner", "patch", "/orders/{order}/status"),
    ("consumer", "post", "/chats/sessions"),
    ("consumer", "post", "/chats/sessions/{session}/messages"),
    ("consumer", "post", "/complaints"),
    ("manager", "patch", "/complaints/{complaint}/status"),
]


def path_of(world, template):
    return template.format(
        product=world.product.pk,
        link=world.link.pk,
        order=world.order.pk,
        session=world.session.pk,
        complaint=world.complaint.pk,
    )


def raw(world, who, method, template, content, kind="application/json"):
    client = world.as_(who).client
    path = f"/api/v1/supply{path_of(world, template)}"
    return client.generic(method.upper(), path, content, content_type=kind)


@pytest.mark.parametrize(("who", "method", "path"), WRITES)
def test_bodies_that_are_none(world, who, method, path):
    before = everything()
    for content, refusal in (
        (b"{", (400, "malformed_json")),
        (b"\xff\xfe", (400, "malformed_json")),
        (b'{"a": NaN}', (400, "malformed_json")),
        (b'{"a": "\\ud800"}', (400, "malformed_json")),
        (b"[" * 100 + b"]" * 100, (400, "malformed_json")),
        (b'{"name": "a\\u0000b"}', (422, "validation_error")),
        (b'{"a\\u0000b": 1}', (422, "validation_error")),
        (b'["x"]', (422, "validation_error")),
        (b'"x"', (422, "validation_error")),
        (b"null", (422, "validation_error")),
        (b'{"x": "' + b"x" * 11 * 1024 * 1024 + b'"}', (413, "payload_too_large")),
    ):
        response = raw(world, who, method, path, content)
        if path == "/products/{product}" and content == b"null":
            continue  # nothing is sent, nothing is changed
        assert problem(response) == refusal, content[:40]
    assert problem(raw(world, who, method, path, b"a=1", "application/x-www-form-urlencoded")) == (
        415,
        "unsupported_media_type",
    )
    assert everything() == before


JUNK = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**30,
    1.5,
    1e308,
    "",
    " ",
    "x",
    "%",
    "_",
    "\\",
    "'",
    "💥" * 50,
    "\u202e",
    "a" * 20_000,
    NOWHERE,
    [],
    [[]],
    {},
    {"a": {"b": []}},
]
MEMBERS = [
    "email",
    "password",
    "role",
    "staff_role",
    "organization_name",
    "name",
    "sku",
    "price_kzt",
    "description",
    "currency",
    "stock_qty",
    "is_active",
    "supplier_id",
    "status",
    "items",
    "sales_rep_id",
    "manager_id",
    "order_id",
    "text",
    "file_url",
    "resolution",
]


@pytest.mark.parametrize(("who", "method", "path"), WRITES)
def test_junk_never_breaks_anything(world, who, method, path):
    dice = random.Random(f"{method} {path}")
    caller = world.as_(who)
    for _round in range(60):
        body = {name: dice.choice(JUNK) for name in dice.sample(MEMBERS, dice.randint(0, len(MEMBERS)))}
        if isinstance(body.get("items"), list) and dice.random() < 0.8:
            body["items"] = [{"product_id": dice.choice(JUNK), "qty": dice.choice(JUNK)}]
        response = caller.send(method, path_of(world, path), body)
        assert response.status_code < 500, body
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"


def test_methods_that_a_path_does_not_know(world):
    response = world.as_("owner").delete("/orders")
    assert problem(response) == (405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert problem(world.as_("owner").get("/nothing")) == (404, "not_found")


def test_every_answer_names_its_request(world):
    NotificationFactory()
    caller = world.as_("consumer")
    response = caller.client.get("/api/v1/supply/links/7", headers={"X-Request-ID": "my-request-77"})
    assert (response.headers["X-Request-ID"], response.json()["request_id"]) == ("my-request-77",) * 2
    assert response.json()["instance"] == "/api/v1/supply/links/7"


def test_limits_are_counted_by_kind(world, settings):
    settings.RATE_LIMITS_ENABLED = True
    for who, quota in (("consumer", 30), ("owner", 50), ("guest", 20)):
        response = world.as_(who).get("/catalog/suppliers")
        assert f'"minute";q={quota};w=60' in response.headers["RateLimit-Policy"]

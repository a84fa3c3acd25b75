"""Who may do what: every operation of the contract as every kind of caller."""

import pytest

from tests.supply.world import NOWHERE, PASSWORD, everything, undone

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "guest",
    "owner",
    "manager",
    "sales",
    "rival_owner",
    "rival_manager",
    "rival_sales",
    "consumer",
    "other_consumer",
    "customer",
    "chef",
    "admin",
    "super_admin",
)
SIGNED_IN = EVERYBODY[1:]

ORDER = {"supplier_id": "{supplier}", "items": [{"product_id": "{product}", "qty": 1}]}
COMPLAINT = {
    "order_id": "{order}",
    "sales_rep_id": "{sales}",
    "manager_id": "{manager}",
    "description": "Late",
}
STAFF = {"email": "new@people.example", "password": PASSWORD, "staff_role": "sales"}

# method, path, body, who may: status; everybody else who is signed in: 403.
OPERATIONS = [
    ("post", "/signup", {**STAFF, "role": "consumer"}, {201: EVERYBODY}),
    ("post", "/staff", STAFF, {201: ("owner", "rival_owner")}),
    ("get", "/staff", None, {200: ("owner", "rival_owner")}),
    ("delete", "/staff/{staff}", None, {204: ("owner",)}),
    ("get", "/products", None, {200: EVERYBODY}),
    ("get", "/products/{product}", None, {200: EVERYBODY}),
    (
        "post",
        "/products",
        {"name": "Rice", "sku": "R-1", "price_kzt": "1.00"},
        {201: ("owner", "manager", "rival_owner", "rival_manager")},
    ),
    ("put", "/products/{product}", {"name": "Rice"}, {200: ("owner", "manager")}),
    ("delete", "/products/{product}", None, {409: ("owner", "manager")}),
    ("get", "/catalog?supplier_id={supplier}", None, {200: ("consumer",)}),
    ("get", "/catalog/suppliers", None, {200: EVERYBODY}),
    (
        "post",
        "/links/requests",
        {"supplier_id": "{supplier}"},
        {409: ("consumer",), 201: ("other_consumer",)},
    ),
    ("get", "/links", None, {200: ("consumer", "other_consumer")}),
    ("get", "/links/incoming", None, {200: ("owner", "manager", "rival_owner", "rival_manager")}),
    ("get", "/links/{link}", None, {200: ("owner", "manager", "consumer")}),
    ("patch", "/links/{link}/status", {"status": "blocked"}, {200: ("owner", "manager")}),
    ("post", "/orders", ORDER, {201: ("consumer",)}),
    (
        "get",
        "/orders",
        None,
        {200: ("owner", "manager", "rival_owner", "rival_manager", "consumer", "other_consumer")},
    ),
    ("get", "/orders/{order}", None, {200: ("owner", "manager", "consumer")}),
    ("patch", "/orders/{order}/status", {"status": "accepted"}, {200: ("owner", "manager")}),
    ("post", "/chats/sessions", {"sales_rep_id": "{sales}"}, {201: ("consumer", "other_consumer")}),
    ("post", "/chats/sessions", {"sales_rep_id": "{sales}", "order_id": "{order}"}, {201: ("consumer",)}),
    (
        "get",
        "/chats/sessions",
        None,
        {
            200: (
                "owner",
                "manager",
                "sales",
                "rival_owner",
                "rival_manager",
                "rival_sales",
                "consumer",
                "other_consumer",
            )
        },
    ),
    ("post", "/chats/sessions/{session}/messages", {"text": "Hello"}, {201: ("sales", "consumer")}),
    ("get", "/chats/sessions/{session}/messages", None, {200: ("sales", "consumer")}),
    ("post", "/complaints", COMPLAINT, {201: ("consumer",)}),
    (
        "get",
        "/complaints",
        None,
        {
            200: (
                "owner",
                "manager",
                "sales",
                "rival_owner",
                "rival_manager",
                "rival_sales",
                "consumer",
                "other_consumer",
            )
        },
    ),
    ("get", "/complaints/{complaint}", None, {200: ("manager", "sales", "consumer")}),
    ("patch", "/complaints/{complaint}/status", {"status": "escalated"}, {200: ("manager", "sales")}),
    ("get", "/notifications", None, {200: SIGNED_IN}),
    ("patch", "/notifications/{notification}/read", None, {200: ("consumer",)}),
    ("post", "/notifications/read-all", None, {200: SIGNED_IN}),
]


def named(world):
    return {
        "supplier": world.supplier.pk,
        "product": world.product.pk,
        "staff": world.sales.pk,
        "link": world.link.pk,
        "order": world.order.pk,
        "session": world.session.pk,
        "complaint": world.complaint.pk,
        "notification": world.notification.pk,
        "sales": world.sales.user_id,
        "manager": world.manager.user_id,
    }


def filled(value, names):
    """Put ids into a path or a body."""
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return value.format(**names) if isinstance(value, str) else value


def expected(who, allowed):
    for status, people in allowed.items():
        if who in people:
            return status
    return 401 if who == "guest" else 403


@pytest.mark.parametrize(("method", "path", "body", "allowed"), OPERATIONS)
def test_role_and_operation(world, method, path, body, allowed):
    """One operation as everybody, each on the same world; a refusal leaves every row as it was."""
    names, before = named(world), everything()
    seen, touched = {}, []
    for who in EVERYBODY:
        caller = world.as_(who)
        with undone():
            if method == "get":
                response = caller.get(filled(path, names))
            else:
                response = caller.send(method, filled(path, names), filled(body, names))
            seen[who] = response.status_code
            if response.status_code >= 400:
                assert response.headers["Content-Type"] == "application/problem+json"
                touched += [who] if everything() != before else []
    assert seen == {who: expected(who, allowed) for who in EVERYBODY}
    assert touched == []


PROFILES = [
    ("consumer", "get", "/links", None),
    ("consumer", "get", "/orders", None),
    ("consumer", "get", "/complaints", None),
    ("consumer", "get", "/chats/sessions", None),
    ("consumer", "get", f"/catalog?supplier_id={NOWHERE}", None),
    ("consumer", "get", f"/links/{NOWHERE}", None),
    ("consumer", "get", f"/orders/{NOWHERE}", None),
    ("consumer", "get", f"/complaints/{NOWHERE}", None),
    ("consumer", "post", "/links/requests", {"supplier_id": NOWHERE}),
    ("consumer", "post", "/orders", {"supplier_id": NOWHERE, "items": [{"product_id": NOWHERE, "qty": 1}]}),
    ("owner", "get", "/staff", None),
    ("owner", "post", "/staff", STAFF),
    ("owner", "delete", f"/staff/{NOWHERE}", None),
    ("owner", "get", "/links/incoming", None),
    ("owner", "get", "/orders", None),
    ("owner", "post", "/products", {"name": "Rice", "sku": "R-1", "price_kzt": "1.00"}),
    ("manager", "post", "/products", {"name": "Rice", "sku": "R-1", "price_kzt": "1.00"}),
    ("manager", "put", f"/products/{NOWHERE}", {"name": "Rice"}),
    ("manager", "delete", f"/products/{NOWHERE}", None),
    ("manager", "patch", f"/links/{NOWHERE}/status", {"status": "denied"}),
    ("manager", "patch", f"/orders/{NOWHERE}/status", {"status": "accepted"}),
]


@pytest.mark.parametrize(("who", "method", "path", "body"), PROFILES)
def test_without_a_profile_nothing_is_found(world, who, method, path, body):
    world.consumer.delete()
    world.manager.delete()
    world.item.delete()
    world.supplier.delete()
    caller = world.as_(who)
    response = caller.get(path) if method == "get" else caller.send(method, path, body)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


TARGETS = [
    ("owner", "delete", "/staff/{}", None),
    ("guest", "get", "/products/{}", None),
    ("owner", "put", "/products/{}", {"name": "Rice"}),
    ("owner", "delete", "/products/{}", None),
    ("consumer", "get", "/catalog?supplier_id={}", None),
    ("guest", "get", "/products?supplier_id={}", None),
    ("consumer", "get", "/links/{}", None),
    ("manager", "patch", "/links/{}/status", {"status": "blocked"}),
    ("consumer", "get", "/orders/{}", None),
    ("manager", "patch", "/orders/{}/status", {"status": "accepted"}),
    ("consumer", "get", "/chats/sessions/{}/messages", None),
    ("consumer", "post", "/chats/sessions/{}/messages", {"text": "Hello"}),
    ("consumer", "get", "/complaints/{}", None),
    ("manager", "patch", "/complaints/{}/status", {"status": "escalated"}),
    ("consumer", "patch", "/notifications/{}/read", None),
]


@pytest.mark.parametrize(("who", "method", "path", "body"), TARGETS)
def test_an_id_that_is_no_id_names_nothing(world, who, method, path, body):
    caller = world.as_(who)
    for text in ("7", "not-an-id", "%20", "%D0%B6" * 90, "';--", str(world.order.pk)[:-1] + "g", NOWHERE):
        if text == NOWHERE and path == "/products?supplier_id={}":
            continue  # a supplier without products has an empty list
        at = path.format(text)
        response = caller.get(at) if method == "get" else caller.send(method, at, body)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), at


IDS_IN_BODIES = [
    ("/links/requests", {"supplier_id": None}, ()),
    ("/orders", {**ORDER, "supplier_id": None}, ()),
    ("/orders", {**ORDER, "items": [{"product_id": None, "qty": 1}]}, ()),
    ("/chats/sessions", {"sales_rep_id": None}, ()),
    ("/chats/sessions", {"sales_rep_id": "{sales}", "order_id": None}, (None,)),
    ("/complaints", {**COMPLAINT, "order_id": None}, ()),
    ("/complaints", {**COMPLAINT, "sales_rep_id": None}, ()),
    ("/complaints", {**COMPLAINT, "manager_id": None}, ()),
]


@pytest.mark.parametrize(("path", "body", "allowed"), IDS_IN_BODIES)
def test_ids_in_bodies_are_texts_and_unknown_ones_name_nothing(world, path, body, allowed):
    def with_id(value):
        def put(part):
            if isinstance(part, dict):
                return {key: put(item) for key, item in part.items()}
            if isinstance(part, list):
                return [put(item) for item in part]
            return value if part is None else part

        return filled(put(body), named(world))

    caller, before = world.as_("consumer"), everything()
    for text in ("", "7", "no id", "x" * 5_000, NOWHERE):
        response = caller.post(path, with_id(text))
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), text
    for wrong in (7, True, [], {}, None):
        if wrong not in allowed:
            response = caller.post(path, with_id(wrong))
            assert (response.status_code, response.json()["code"]) == (422, "validation_error"), wrong
    assert everything() == before

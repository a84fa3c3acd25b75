"""API-9: what the exchange answers is what the API's document says."""

import pytest

from tests.bookings.api.test_documented import check, document  # noqa: F401 -- a fixture is known by its import
from tests.factories.supply import ChatMessageFactory, NotificationFactory, ProductFactory
from tests.supply.world import PASSWORD

pytestmark = pytest.mark.django_db

STAFF = {"email": "olga@fish.example", "password": PASSWORD, "staff_role": "sales"}


def test_answers_and_refusals(world, document):  # noqa: F811 -- the imported fixture
    ChatMessageFactory(session=world.session)
    NotificationFactory(recipient=world.consumer.user)
    ProductFactory(supplier=world.supplier, description="Wild")
    item = {"product_id": str(world.product.pk), "qty": 1}
    order = {"supplier_id": str(world.supplier.pk), "items": [item]}
    for who, method, template, path, body, status in (
        ("guest", "post", "/signup", "/signup", {**STAFF, "email": "a@b.example", "role": "consumer"}, 201),
        ("guest", "post", "/signup", "/signup", {**STAFF, "email": "a@b.example", "role": "consumer"}, 400),
        ("guest", "post", "/signup", "/signup", {}, 422),
        ("owner", "post", "/staff", "/staff", STAFF, 201),
        ("owner", "get", "/staff", "/staff", None, 200),
        ("consumer", "get", "/staff", "/staff", None, 403),
        ("guest", "get", "/products", "/products", None, 200),
        ("guest", "get", "/products", "/products?size=0", None, 422),
        ("guest", "get", "/products/{id}", f"/products/{world.product.pk}", None, 200),
        ("guest", "get", "/products/{id}", "/products/7", None, 404),
        ("owner", "post", "/products", "/products", {"name": "A", "sku": "A", "price_kzt": 1}, 201),
        ("owner", "post", "/products", "/products", {"name": "A", "sku": "A", "price_kzt": 1}, 409),
        ("owner", "put", "/products/{id}", f"/products/{world.product.pk}", {"name": "B"}, 200),
        ("owner", "delete", "/products/{id}", f"/products/{world.product.pk}", None, 409),
        ("consumer", "get", "/catalog", f"/catalog?supplier_id={world.supplier.pk}", None, 200),
        ("guest", "get", "/catalog/suppliers", "/catalog/suppliers", None, 200),
        ("guest", "get", "/links", "/links", None, 401),
        ("consumer", "get", "/links", "/links", None, 200),
        ("owner", "get", "/links/incoming", "/links/incoming", None, 200),
        ("consumer", "get", "/links/{id}", f"/links/{world.link.pk}", None, 200),
        ("consumer", "post", "/links/requests", "/links/requests", {"supplier_id": str(world.rival.pk)}, 201),
        ("consumer", "post", "/links/requests", "/links/requests", {"supplier_id": str(world.rival.pk)}, 409),
        ("consumer", "post", "/orders", "/orders", order, 201),
        (
            "consumer",
            "post",
            "/orders",
            "/orders",
            {**order, "items": [{**item, "qty": 101}]},
            409,
        ),
        ("consumer", "get", "/orders", "/orders", None, 200),
        ("consumer", "get", "/orders/{id}", f"/orders/{world.order.pk}", None, 200),
        (
            "owner",
            "patch",
            "/orders/{id}/status",
            f"/orders/{world.order.pk}/status",
            {"status": "accepted"},
            200,
        ),
        (
            "owner",
            "patch",
            "/orders/{id}/status",
            f"/orders/{world.order.pk}/status",
            {"status": "accepted"},
            400,
        ),
        (
            "owner",
            "patch",
            "/links/{id}/status",
            f"/links/{world.link.pk}/status",
            {"status": "blocked"},
            200,
        ),
        (
            "consumer",
            "post",
            "/chats/sessions",
            "/chats/sessions",
            {"sales_rep_id": str(world.sales.user_id)},
            201,
        ),
        ("sales", "get", "/chats/sessions", "/chats/sessions", None, 200),
        (
            "sales",
            "post",
            "/chats/sessions/{id}/messages",
            f"/chats/sessions/{world.session.pk}/messages",
            {"text": "Hello", "file_url": "https://files.example/a"},
            201,
        ),
        (
            "sales",
            "get",
            "/chats/sessions/{id}/messages",
            f"/chats/sessions/{world.session.pk}/messages",
            None,
            200,
        ),
        ("sales", "get", "/complaints", "/complaints", None, 200),
        ("sales", "get", "/complaints/{id}", f"/complaints/{world.complaint.pk}", None, 200),
        (
            "sales",
            "patch",
            "/complaints/{id}/status",
            f"/complaints/{world.complaint.pk}/status",
            {"status": "resolved"},
            400,
        ),
        (
            "sales",
            "patch",
            "/complaints/{id}/status",
            f"/complaints/{world.complaint.pk}/status",
            {"status": "resolved", "resolution": "Refunded"},
            200,
        ),
        ("consumer", "get", "/notifications", "/notifications", None, 200),
        (
            "consumer",
            "patch",
            "/notifications/{id}/read",
            f"/notifications/{world.notification.pk}/read",
            None,
            200,
        ),
        ("consumer", "post", "/notifications/read-all", "/notifications/read-all", None, 200),
    ):
        caller = world.as_(who)
        response = caller.get(path) if method == "get" else caller.send(method, path, body)
        assert response.status_code == status, (method, path, response.content)
        check(document, method, f"/supply{template}", response)


def test_every_path_of_the_contract_is_documented(document):  # noqa: F811 -- the imported fixture
    found = {
        f"{method} {path.removeprefix('/api/v1/supply')}"
        for path, methods in document["paths"].items()
        if path.startswith("/api/v1/supply/")
        for method in methods
    }
    assert found == {
        "post /signup",
        "post /staff",
        "get /staff",
        "delete /staff/{id}",
        "get /products",
        "post /products",
        "get /products/{id}",
        "put /products/{id}",
        "delete /products/{id}",
        "get /catalog",
        "get /catalog/suppliers",
        "post /links/requests",
        "get /links",
        "get /links/incoming",
        "get /links/{id}",
        "patch /links/{id}/status",
        "post /orders",
        "get /orders",
        "get /orders/{id}",
        "patch /orders/{id}/status",
        "post /chats/sessions",
        "get /chats/sessions",
        "post /chats/sessions/{id}/messages",
        "get /chats/sessions/{id}/messages",
        "post /complaints",
        "get /complaints",
        "get /complaints/{id}",
        "patch /complaints/{id}/status",
        "get /notifications",
        "patch /notifications/{id}/read",
        "post /notifications/read-all",
    }
    listing = document["paths"]["/api/v1/supply/notifications"]["get"]["responses"]["200"]
    assert "X-Unread-Count" in listing["headers"]
    patch = document["paths"]["/api/v1/supply/orders/{id}/status"]["patch"]
    (if_match,) = [given for given in patch["parameters"] if given["name"] == "If-Match"]
    assert not if_match.get("required", False)

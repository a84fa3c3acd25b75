"""The exchange (supply.md): roles of its own instead of codes; administrators work in the admin."""

from typing import Any

from tests.access.callers import Place
from tests.access.expectations import (
    ANYBODY,
    DENIED,
    NOWHERE_ID,
    SIGNED_IN,
    Operation,
    Situation,
    Target,
    Thing,
    one,
    plain,
    rows,
)
from tests.access.world import World
from tests.supply.world import PASSWORD

OWNER, MANAGER, SALES, CONSUMER = "supplier_owner", "supplier_manager", "supplier_sales", "consumer"
SIDES = (Place.OWN, Place.BESIDE)
PAGE = {"size": 100}


def _thing(name: str) -> Thing:
    """Return the rows of both sides, rivals of one another."""

    def build(world: World, place: Place) -> Target:
        return Target(ids={"pk": world.exchange[place].row(name).pk}, tag="")

    return Thing(build, SIDES)


def granted(answer: str, *callers: str) -> dict[str, str]:
    return dict.fromkeys(callers, answer)


def _pk(situation: Situation) -> str:
    return str(situation.target.ids.get("pk", NOWHERE_ID))


def _order(situation: Situation) -> dict[str, Any]:
    side = situation.world.exchange.get(situation.place)
    product = NOWHERE_ID if side is None else str(side.product.pk)
    return {"supplier_id": _pk(situation), "items": [{"product_id": product, "qty": 1}]}


def _complaint(situation: Situation) -> dict[str, Any]:
    side = situation.world.exchange[Place.OWN]
    return {
        "order_id": _pk(situation),
        "sales_rep_id": str(side.sales.user_id),
        "manager_id": str(side.manager.user_id),
        "description": "Late",
    }


def _rep(world: World, place: Place) -> Target:
    return Target(ids={"pk": world.exchange[place].sales.user_id}, tag="")


NEW = {"email": "new@people.example", "password": PASSWORD}
RICE = {"name": "Rice", "sku": "R-1", "price_kzt": "1.00"}
ALL_FOUR = (OWNER, MANAGER, SALES, CONSUMER)

OPERATIONS: tuple[Operation, ...] = (
    plain("POST", "/supply/signup", ANYBODY, answer="201", body={**NEW, "role": "consumer"}),
    rows("/supply/staff", SIGNED_IN, _thing("sales"), query=PAGE, by=granted("200", OWNER)),
    plain("POST", "/supply/staff", SIGNED_IN, body={**NEW, "staff_role": "sales"}, by=granted("201", OWNER)),
    one("DELETE", "/supply/staff/{pk}", SIGNED_IN, _thing("sales"), by=granted("204", OWNER)),
    rows("/supply/products", ANYBODY, _thing("product"), query=PAGE),
    one("GET", "/supply/products/{pk}", ANYBODY, _thing("product"), unlike={"* nowhere": "404 not_found"}),
    plain("POST", "/supply/products", SIGNED_IN, body=RICE, by=granted("201", OWNER, MANAGER)),
    one(
        "PUT",
        "/supply/products/{pk}",
        SIGNED_IN,
        _thing("product"),
        body={"name": "Rice"},
        by=granted("200", OWNER, MANAGER),
    ),
    one("DELETE", "/supply/products/{pk}", SIGNED_IN, _thing("product"), by=granted("204", OWNER, MANAGER)),
    one(
        "GET",
        "/supply/catalog",
        SIGNED_IN,
        _thing("supplier"),
        query=lambda it: {"supplier_id": _pk(it)},
        by=granted("200", CONSUMER),
    ),
    rows("/supply/catalog/suppliers", ANYBODY, _thing("supplier"), query=PAGE),
    one(
        "POST",
        "/supply/links/requests",
        SIGNED_IN,
        _thing("supplier"),
        body=lambda it: {"supplier_id": _pk(it)},
        by={"consumer": "409 duplicate", "consumer beside": "201"},
    ),
    rows("/supply/links", SIGNED_IN, _thing("link"), query=PAGE, by=granted("200", CONSUMER)),
    rows("/supply/links/incoming", SIGNED_IN, _thing("link"), query=PAGE, by=granted("200", OWNER, MANAGER)),
    one("GET", "/supply/links/{pk}", SIGNED_IN, _thing("link"), by=granted("200", OWNER, MANAGER, CONSUMER)),
    one(
        "PATCH",
        "/supply/links/{pk}/status",
        SIGNED_IN,
        _thing("link"),
        body={"status": "blocked"},
        by=granted("200", OWNER, MANAGER),
    ),
    one("POST", "/supply/orders", SIGNED_IN, _thing("supplier"), body=_order, by=granted("201", CONSUMER)),
    rows(
        "/supply/orders", SIGNED_IN, _thing("order"), query=PAGE, by=granted("200", OWNER, MANAGER, CONSUMER)
    ),
    one(
        "GET", "/supply/orders/{pk}", SIGNED_IN, _thing("order"), by=granted("200", OWNER, MANAGER, CONSUMER)
    ),
    one(
        "PATCH",
        "/supply/orders/{pk}/status",
        SIGNED_IN,
        _thing("order"),
        body={"status": "accepted"},
        by=granted("200", OWNER, MANAGER),
    ),
    one(
        "POST",
        "/supply/chats/sessions",
        SIGNED_IN,
        Thing(_rep, SIDES),
        body=lambda it: {"sales_rep_id": _pk(it)},
        by={"consumer": "201", "consumer beside": "201"},
    ),
    rows(
        "/supply/chats/sessions",
        SIGNED_IN,
        _thing("session"),
        query=PAGE,
        by=granted("200", *ALL_FOUR),
        listed_to=frozenset({SALES, CONSUMER}),
    ),
    one(
        "GET",
        "/supply/chats/sessions/{pk}/messages",
        SIGNED_IN,
        _thing("session"),
        by=granted("200", SALES, CONSUMER),
        is_for_all_kinds=True,
    ),
    one(
        "POST",
        "/supply/chats/sessions/{pk}/messages",
        SIGNED_IN,
        _thing("session"),
        body={"text": "Hello"},
        by=granted("201", SALES, CONSUMER),
        is_for_all_kinds=True,
    ),
    one(
        "POST", "/supply/complaints", SIGNED_IN, _thing("order"), body=_complaint, by=granted("201", CONSUMER)
    ),
    rows(
        "/supply/complaints",
        SIGNED_IN,
        _thing("complaint"),
        query=PAGE,
        by=granted("200", *ALL_FOUR),
        listed_to=frozenset({MANAGER, SALES, CONSUMER}),
    ),
    one(
        "GET",
        "/supply/complaints/{pk}",
        SIGNED_IN,
        _thing("complaint"),
        by={**granted("200", MANAGER, SALES, CONSUMER), OWNER: DENIED},
    ),
    one(
        "PATCH",
        "/supply/complaints/{pk}/status",
        SIGNED_IN,
        _thing("complaint"),
        body={"status": "escalated"},
        by={**granted("200", MANAGER, SALES), OWNER: DENIED},
    ),
    rows(
        "/supply/notifications",
        SIGNED_IN,
        _thing("notification"),
        query=PAGE,
        listed_to=frozenset({CONSUMER}),
    ),
    plain("POST", "/supply/notifications/read-all", SIGNED_IN),
    one(
        "PATCH",
        "/supply/notifications/{pk}/read",
        SIGNED_IN,
        _thing("notification"),
        by=granted("200", CONSUMER),
        is_for_all_kinds=True,
    ),
)

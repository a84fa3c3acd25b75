"""Orders: prices and totals are the server's, stock is reserved and given back, refusals come in order."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import DomainEvent
from supply.models import Notification, Order, OrderItem, Product
from tests.bookings.api.clients import fresh_key, problem
from tests.factories.supply import LinkFactory, OrderFactory, OrderItemFactory, ProductFactory
from tests.supply.world import NOWHERE, everything, told

pytestmark = pytest.mark.django_db


def order(world, *items):
    lines = items or ((world.product, 3),)
    return {
        "supplier_id": str(world.supplier.pk),
        "items": [{"product_id": str(getattr(product, "pk", product)), "qty": qty} for product, qty in lines],
    }


def stock(*products):
    return [Product.objects.get(pk=product.pk).stock_qty for product in products]


def test_an_order_snapshots_prices_and_reserves_stock(world):
    dear = ProductFactory(supplier=world.supplier, price_kzt=Decimal("1234.56"))
    told()
    body = order(world, (dear, 2), (world.product, 3), (dear, 1))
    body |= {"total_kzt": "1.00", "status": "completed", "consumer_id": str(world.other_consumer.pk)}
    body["items"][0]["unit_price_kzt"] = "0.01"
    response = world.as_("consumer").post("/orders", body)
    made = Order.objects.exclude(pk=world.order.pk).get()
    lines = list(made.order_items.order_by("pk"))
    answer = response.json()
    assert response.status_code == 201
    assert answer.pop("created_at") == answer.pop("updated_at")
    assert answer == {
        "id": str(made.pk),
        "consumer_id": str(world.consumer.pk),
        "supplier_id": str(world.supplier.pk),
        "status": "pending",
        "origin": "manual",
        "total_kzt": "3733.68",
        "items": [
            {
                "id": str(line.pk),
                "product_id": str(product.pk),
                "qty": qty,
                "unit_price_kzt": price,
                "demand_date": None,
            }
            for line, (product, qty, price) in zip(
                lines,
                [(dear, 2, "1234.56"), (world.product, 3, "10.00"), (dear, 1, "1234.56")],
                strict=True,
            )
        ],
    }
    assert (stock(dear, world.product), made.total_kzt) == ([97, 97], Decimal("3733.68"))
    people = (world.supplier.user_id, world.manager.user_id)
    assert told() == sorted((("order.created", person) for person in people), key=str)
    event = DomainEvent.objects.get(aggregate_id=made.pk)
    assert event.event_type == "order.pending"
    assert event.payload == {
        "consumer_id": str(world.consumer.pk),
        "supplier_id": str(world.supplier.pk),
        "total_tiyn": 373368,
        "origin": "manual",
    }
    Product.objects.update(price_kzt=1)
    shown = world.as_("manager").get(f"/orders/{made.pk}").json()
    assert {**shown, "created_at": 0, "updated_at": 0} == {**answer, "created_at": 0, "updated_at": 0}


def test_refusals_come_in_the_order_of_the_contract(world):
    consumer = world.as_("consumer")
    foreign = ProductFactory(supplier=world.rival)
    inactive = ProductFactory(supplier=world.supplier, is_active=False)
    empty = ProductFactory(supplier=world.supplier, stock_qty=0)
    before = everything()
    everything_wrong = [(empty, 1), (inactive, 1), (foreign, 1), (NOWHERE, 1)]
    for body, status, code, pointer in (
        (order(world, (NOWHERE, 0)), 422, "validation_error", None),
        (order(world, *reversed(everything_wrong)), 404, "not_found", "/items/0/product_id"),
        (order(world, (empty, 1), (foreign, 1), (NOWHERE, 1)), 400, "foreign_product", "/items/1/product_id"),
        (order(world, *everything_wrong), 400, "inactive_product", "/items/1/product_id"),
        (order(world, (empty, 1), ("no id", 1)), 404, "not_found", "/items/1/product_id"),
        (order(world, (empty, 1), (world.product, 1)), 409, "insufficient_stock", None),
    ):
        response = consumer.post("/orders", body)
        assert (problem(response), response.json().get("pointer")) == ((status, code), pointer)
    stranger = world.as_("other_consumer")
    assert problem(stranger.post("/orders", order(world, (NOWHERE, 1)))) == (403, "permission_denied")
    nowhere = {**order(world), "supplier_id": NOWHERE}
    assert problem(stranger.post("/orders", nowhere)) == (404, "not_found")
    assert problem(world.as_("sales").post("/orders", nowhere)) == (403, "permission_denied")
    assert problem(world.as_("sales").post("/orders", {})) == (422, "validation_error")
    assert everything() == before


@pytest.mark.parametrize("status", ["pending", "denied", "blocked"])
def test_only_an_accepted_link_sells(world, status):
    type(world.link).objects.update(status=status)
    before = everything()
    assert problem(world.as_("consumer").post("/orders", order(world))) == (403, "permission_denied")
    assert everything() == before


BAD_ITEMS = [
    ([], "/items"),
    (None, "/items"),
    ("x", "/items"),
    ([7], "/items/0"),
    ([{}], "/items/0/product_id"),
    ([{"product_id": NOWHERE, "qty": 1}, {"product_id": NOWHERE}], "/items/1/qty"),
    *(
        ([{"product_id": NOWHERE, "qty": qty}], "/items/0/qty")
        for qty in (0, -1, 2_147_483_648, 10**25, 1.0, 1.5, "1", True, None, [], "1" * 40)
    ),
]


@pytest.mark.parametrize(("items", "pointer"), BAD_ITEMS)
def test_wrong_items_are_named_by_their_place(world, items, pointer):
    response = world.as_("consumer").post("/orders", {"supplier_id": NOWHERE, "items": items})
    assert problem(response) == (422, "validation_error")
    assert response.json()["errors"][0]["pointer"] == pointer


def test_the_missing_product_is_named(world):
    scarce = ProductFactory(supplier=world.supplier, stock_qty=5, sku="RARE")
    response = world.as_("consumer").post("/orders", order(world, (scarce, 3), (scarce, 3)))
    answer = response.json()
    assert problem(response) == (409, "insufficient_stock")
    assert (answer["product_id"], answer["sku"], answer["available"]) == (str(scarce.pk), "RARE", 5)
    assert answer["detail"] == "Of product RARE only 5 can be ordered."
    assert stock(scarce) == [5]
    assert world.as_("consumer").post("/orders", order(world, (scarce, 3), (scarce, 2))).status_code == 201
    assert stock(scarce) == [0]


def test_totals_that_no_column_holds(world):
    dear = ProductFactory(supplier=world.supplier, price_kzt=Decimal("99999999.99"), stock_qty=2_147_483_647)
    consumer, before = world.as_("consumer"), everything()
    for qty in (2, 2_147_483_647):
        response = consumer.post("/orders", order(world, (dear, qty)))
        assert problem(response) == (422, "validation_error")
        assert response.json()["errors"][0]["pointer"] == "/items"
    assert everything() == before
    assert consumer.post("/orders", order(world, (dear, 1))).json()["total_kzt"] == "99999999.99"


def test_a_rejected_order_gives_its_stock_back(world):
    other = ProductFactory(supplier=world.supplier)
    consumer, manager = world.as_("consumer"), world.as_("manager")
    made = consumer.post("/orders", order(world, (world.product, 3), (other, 4), (world.product, 5))).json()
    assert stock(world.product, other) == [92, 96]
    told()
    response = manager.patch(f"/orders/{made['id']}/status", {"status": "rejected"})
    assert (response.json()["status"], response.json()["items"]) == ("rejected", made["items"])
    assert stock(world.product, other) == [100, 100]
    assert told() == [("order.rejected", world.consumer.user_id)]
    for status in ("accepted", "rejected"):
        again = manager.patch(f"/orders/{made['id']}/status", {"status": status})
        assert problem(again) == (400, "illegal_transition")
    assert stock(world.product, other) == [100, 100]


def test_what_a_rejection_gives_back_is_cut_off_at_the_end_of_the_column(world):
    made = world.as_("consumer").post("/orders", order(world)).json()
    world.as_("owner").put(f"/products/{world.product.pk}", {"stock_qty": 2_147_483_647})
    response = world.as_("owner").patch(f"/orders/{made['id']}/status", {"status": "rejected"})
    assert (response.status_code, stock(world.product)) == (200, [2_147_483_647])


@pytest.mark.parametrize("status", ["accepted", "in_progress", "completed"])
def test_the_consumer_alone_is_told_of_every_step(world, status):
    steps = ["pending", "accepted", "in_progress", "completed"]
    Order.objects.update(status=steps[steps.index(status) - 1])
    told()
    assert world.as_("owner").patch(f"/orders/{world.order.pk}/status", {"status": status}).status_code == 200
    assert told() == [(f"order.{status}", world.consumer.user_id)]
    assert stock(world.product) == [100]


@pytest.mark.parametrize(
    ("full", "ordered", "is_low"), [(100, 90, False), (100, 91, True), (5, 5, True), (10, 9, False)]
)
def test_stock_under_a_tenth_is_told_to_the_people_in_charge(world, full, ordered, is_low):
    product = ProductFactory(supplier=world.supplier, stock_qty=full, name="Tuna", sku="T-1")
    told()
    world.as_("consumer").post("/orders", order(world, (product, ordered)))
    notices = Notification.objects.filter(type="stock.low")
    people = {world.supplier.user_id, world.manager.user_id} if is_low else set()
    assert set(notices.values_list("recipient_id", flat=True)) == people
    if is_low:
        assert {notice.message for notice in notices} == {f"Tuna (T-1) runs low: {full - ordered} left."}


def test_lists_show_each_side_its_own_orders_newest_first(world):
    rival = OrderFactory(consumer=world.consumer, supplier=world.rival, status="accepted")
    other = OrderFactory(consumer=world.other_consumer, supplier=world.supplier)

    def ids(who, **query):
        return [item["id"] for item in world.as_(who).get("/orders", **query).json()["items"]]

    first = str(world.order.pk)
    assert ids("consumer") == [str(rival.pk), first]
    assert ids("consumer", status="accepted") == [str(rival.pk)]
    assert ids("owner") == ids("manager") == [str(other.pk), first]
    assert ids("rival_owner", status="pending") == []
    assert problem(world.as_("consumer").get("/orders", status="lost")) == (422, "validation_error")
    listed = world.as_("consumer").get("/orders").json()["items"][1]
    assert listed["items"] == [
        {
            "id": str(world.item.pk),
            "product_id": str(world.product.pk),
            "qty": 2,
            "unit_price_kzt": "10.00",
            "demand_date": None,
        }
    ]


def test_an_order_sent_twice_under_one_key_is_made_once(world):
    consumer, key = world.as_("consumer"), fresh_key()
    first = consumer.post("/orders", order(world), key=key)
    second = consumer.post("/orders", order(world), key=key)
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, second.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (Order.objects.count(), stock(world.product)) == (2, [97])
    assert problem(consumer.post("/orders", order(world, (world.product, 4)), key=key)) == (
        422,
        "idempotency_mismatch",
    )


def test_statements_of_an_order_of_three_items(world):
    """Consumer and supplier; in the transaction link, products, stock, and all new rows at once."""
    products = [ProductFactory(supplier=world.supplier) for _ in range(3)]
    consumer = world.as_("consumer")
    body = order(world, *((product, 1) for product in products))
    with CaptureQueriesContext(connection) as captured:
        assert consumer.post("/orders", body).status_code == 201
    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 6


@pytest.mark.parametrize("more", [0, 2])
def test_lists_run_the_same_statements_however_long(world, more, django_assert_num_queries):
    for _ in range(more):
        OrderItemFactory(order=OrderFactory(consumer=world.consumer, supplier=world.supplier))
        LinkFactory(consumer=world.consumer)
    for who, path, number in (
        ("consumer", "/orders", 4),
        ("owner", "/orders", 4),
        ("consumer", "/links", 3),
        ("owner", "/links/incoming", 3),
    ):
        caller = world.as_(who)
        with django_assert_num_queries(number):
            assert len(caller.get(path).json()["items"]) >= 1
    assert OrderItem.objects.count() == 1 + more

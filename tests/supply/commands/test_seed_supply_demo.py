"""The demo of the exchange: one world per seed, told in one document, that log-ins open."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.core.management.base import CommandError

from bookings.services.reference_data import load_price_list
from identity.models import User
from supply.enums import ComplaintStatus, LinkStatus, OrderStatus
from supply.models import (
    ChatMessage,
    Consumer,
    Link,
    Notification,
    Order,
    OrderItem,
    Product,
    Recipe,
    Supplier,
)
from tests.factories.identity import StationFactory
from tests.factories.supply import ConsumerFactory
from tests.supply.world import undone

pytestmark = pytest.mark.django_db


def run(**options):
    out = StringIO()
    call_command("seed_supply_demo", as_json=True, stdout=out, **options)
    assert len(out.getvalue().strip().splitlines()) == 1
    return json.loads(out.getvalue())


def content(world):
    """Return a world without keys."""
    return {
        name: [
            {column: value for column, value in row.items() if column != "id" and not column.endswith("_id")}
            for row in listed(world, name)
        ]
        for name in world
    }


def listed(world, name):
    return world[name] if isinstance(world[name], list) else []


def test_the_world_holds_what_the_contract_asks_for():
    world = run(seed=7)
    assert (world["created"], world["seed"]) == (True, 7)
    assert [row["company_name"] for row in world["suppliers"]] == ["Steppe Foods", "Caspian Fish"]
    assert {row["status"] for row in world["links"]} == set(LinkStatus)
    assert len(world["products"]) == 50
    assert sum(not row["is_active"] for row in world["products"]) == 5
    assert {row["status"] for row in world["orders"]} == set(OrderStatus)
    assert {row["status"] for row in world["complaints"]} == set(ComplaintStatus)
    assert [chat["messages"] for chat in world["chats"]] == [60]
    assert ChatMessage.objects.count() == 60
    assert 0 < world["notifications"]["unread"] < world["notifications"]["total"]
    assert world["notifications"]["total"] == Notification.objects.count()
    assert Counter(account["role"] for account in world["accounts"]) == {
        "supplier_owner": 2,
        "supplier_manager": 2,
        "supplier_sales": 3,
        "consumer": 5,
    }
    for account in world["accounts"]:
        user = User.objects.get(pk=account["id"])
        assert (user.email, user.role, user.status) == (account["email"], account["role"], "active")
        assert (account["staff_id"] is None) == (account["role"] in {"supplier_owner", "consumer"})
        assert check_password(account["password"], user.password)
    ids = {
        name: {row["id"] for row in world[name]} for name in ("suppliers", "consumers", "orders", "products")
    }
    for name, model in zip(ids, (Supplier, Consumer, Order, Product), strict=True):
        assert ids[name] == {str(pk) for pk in model.objects.values_list("pk", flat=True)}
    for product in Product.objects.all():
        sold = OrderItem.objects.filter(product=product).exclude(order__status="rejected")
        assert product.stock_qty == product.stock_full_qty - sum(sold.values_list("qty", flat=True))


def test_a_second_run_makes_nothing_and_tells_the_same():
    first = run(seed=3)
    counts = [model.objects.count() for model in (User, Product, Order, Notification, Link)]
    assert {**run(seed=3), "created": True} == first
    assert [model.objects.count() for model in (User, Product, Order, Notification, Link)] == counts


def test_equal_seeds_give_equal_worlds_and_others_other_ones():
    with undone():
        first = content(run(seed=1))
    with undone():
        assert content(run(seed=1)) == first
    assert content(run(seed=2)) != first
    run(seed=1)
    assert Supplier.objects.count() == 4


def test_a_station_buys_too_and_cooks_by_recipes():
    load_price_list()
    station = StationFactory(code="ST-TEST-001", name="Fremont")
    world = run()
    ours = Consumer.objects.get(station=station)
    assert (ours.organization_name, Recipe.objects.count()) == ("My Hibachi Fremont", 9)
    assert {row["status"] for row in world["links"] if row["consumer_id"] == str(ours.pk)} == {"accepted"}
    out = StringIO()
    call_command("draft_supply_orders", "--station=ST-TEST-001", "--until=2099-01-01", stdout=out)


def test_where_others_trade_nothing_is_made_unless_it_is_asked_for():
    ConsumerFactory()
    assert run(if_empty=True) == {"seed": 1, "created": False, "accounts": []}
    assert run()["created"] is True
    assert len(run(if_empty=True)["accounts"]) == 12


def test_it_never_runs_in_production(settings):
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="not in production"):
        run()


def test_a_dry_run_leaves_nothing():
    assert run(dry_run=True)["dry_run"] is True
    assert not User.objects.exists()

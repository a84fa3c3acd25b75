"""Stock: however many buy at once, it never falls below zero and no order is half written."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import Count, F, Sum
from django.utils import timezone

from common.exceptions import InUse, NotFound, PermissionDenied
from identity.selectors import actor_for
from supply.exceptions import InsufficientStock, ProductNotFound
from supply.models import Link, Order, OrderItem, Product
from supply.services.links import move_link
from supply.services.orders import ItemRequest, create_order, move_order
from supply.services.products import delete_product, update_product
from tests.concurrency.racing import race
from tests.factories.supply import ConsumerFactory, LinkFactory, ProductFactory
from tests.supply.world import World

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 20


@pytest.fixture
def world():
    world = World()
    OrderItem.objects.all().delete()
    Order.objects.all().delete()
    return world


def buy(consumer, supplier, *products, qty=1):
    items = [ItemRequest(product_id=product.pk, qty=qty) for product in products]
    by = actor_for(consumer.user)
    return create_order(consumer=consumer, supplier=supplier, items=items, by=by, at=timezone.now())


def make_buyers(world, count):
    buyers = ConsumerFactory.create_batch(count)
    for consumer in buyers:
        LinkFactory(consumer=consumer, supplier=world.supplier)
    return buyers


def require_whole_orders():
    """Every order has its items, and its total is their sum."""
    for order in Order.objects.annotate(
        lines_count=Count("order_items"), cost=Sum(F("order_items__qty") * F("order_items__unit_price_kzt"))
    ):
        assert order.lines_count > 0
        assert order.total_kzt == order.cost


def test_twenty_buyers_of_two_leave_none(world):
    scarce = ProductFactory(supplier=world.supplier, stock_qty=2)
    buyers = make_buyers(world, BUYERS)
    results = race([partial(buy, consumer, world.supplier, scarce) for consumer in buyers])
    refusals = Counter(type(result.answer) for result in results if result.is_refusal)
    assert refusals == {InsufficientStock: BUYERS - 2}
    assert Product.objects.get(pk=scarce.pk).stock_qty == 0
    assert (Order.objects.count(), OrderItem.objects.count()) == (2, 2)
    require_whole_orders()


def test_buyers_of_several_products_in_any_order_neither_wait_in_a_ring_nor_write_halves(world):
    products = [ProductFactory(supplier=world.supplier, stock_qty=5) for _ in range(3)]
    buyers = make_buyers(world, 12)
    works = [
        partial(buy, consumer, world.supplier, *(products if number % 2 else reversed(products)))
        for number, consumer in enumerate(buyers)
    ]
    results = race(works)
    assert sum(not result.is_refusal for result in results) == 5
    left = Product.objects.filter(pk__in=[product.pk for product in products])
    assert set(left.values_list("stock_qty", flat=True)) == {0}
    assert (Order.objects.count(), OrderItem.objects.count()) == (5, 15)
    require_whole_orders()


def test_rejections_and_orders_at_once_keep_the_sum(world):
    product = ProductFactory(supplier=world.supplier, stock_qty=6)
    buyers = make_buyers(world, 6)
    orders = [buy(consumer, world.supplier, product) for consumer in buyers]
    manager = actor_for(world.manager.user)
    reject = partial(move_order, to="rejected", by=manager, at=timezone.now())
    race(
        [
            *(partial(reject, order=order) for order in orders[:3]),
            *(partial(buy, consumer, world.supplier, product) for consumer in buyers[3:]),
        ]
    )
    held = OrderItem.objects.exclude(order__status="rejected").aggregate(Sum("qty"))["qty__sum"]
    assert Product.objects.get(pk=product.pk).stock_qty + held == 6
    require_whole_orders()


def test_a_price_is_taken_whole_before_or_after_its_change(world):
    product = ProductFactory(supplier=world.supplier, price_kzt=Decimal(10))
    owner = actor_for(world.supplier.user)
    change = partial(update_product, product=product, changes={"price_kzt": Decimal(20)}, by=owner)
    race([change, *(partial(buy, world.consumer, world.supplier, product) for _ in range(5))])
    prices = set(OrderItem.objects.values_list("unit_price_kzt", flat=True))
    assert prices <= {Decimal(10), Decimal(20)}
    require_whole_orders()


def test_a_block_comes_before_an_order_or_after_it(world):
    for _round in range(5):
        Link.objects.filter(pk=world.link.pk).update(status="accepted")
        Order.objects.all().delete()
        link = Link.objects.get(pk=world.link.pk)
        manager = actor_for(world.manager.user)
        blocked, *bought = race(
            [
                partial(move_link, link=link, to="blocked", by=manager, at=timezone.now()),
                *(partial(buy, world.consumer, world.supplier, world.product) for _ in range(3)),
            ]
        )
        assert not blocked.is_refusal
        refusals = {type(result.answer) for result in bought if result.is_refusal}
        assert refusals <= {PermissionDenied}
        assert Order.objects.count() == sum(not result.is_refusal for result in bought)
        OrderItem.objects.all().delete()


def test_a_product_is_taken_away_or_ordered_never_both(world):
    for _round in range(5):
        product = ProductFactory(supplier=world.supplier)
        owner = actor_for(world.supplier.user)
        deleted, bought = race(
            [
                partial(delete_product, product=product, by=owner),
                partial(buy, world.consumer, world.supplier, product),
            ]
        )
        refused = {type(result.answer) for result in (deleted, bought) if result.is_refusal}
        assert refused in ({InUse}, {ProductNotFound}, {NotFound})
        assert Product.objects.filter(pk=product.pk).exists() == (not bought.is_refusal)

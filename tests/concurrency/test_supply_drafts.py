"""Runs that draft for one station at once, and buyers beside them: nothing is ordered twice."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from bookings.enums import BookingStatus, MenuCategory
from common.actors import SystemActor
from supply.models import Consumer, OrderItem, Product
from supply.services.drafts import draft_orders
from supply.services.imports.products import ProductRow, import_products
from supply.services.orders import ItemRequest, create_order
from tests.concurrency.racing import race
from tests.factories.bookings import BookingFactory, MenuItemFactory
from tests.factories.identity import StationFactory
from tests.factories.supply import (
    ConsumerFactory,
    LinkFactory,
    ProductFactory,
    RecipeFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = SystemActor("test")
RUNS = 6


@pytest.fixture
def kitchen():
    """A consumer whose station needs eight of each of two products in five days."""
    consumer = ConsumerFactory(station=StationFactory())
    dish = MenuItemFactory(code="salmon", category=MenuCategory.SEAFOOD)
    for _ in range(2):
        product = ProductFactory(stock_qty=100)
        LinkFactory(consumer=consumer, supplier=product.supplier)
        RecipeFactory(menu_item=dish, product=product, qty_per_guest=1)
    BookingFactory(
        station=consumer.station,
        status=BookingStatus.CONFIRMED,
        date=timezone.now().date() + timedelta(days=5),
        menu_items=[{"kind": "protein", "code": "salmon", "quantity": 8}],
    )
    return consumer


def draft(consumer):
    found = Consumer.objects.select_related("station").get(pk=consumer.pk)
    until = timezone.now().date() + timedelta(days=30)
    return draft_orders(consumer=found, until=until, by=HOUSE, at=timezone.now())


def test_runs_at_once_order_what_one_run_would(kitchen):
    results = race([partial(draft, kitchen)] * RUNS)
    assert sorted(len(result.answer.orders) for result in results) == [0] * (RUNS - 1) + [2]
    assert list(OrderItem.objects.values_list("qty", flat=True)) == [8, 8]


def test_drafts_and_buyers_neither_oversell_nor_lock_each_other_out(kitchen):
    products = list(Product.objects.select_related("supplier").order_by("pk"))
    Product.objects.update(stock_qty=20, stock_full_qty=20)

    def buy(product):
        items = [ItemRequest(product_id=product.pk, qty=3)]
        return create_order(
            consumer=kitchen, supplier=product.supplier, items=items, by=HOUSE, at=timezone.now()
        )

    works = [partial(draft, kitchen)] * 2 + [partial(buy, product) for product in products * RUNS]
    race(works)
    for product in products:
        sold = sum(OrderItem.objects.filter(product=product).values_list("qty", flat=True))
        drafted = OrderItem.objects.filter(product=product, demand_date__isnull=False)
        product.refresh_from_db()
        assert product.stock_qty == 20 - sold >= 0
        assert sum(drafted.values_list("qty", flat=True)) <= 8


def test_imports_at_once_make_each_product_once():
    supplier = SupplierFactory()
    rows = [
        ProductRow(
            number=number, sku=f"F-{number}", name="Fish", description=None, price_kzt=Decimal(5), stock_qty=0
        )
        for number in range(20)
    ]
    work = partial(import_products, rows=rows, supplier=supplier, by=HOUSE, at=timezone.now())
    results = race([work] * 4)
    imported = [sum(type(row).__name__ == "Imported" for row in result.answer) for result in results]
    assert sorted(imported) == [0, 0, 0, 20]
    assert Product.objects.count() == 20

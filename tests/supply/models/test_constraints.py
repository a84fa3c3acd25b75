"""What the tables of the exchange refuse, whoever writes; each case breaks one named constraint."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from common.db.errors import constraint_name
from supply.models import Consumer, Order, Product, Supplier
from tests.factories import supply as factories
from tests.factories.identity import StationFactory, UserFactory

pytestmark = pytest.mark.django_db

EVERY_FACTORY = [
    factory
    for name, factory in sorted(vars(factories).items())
    if name.endswith("Factory") and getattr(factory, "__module__", "") == factories.__name__
]

CASES = [
    ("SupplierStaffFactory", "ck_supply_supplier_staff_staff_role", {"staff_role": "owner"}),
    ("ProductFactory", "ck_products_price", {"price_kzt": Decimal("-0.01")}),
    ("ProductFactory", "ck_products_stock", {"stock_qty": -1}),
    ("ProductFactory", "ck_products_stock", {"stock_full_qty": -1}),
    ("ProductFactory", "ck_supply_products_currency", {"currency": "kzt"}),
    ("RecipeFactory", "ck_recipes_qty", {"qty_per_guest": 0}),
    ("RecipeFactory", "ck_recipes_qty", {"buffer_percent": -1}),
    ("LinkFactory", "ck_supply_links_status", {"status": "lost"}),
    ("OrderFactory", "ck_orders_total", {"total_kzt": Decimal("-0.01")}),
    ("OrderFactory", "ck_supply_orders_status", {"status": "lost"}),
    ("OrderFactory", "ck_supply_orders_origin", {"origin": "pigeon"}),
    ("OrderItemFactory", "ck_order_items_qty", {"qty": 0}),
    ("OrderItemFactory", "ck_order_items_qty", {"unit_price_kzt": Decimal("-0.01")}),
    ("ComplaintFactory", "ck_supply_complaints_status", {"status": "lost"}),
    ("ComplaintFactory", "ck_complaints_resolution", {"status": "resolved"}),
    ("ComplaintFactory", "ck_complaints_resolution", {"status": "resolved", "resolution": ""}),
]


def broken_by(work):
    """Return the name of the constraint that refuses the work."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        work()
    return constraint_name(caught.value)


@pytest.mark.parametrize("factory", EVERY_FACTORY)
def test_every_factory_makes_a_valid_row_by_itself(factory):
    row = factory()
    row.full_clean()
    row.refresh_from_db()
    assert str(row) == f"{row._meta.verbose_name} {row.pk}"


@pytest.mark.parametrize(("factory", "name", "values"), CASES)
def test_checks(factory, name, values):
    row = getattr(factories, factory)()
    assert broken_by(lambda: type(row).objects.filter(pk=row.pk).update(**values)) == name


def test_one_supplier_and_one_consumer_per_account_and_station():
    owner, buyer, station = UserFactory(), UserFactory(), StationFactory()
    factories.SupplierFactory(user=owner)
    factories.ConsumerFactory(user=buyer, station=station)
    assert broken_by(lambda: factories.SupplierFactory(user=owner)).startswith("suppliers_user_id")
    assert broken_by(lambda: factories.ConsumerFactory(user=buyer)).startswith("consumers_user_id")
    assert broken_by(lambda: factories.ConsumerFactory(station=station)).startswith("consumers_station_id")


@pytest.mark.parametrize(
    ("factory", "name", "alike"),
    [
        ("SupplierStaffFactory", "uq_supplier_staff", ("user", "supplier")),
        ("ProductFactory", "uq_products_sku", ("supplier", "sku")),
        ("LinkFactory", "uq_consumer_supplier", ("consumer", "supplier")),
        ("RecipeFactory", "uq_recipes", ("menu_item", "product")),
    ],
)
def test_unique_pairs(factory, name, alike):
    make = getattr(factories, factory)
    row = make()
    same = {field: getattr(row, field) for field in alike}
    assert broken_by(lambda: make(**same)) == name


def test_rows_written_by_hand_get_every_default():
    supplier = factories.SupplierFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO "supply"."products" (supplier_id, name, price_kzt, sku)'
            " VALUES (%s, 'Rice', 1, 'R') RETURNING id",
            [supplier.pk],
        )
        product = Product.objects.get(pk=cursor.fetchone()[0])
        cursor.execute(
            'INSERT INTO "supply"."orders" (supplier_id, consumer_id) VALUES (%s, %s) RETURNING id',
            [supplier.pk, factories.ConsumerFactory().pk],
        )
        order = Order.objects.get(pk=cursor.fetchone()[0])
    assert (product.currency, product.stock_qty, product.stock_full_qty) == ("KZT", 0, 0)
    assert (product.is_active, product.description) == (True, None)
    assert (order.status, order.total_kzt, order.origin) == ("pending", Decimal(0), "manual")


def test_a_sold_product_stays_and_with_it_its_supplier():
    item = factories.OrderItemFactory()
    for row in (item.product, item.order.supplier, item.order.supplier.user):
        with pytest.raises(ProtectedError):
            row.delete()
    assert broken_by(lambda: delete_by_hand(item.product)).startswith("order_items_product_id")


def test_hand_written_deletes_obey_the_same_rules():
    consumer = factories.ConsumerFactory(station=StationFactory())
    session = factories.ChatSessionFactory(consumer=consumer, order=factories.OrderFactory(consumer=consumer))
    delete_by_hand(session.order)
    session.refresh_from_db()
    assert session.order_id is None
    delete_by_hand(consumer.user)
    assert not Consumer.objects.filter(pk=consumer.pk).exists()
    supplier = factories.ProductFactory().supplier
    delete_by_hand(supplier.user)
    assert not Supplier.objects.filter(pk=supplier.pk).exists()
    assert not Product.objects.filter(supplier=supplier.pk).exists()


def delete_by_hand(row):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])

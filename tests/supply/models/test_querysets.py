"""What people ask of the tables of the exchange is answered by an index; read from plans on 100,000 rows."""

from datetime import date

import pytest
from django.db import transaction

from identity.models import User
from supply.models import (
    ChatMessage,
    ChatSession,
    Complaint,
    Consumer,
    Link,
    Notification,
    Order,
    OrderItem,
    Product,
    Supplier,
    SupplierStaff,
)
from tests.factories import supply as factories
from tests.plans import fill, index_names, key_of, seq_scans, sorts

pytestmark = pytest.mark.django_db

SUPPLIERS = [key_of(Supplier, 7)]

PLANS = [
    (
        Supplier,
        {"company_name": "'Company ' || n"},
        lambda: Supplier.objects.by_name()[:20],
        {"ix_suppliers_name"},
    ),
    (
        Product,
        {"is_active": "n % 10 > 0"},
        lambda: Product.objects.in_catalog_of(Supplier(pk=key_of(Supplier, 7))),
        {"ix_products_supplier_active"},
    ),
    (Product, {"sku": "'SKU-' || n"}, lambda: Product.objects.with_sku("SKU-77"), {"ix_products_sku"}),
    (
        Link,
        {"consumer_id": "gen_random_uuid()", "status": "'accepted'"},
        lambda: Link.objects.of_suppliers(SUPPLIERS).accepted(),
        {"ix_links_supplier_status"},
    ),
    (
        Link,
        {
            "consumer_id": "gen_random_uuid()",
            "status": "CASE WHEN n % 1000 = 0 THEN 'blocked' ELSE 'accepted' END",
        },
        lambda: Link.objects.with_status("blocked"),
        {"ix_links_status"},
    ),
    (
        Order,
        {"status": "CASE WHEN n % 1000 = 0 THEN 'pending' ELSE 'completed' END"},
        lambda: Order.objects.of_suppliers(SUPPLIERS).with_status("pending"),
        {"ix_orders_supplier_status"},
    ),
    (
        Order,
        {"status": "CASE WHEN n % 1000 = 0 THEN 'pending' ELSE 'completed' END"},
        lambda: Order.objects.with_status("pending"),
        {"ix_orders_status"},
    ),
    (
        OrderItem,
        {"qty": "1", "demand_date": "date '2026-01-01' + n % 365"},
        lambda: OrderItem.objects.covering([key_of(Product, 7)], [date(2026, 5, 1)]),
        {"ix_order_items_demand"},
    ),
    (
        Complaint,
        {"status": "CASE WHEN n % 1000 = 0 THEN 'open' ELSE 'resolved' END", "resolution": "'done'"},
        lambda: Complaint.objects.with_status("open"),
        {"ix_complaints_status"},
    ),
    (
        Notification,
        {"type": "'kind ' || n % 1000"},
        lambda: Notification.objects.of_type("kind 7"),
        {"ix_notifications_type"},
    ),
]


@pytest.mark.parametrize(
    ("model", "columns", "rows", "names"), PLANS, ids=lambda part: getattr(part, "__name__", None)
)
def test_reads_use_their_index(model, columns, rows, names):
    with transaction.atomic():
        fill(model, **columns)
        assert (index_names(rows()), seq_scans(rows())) == (names, set())


def test_orders_of_a_consumer_come_newest_first_from_the_index():
    fill(Order)
    rows = Order.objects.of_consumer(Consumer(pk=key_of(Consumer, 7)))[:20]
    assert index_names(rows) == {"ix_orders_consumer_created"}


def test_messages_of_a_conversation_come_oldest_first_from_the_index():
    fill(ChatMessage)
    rows = ChatMessage.objects.of_session(ChatSession(pk=key_of(ChatSession, 7)))[:50]
    assert index_names(rows) == {"ix_chat_messages_session"}


def test_the_unread_inbox_comes_newest_first_from_the_index():
    fill(Notification, is_read="n % 3 = 0")
    rows = Notification.objects.inbox_of(key_of(User, 7)).unread().order_by("-created_at")[:20]
    assert (index_names(rows), sorts(rows)) == ({"ix_notifications_inbox"}, False)


def test_staff_and_complaints_of_one_account():
    fill(SupplierStaff, user_id="gen_random_uuid()", staff_role="'manager'")
    staff = SupplierStaff.objects.of_suppliers(SUPPLIERS).managers()
    assert len(index_names(staff)) == 1
    assert seq_scans(staff) == set()
    fill(Complaint, status="'open'")
    assert seq_scans(Complaint.objects.naming(key_of(User, 7))) == set()
    fill(ChatSession)
    assert seq_scans(ChatSession.objects.answered_by(key_of(User, 7))) == set()


def test_names_are_found_by_any_part_of_them_and_wildcards_mean_themselves():
    sly, plain, scored = (
        factories.SupplierFactory(company_name=name) for name in ("100% Fish", "Sea & Fish", "Sea_Food")
    )
    assert set(Supplier.objects.named_like("fish")) == {sly, plain}
    assert set(Supplier.objects.named_like("%")) == {sly}
    assert set(Supplier.objects.named_like("_")) == {scored}
    assert set(Supplier.objects.named_like("\\")) == set()


def test_the_catalogue_holds_the_active_products_of_one_supplier():
    offered = factories.ProductFactory()
    factories.ProductFactory(supplier=offered.supplier, is_active=False)
    factories.ProductFactory()
    assert list(Product.objects.in_catalog_of(offered.supplier)) == [offered]


def test_inactive_suppliers_and_recipes_are_left_out():
    active = factories.SupplierFactory()
    factories.SupplierFactory(is_active=False)
    assert list(Supplier.objects.active()) == [active]
    recipe = factories.RecipeFactory()
    factories.RecipeFactory(is_active=False)
    assert list(type(recipe).objects.active()) == [recipe]

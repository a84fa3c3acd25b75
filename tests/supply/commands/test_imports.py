"""`import_products` and `import_orders`: what enters, what is refused and why; nothing enters twice."""

import csv
import json
import os
import signal
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.exceptions import ValidationFailed
from events.models import DomainEvent
from identity.models import StationAuditLog, User
from supply.enums import LinkStatus
from supply.models import Consumer, Link, Notification, Order, OrderItem, Product
from supply.services.imports import load_mapping
from tests.factories.identity import UserFactory
from tests.factories.supply import ConsumerFactory, LinkFactory, ProductFactory, SupplierFactory
from tests.supply.imports.files import MAPPING, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    return SupplierFactory(company_name="Fish & Co")


@pytest.fixture
def run(supplier, tmp_path, settings):
    """Run a command as JSON on rows; returns rows, imported, already imported and refused."""
    settings.VAR_DIR = tmp_path / "var"
    mapping = tmp_path / "rows.mapping.toml"
    mapping.write_text(MAPPING)

    def _run(command, *rows, path=None, **options):
        file = path or write_csv(tmp_path / "rows.csv", *rows)
        out = StringIO()
        arguments = {"file": file, "supplier": str(supplier.pk), "mapping": mapping, "as_json": True}
        call_command(command, **{**arguments, **options}, stdout=out)
        _run.report = json.loads(out.getvalue())
        return tuple(_run.report[name] for name in ("rows", "imported", "already_imported", "refused"))

    return _run


BAD = {
    "validation_error": [
        {"code": " "},
        {"code": "x" * 101},
        {"code": "a\x00b"},
        {"price": "NaN"},
        {"price": "a lot"},
        {"price": "-4"},
        {"price": "1e9"},
        {"price": "1e999999"},
        {"price": "0.001"},
        {"units": "1.5"},
        {"units": 2**31},
        {"units": "9" * 40},
    ],
    "returned": [{"units": -2}, {"units": 0}],
    "price_missing": [{"price": 0}, {"price": "0.00"}],
}
BAD_ROWS = [row for rows in BAD.values() for row in rows]
BAD_COUNTS = {code: len(rows) for code, rows in sorted(BAD.items())}


def test_products_enter_once_by_their_code(run, supplier):
    rows = [{}, {"code": " F-2 ", "title": "Trout ", "about": "Fresh"}, {"title": "The same salmon"}]
    assert run("import_products", *rows) == (3, 2, 1, {})
    products = Product.objects.order_by("sku").values_list(
        *("supplier", "sku", "name", "description", "price_kzt", "stock_qty", "stock_full_qty", "is_active")
    )
    assert list(products) == [
        (supplier.pk, "F-1", "Salmon", None, Decimal("9.00"), 30, 30, True),
        (supplier.pk, "F-2", "Trout", "Fresh", Decimal("9.00"), 30, 30, True),
    ]
    Product.objects.filter(sku="F-1").update(price_kzt=11)
    assert run("import_products", *rows, {"code": "F-3", "shelf": -4}) == (4, 1, 3, {})
    assert dict(Product.objects.values_list("sku", "price_kzt"))["F-1"] == 11
    assert Product.objects.get(sku="F-3").stock_qty == 0
    log = StationAuditLog.objects.filter(action="import").order_by("pk")
    assert [row.details for row in log] == [
        {"supplier_id": str(supplier.pk), "products": 2},
        {"supplier_id": str(supplier.pk), "products": 1},
    ]


def test_the_same_code_of_another_supplier_is_another_product(run):
    ProductFactory(sku="F-1")
    assert run("import_products", {}) == (1, 1, 0, {})


def test_bad_products_are_refused_with_reasons(run, tmp_path):
    rows = [*BAD_ROWS, {"title": ""}, {"title": "x" * 256}, {"shelf": "many"}, {}]
    counts = {**BAD_COUNTS, "validation_error": BAD_COUNTS["validation_error"] + 3}
    assert run("import_products", *rows) == (len(rows), 1, 0, counts)
    path = tmp_path / "var" / "imports" / "rows.products.refused.csv"
    assert run.report["refused_rows_in"] == str(path)
    with path.open(newline="") as text:
        lines = list(csv.reader(text))
    assert lines[:2] == [
        ["row", "code", "reason"],
        ["1", "validation_error", "code: 1 to 100 characters are needed."],
    ]
    assert ["13", "returned", "units: -2 is a return or a discount, no sale."] in lines
    assert ["15", "price_missing", "price: the line has no price."] in lines


def test_past_orders_enter_whole_as_completed(run, supplier):
    product = ProductFactory(supplier=supplier, sku="F-1", stock_qty=5)
    twice = {"units": 3}
    rows = [{}, twice, {"invoice": "101", "who": "bob", "price": "1.25"}, twice]
    assert run("import_orders", *rows) == (4, 4, 0, {})
    orders = Order.objects.order_by("-total_kzt")
    noon = datetime(2026, 3, 7, 7, tzinfo=UTC)
    assert [(row.status, row.origin, row.total_kzt, row.created_at) for row in orders] == [
        ("completed", "manual", Decimal("72.00"), noon),
        ("completed", "manual", Decimal("5.00"), noon),
    ]
    assert sorted(orders[0].order_items.values_list("product", "qty", "unit_price_kzt")) == [
        (product.pk, 2, Decimal("9.00")),
        (product.pk, 3, Decimal("9.00")),
        (product.pk, 3, Decimal("9.00")),
    ]
    names = Consumer.objects.order_by("organization_name").values_list("organization_name", "user__email")
    assert list(names) == [("Kitchen ann", "ann@kitchens.example"), ("Kitchen bob", "bob@kitchens.example")]
    assert [user.has_usable_password() for user in User.objects.filter(role="consumer")] == [False, False]
    assert set(Link.objects.values_list("supplier", "status")) == {(supplier.pk, LinkStatus.ACCEPTED)}
    product.refresh_from_db()
    assert product.stock_qty == 5
    assert not Notification.objects.exists()
    assert not DomainEvent.objects.filter(event_type__startswith="order.").exists()


def test_a_second_run_imports_nothing_twice_and_adds_what_was_missing(run, supplier):
    rows = [{}, {"code": "F-2"}, {}]
    ProductFactory(supplier=supplier, sku="F-1")
    assert run("import_orders", *rows) == (3, 2, 0, {"product_unknown": 1})
    assert run("import_orders", *rows) == (3, 0, 2, {"product_unknown": 1})
    ProductFactory(supplier=supplier, sku="F-2")
    assert run("import_orders", *rows, {"invoice": "102"}) == (4, 2, 2, {})
    totals = Order.objects.order_by("total_kzt").values_list("total_kzt", flat=True)
    assert list(totals) == [Decimal("18.00"), Decimal("54.00")]
    assert (OrderItem.objects.count(), Consumer.objects.count(), Link.objects.count()) == (4, 1, 1)


def test_bad_orders_are_refused_with_reasons(run, supplier):
    ProductFactory(supplier=supplier, sku="F-1")
    UserFactory(email="eve@kitchens.example")
    wrong = [
        {"invoice": ""},
        {"when": "yesterday"},
        {"when": "2999-01-01 00:00"},
        {"when": "0001-01-01 00:00"},
        {"who": "not an address"},
        {"who": "x" * 250},
    ]
    others = {
        "consumer_missing": [{"who": ""}, {"who": " "}],
        "email_taken": [{"who": "eve"}],
        "product_unknown": [{"code": "F-9"}],
        "total_too_large": [{"invoice": "7", "price": "30000000"}, {"invoice": "7"}],
    }
    rows = [*BAD_ROWS, *wrong, *(row for part in others.values() for row in part), {}]
    counts = {
        **BAD_COUNTS,
        "validation_error": BAD_COUNTS["validation_error"] + len(wrong),
        **{code: len(part) for code, part in others.items()},
    }
    assert run("import_orders", *rows) == (len(rows), 1, 0, dict(sorted(counts.items())))
    assert (Order.objects.count(), OrderItem.objects.count()) == (1, 1)


def test_a_row_with_several_faults_is_told_all_of_them(run, supplier, tmp_path):
    report = tmp_path / "refused.csv"
    assert run("import_orders", {"price": 0, "who": ""}, report=report) == (1, 0, 0, {"price_missing": 1})
    assert report.read_text().splitlines()[1:] == [
        "1,price_missing,price: the line has no price. who: nobody is named."
    ]


def test_consumers_and_links_that_are_there_stay_as_they_are(run, supplier):
    ProductFactory(supplier=supplier, sku="F-1")
    bob = ConsumerFactory(organization_name="Bob", user__email="bob@kitchens.example")
    LinkFactory(consumer=bob, supplier=supplier, status=LinkStatus.BLOCKED)
    without_profile = UserFactory(email="cy@kitchens.example", role="consumer")
    assert run("import_orders", {"who": "bob"}, {"who": "cy"}) == (2, 2, 0, {})
    assert set(Link.objects.values_list("consumer__organization_name", "status")) == {
        ("Bob", "blocked"),
        ("Kitchen cy", "accepted"),
    }
    assert without_profile.consumer.orders.count() == 1


@pytest.mark.parametrize("command", ["import_products", "import_orders"])
def test_a_dry_run_leaves_nothing(run, supplier, command):
    if command == "import_orders":
        ProductFactory(supplier=supplier, sku="F-1")
    before = Product.objects.count()
    assert run(command, {}, {"invoice": "2", "code": "F-1"}, dry_run=True)[1] >= 1
    assert run.report["dry_run"] is True
    assert (Product.objects.count(), Order.objects.count(), Consumer.objects.count()) == (before, 0, 0)


def test_many_rows_cost_few_statements(run, supplier):
    rows = [{"code": f"F-{number}", "invoice": str(number // 7)} for number in range(700)]
    for command in ("import_products", "import_orders"):
        run(command, *rows[:7])
    with CaptureQueriesContext(connection) as products:
        assert run("import_products", *rows) == (700, 693, 7, {})
    with CaptureQueriesContext(connection) as orders:
        assert run("import_orders", *rows) == (700, 693, 7, {})
    assert (len(products), len(orders)) == (15, 23)
    assert Order.objects.count() == 100


def test_packed_files_and_names_of_suppliers_do_as_well(run, tmp_path):
    packed = write_csv(tmp_path / "rows.csv.gz", {}, packed=True)
    assert run("import_products", path=packed, supplier="Fish & Co") == (1, 1, 0, {})
    assert run("import_products", {}) == (1, 0, 1, {})


def test_the_mistakes_of_an_operator_are_told(run, tmp_path):
    SupplierFactory(company_name="Twin")
    SupplierFactory(company_name="Twin")
    line_only = tmp_path / "line.toml"
    line_only.write_text('[line]\nsku = "code"\nprice = "price"\n')
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    for command, options, words in (
        ("import_products", {"supplier": "Nobody"}, "There is no supplier Nobody."),
        ("import_orders", {"supplier": "Twin"}, "There are several suppliers Twin"),
        ("import_products", {"path": tmp_path / "none.csv"}, "The file cannot be read"),
        ("import_products", {"path": broken}, "The file cannot be read"),
        ("import_products", {"mapping": tmp_path / "none.toml"}, "The mapping file cannot be read"),
        ("import_products", {"mapping": line_only}, r"no \[product\]"),
        ("import_orders", {"mapping": line_only}, r"lacks \[order\]"),
    ):
        with pytest.raises(CommandError, match=words) as failure:
            run(command, {}, **options)
        assert failure.value.returncode == 1
    columns = write_csv(tmp_path / "few.csv")
    columns.write_text("code,price\n")
    with pytest.raises(CommandError, match="The file has no column units, title, about, shelf"):
        run("import_products", path=columns)


def test_a_line_of_another_length_is_refused(run, tmp_path):
    path = write_csv(tmp_path / "rows.csv", {})
    path.write_text(path.read_text() + "a,b\n")
    assert run("import_products", path=path) == (2, 1, 0, {"validation_error": 1})


def test_without_columns_of_quantity_and_stock_every_line_is_a_product(run, tmp_path):
    mapping = tmp_path / "short.toml"
    mapping.write_text('[line]\nsku = "code"\nprice = "price"\n[product]\nname = "title"\n')
    assert run("import_products", {"units": -1}, mapping=mapping) == (1, 1, 0, {})
    assert Product.objects.values_list("price_kzt", "stock_qty").get() == (Decimal("4.50"), 0)


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ('rate = "2.00"', 'rate = "0"', "/line/rate"),
        ('rate = "2.00"', 'rate = "much"', "/line/rate"),
        ('rate = "2.00"', 'rate = "NaN"', "/line/rate"),
        ('rate = "2.00"', "rate = 2", "/line/rate"),
        ("Asia/Almaty", "Mars/Base", "/order/placed/timezone"),
        ("Asia/Almaty", "../etc", "/order/placed/timezone"),
        ('number = "invoice"', "", "/order/number"),
        ("[product]", "[products]", "/products"),
        ("[line]", "[line", ""),
    ],
)
def test_what_is_wrong_with_a_mapping_is_named(old, new, pointer):
    with pytest.raises(ValidationFailed) as refusal:
        load_mapping(MAPPING.replace(old, new, 1))
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_a_template_that_cannot_be_filled_refuses_the_row(run, tmp_path, supplier):
    ProductFactory(supplier=supplier, sku="F-1")
    for old, new in (("Kitchen {who}", "Kitchen {whom}"), ("Kitchen {who}", " ")):
        mapping = tmp_path / "template.toml"
        mapping.write_text(MAPPING.replace(old, new))
        assert run("import_orders", {}, mapping=mapping) == (1, 0, 0, {"validation_error": 1})


def test_an_import_that_is_stopped_ends_after_its_batch_and_continues_later(run, supplier):
    """A real SIGINT arrives while the first of two batches is written."""
    ProductFactory(supplier=supplier, sku="F-1")
    rows = [{"invoice": str(number // 7)} for number in range(700)]

    def interrupt(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "supply"."order_items"'):
            os.kill(os.getpid(), signal.SIGINT)
        return execute(sql, params, many, context)

    with (
        connection.execute_wrapper(interrupt),
        pytest.raises(CommandError, match="Stopped; run the command again"),
    ):
        run("import_orders", *rows)
    assert OrderItem.objects.count() == 504
    assert run("import_orders", *rows) == (700, 196, 504, {})
    assert Order.objects.count() == 100

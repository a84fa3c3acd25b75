"""Products, catalogues and the list of suppliers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from identity.models import StationAuditLog
from supply.models import Product
from tests.bookings.api.clients import problem
from tests.factories.supply import ProductFactory, SupplierFactory, SupplierStaffFactory
from tests.supply.world import NOWHERE, everything

pytestmark = pytest.mark.django_db

SALMON = {"name": "Salmon", "sku": "F-1", "price_kzt": "4500.5"}


def stored(pk):
    return Product.objects.values(
        "name", "sku", "price_kzt", "description", "currency", "stock_qty", "stock_full_qty", "is_active"
    ).get(pk=pk)


def test_a_product_with_what_is_needed_and_nothing_else(world):
    response = world.as_("manager").post(
        "/products", {**SALMON, "supplier_id": str(world.rival.pk), "id": "7"}
    )
    answer = response.json()
    product = Product.objects.get(pk=answer["id"])
    assert response.status_code == 201
    assert (answer.pop("created_at"), answer.pop("updated_at")) != ("", "")
    assert answer == {
        "id": str(product.pk),
        "supplier_id": str(world.supplier.pk),
        "name": "Salmon",
        "description": None,
        "price_kzt": "4500.50",
        "currency": "KZT",
        "sku": "F-1",
        "stock_qty": 0,
        "is_active": True,
    }
    assert world.as_("guest").get(f"/products/{product.pk}").json()["price_kzt"] == "4500.50"
    assert world.as_("guest").get(f"/products/{product.pk}").headers["ETag"] == response.headers["ETag"]


def test_a_product_with_everything(world):
    full = {
        **SALMON,
        "price_kzt": 12.5,
        "description": "Wild",
        "currency": "USD",
        "stock_qty": 2_147_483_647,
        "is_active": False,
    }
    response = world.as_("owner").post("/products", full)
    assert stored(response.json()["id"]) == {
        "name": "Salmon",
        "sku": "F-1",
        "price_kzt": Decimal("12.50"),
        "description": "Wild",
        "currency": "USD",
        "stock_qty": 2_147_483_647,
        "stock_full_qty": 2_147_483_647,
        "is_active": False,
    }


GOOD_AMOUNTS = [
    (0, "0.00"),
    ("0", "0.00"),
    (-0.0, "0.00"),
    (10, "10.00"),
    (10.1, "10.10"),
    ("10.10", "10.10"),
    (0.07, "0.07"),
    (1e3, "1000.00"),
    (99_999_999.99, "99999999.99"),
    ("99999999.99", "99999999.99"),
]
BAD_AMOUNTS = [
    -1,
    -0.01,
    "-1",
    "10.001",
    10.001,
    1e-7,
    "NaN",
    "Infinity",
    "1e3",
    "",
    " 1",
    "1,5",
    "٣",
    100_000_000,
    "100000000.00",
    1e30,
    10**25,
    "9" * 30,
    True,
    None,
    [],
    {},
]


@pytest.mark.parametrize(("sent", "shown"), GOOD_AMOUNTS)
def test_amounts_are_sent_as_text_or_number_and_shown_with_two_decimals(world, sent, shown):
    response = world.as_("owner").post("/products", {**SALMON, "price_kzt": sent})
    assert (response.status_code, response.json()["price_kzt"]) == (201, shown)
    assert stored(response.json()["id"])["price_kzt"] == Decimal(shown)


@pytest.mark.parametrize("sent", BAD_AMOUNTS, ids=repr)
def test_amounts_that_are_none(world, sent):
    owner, before = world.as_("owner"), everything()
    made = owner.post("/products", {**SALMON, "price_kzt": sent})
    changed = owner.put(f"/products/{world.product.pk}", {"price_kzt": sent})
    assert problem(made) == problem(changed) == (422, "validation_error")
    assert [error["pointer"] for error in made.json()["errors"]] == ["/price_kzt"]
    assert everything() == before


BAD_FIELDS = [
    ("name", ["", "  ", "x" * 256, 5, None, [], "a\x00b"]),
    ("sku", ["", "x" * 101, 5, None, "a\x00b"]),
    ("description", [5, [], "a\x00b"]),
    ("currency", ["kzt", "KZ", "KZTT", "", 5, None, "ЖЖЖ"]),
    ("stock_qty", [-1, 2_147_483_648, 10**25, 1.0, "5", None, True]),
    ("is_active", ["true", 1, None]),
]


@pytest.mark.parametrize(("field", "values"), BAD_FIELDS)
def test_fields_that_are_none(world, field, values):
    owner, before = world.as_("owner"), everything()
    for value in values:
        for response in (
            owner.post("/products", {**SALMON, field: value}),
            owner.put(f"/products/{world.product.pk}", {field: value}),
        ):
            assert problem(response) == (422, "validation_error"), value
            assert [error["pointer"] for error in response.json()["errors"]] == [f"/{field}"]
    assert everything() == before


def test_every_wrong_field_is_named_at_once(world):
    response = world.as_("owner").post("/products", {"stock_qty": "5"})
    assert [error["pointer"] for error in response.json()["errors"]] == [
        "/name",
        "/sku",
        "/price_kzt",
        "/stock_qty",
    ]


def test_only_what_is_sent_is_changed(world):
    owner, path = world.as_("owner"), f"/products/{world.product.pk}"
    before = stored(world.product.pk)
    assert (owner.put(path, {}).status_code, stored(world.product.pk)) == (200, before)
    assert owner.put(path, {"description": "Fresh", "supplier_id": str(world.rival.pk)}).status_code == 200
    assert stored(world.product.pk) == {**before, "description": "Fresh"}
    answer = owner.put(path, {"description": None, "stock_qty": 7}).json()
    assert (answer["description"], answer["stock_qty"]) == (None, 7)
    assert stored(world.product.pk) == {**before, "stock_qty": 7, "stock_full_qty": 7}
    assert Product.objects.get(pk=world.product.pk).supplier_id == world.supplier.pk


def test_a_sku_is_used_once_per_supplier(world):
    owner, other = world.as_("owner"), ProductFactory(supplier=world.supplier)
    before = everything()
    taken = {**SALMON, "sku": world.product.sku}
    assert problem(owner.post("/products", taken)) == (409, "sku_taken")
    assert problem(owner.put(f"/products/{other.pk}", {"sku": world.product.sku})) == (409, "sku_taken")
    assert everything() == before
    assert owner.put(f"/products/{other.pk}", {"sku": other.sku}).status_code == 200
    assert world.as_("rival_owner").post("/products", taken).status_code == 201


def test_what_nobody_has_ordered_can_be_taken_away(world):
    owner, unsold = world.as_("owner"), ProductFactory(supplier=world.supplier)
    foreign = ProductFactory(supplier=world.rival)
    assert problem(owner.delete(f"/products/{world.product.pk}")) == (409, "in_use")
    assert problem(owner.delete(f"/products/{foreign.pk}")) == (403, "permission_denied")
    assert owner.delete(f"/products/{unsold.pk}", seen="1").status_code == 412
    response = owner.delete(f"/products/{unsold.pk}")
    assert (response.status_code, response.content) == (204, b"")
    assert problem(owner.delete(f"/products/{unsold.pk}")) == (404, "not_found")
    audited = StationAuditLog.objects.get(resource_type="product")
    assert (audited.action, audited.reason) == ("delete", "Taken away by the supplier.")


def test_changes_honour_if_match(world):
    owner, path = world.as_("owner"), f"/products/{world.product.pk}"
    seen = owner.get(path).headers["ETag"].strip('"')
    assert owner.put(path, {"name": "A"}, seen=seen).status_code == 200
    assert problem(owner.put(path, {"name": "B"}, seen=seen)) == (412, "version_conflict")
    assert stored(world.product.pk)["name"] == "A"


def test_who_manages_several_suppliers_adds_to_the_first(world):
    SupplierStaffFactory(supplier=world.rival, user=world.manager.user)
    manager = world.as_("manager")
    assert manager.post("/products", SALMON).json()["supplier_id"] == str(world.supplier.pk)
    foreign = ProductFactory(supplier=world.rival)
    assert manager.put(f"/products/{foreign.pk}", {"name": "Mine too"}).status_code == 200


def test_products_are_listed_newest_first_and_narrowed(world):
    hidden = ProductFactory(supplier=world.supplier, is_active=False)
    foreign = ProductFactory(supplier=world.rival)
    Product.objects.filter(pk=world.product.pk).update(created_at=foreign.created_at + timedelta(days=1))
    guest = world.as_("guest")

    def ids(**query):
        return [item["id"] for item in guest.get("/products", **query).json()["items"]]

    assert ids() == [str(world.product.pk), str(foreign.pk), str(hidden.pk)]
    assert ids(is_active="true") == [str(world.product.pk), str(foreign.pk)]
    assert ids(is_active="false", supplier_id=str(world.supplier.pk)) == [str(hidden.pk)]
    assert ids(supplier_id=str(world.rival.pk)) == [str(foreign.pk)]
    assert ids(supplier_id=NOWHERE) == []
    one = guest.get("/products", supplier_id=str(world.rival.pk)).json()
    alone = guest.get(f"/products/{foreign.pk}").json()
    for name in ("created_at", "updated_at"):
        assert one["items"][0][name][:19] == alone[name][:19]
    assert {**one["items"][0], "created_at": 0, "updated_at": 0} == {
        **alone,
        "created_at": 0,
        "updated_at": 0,
    }


def test_equal_instants_are_told_apart_by_the_key(world):
    products = [ProductFactory(supplier=world.supplier) for _ in range(5)]
    Product.objects.update(created_at=products[0].created_at)
    guest = world.as_("guest")
    pages = [guest.get("/products", page=page, size=2).json()["items"] for page in (1, 2, 3)]
    seen = [item["id"] for page in pages for item in page]
    assert seen == sorted((str(pk) for pk in Product.objects.values_list("pk", flat=True)), reverse=True)


def test_the_catalogue_is_open_over_an_accepted_link_only(world):
    ProductFactory(supplier=world.supplier, is_active=False)
    ProductFactory(supplier=world.rival)
    consumer = world.as_("consumer")
    body = consumer.get("/catalog", supplier_id=str(world.supplier.pk)).json()
    assert ([item["id"] for item in body["items"]], body["total"]) == ([str(world.product.pk)], 1)
    for status in ("pending", "denied", "blocked"):
        type(world.link).objects.update(status=status)
        response = consumer.get("/catalog", supplier_id=str(world.supplier.pk))
        assert problem(response) == (403, "permission_denied")
    assert problem(consumer.get("/catalog", supplier_id=str(world.rival.pk))) == (403, "permission_denied")
    assert problem(consumer.get("/catalog", supplier_id=NOWHERE)) == (404, "not_found")
    assert problem(consumer.get("/catalog")) == (422, "validation_error")
    assert problem(world.as_("owner").get("/catalog")) == (422, "validation_error")
    assert problem(world.as_("owner").get("/catalog", supplier_id="7")) == (403, "permission_denied")


def test_suppliers_are_listed_by_name_the_inactive_ones_left_out(world):
    guest = world.as_("guest")
    for name in ("100% Fish", "Sea_Food", "back\\slash", "Әлем"):
        SupplierFactory(company_name=name)
    SupplierFactory(company_name="Aaa", is_active=False)

    def names(**query):
        return [item["company_name"] for item in guest.get("/catalog/suppliers", **query).json()["items"]]

    everybody = sorted(["100% Fish", "Fish & Co", "Rival Foods", "Sea_Food", "back\\slash", "Әлем"])
    assert sorted(names()) == everybody
    assert names() == list(
        type(world.supplier).objects.active().by_name().values_list("company_name", flat=True)
    )
    assert names(q="") == names()
    assert names(q="FISH") == ["100% Fish", "Fish & Co"]
    assert names(q="%") == ["100% Fish"]
    assert names(q="_") == ["Sea_Food"]
    assert names(q="\\") == ["back\\slash"]
    assert names(q="ӘЛЕМ") == ["Әлем"]
    assert names(q="' OR 1=1 --") == []
    assert problem(guest.get("/catalog/suppliers", q="a\x00")) == (422, "validation_error")
    assert problem(guest.get("/catalog/suppliers", q="x" * 256)) == (422, "validation_error")
    shown = guest.get("/catalog/suppliers", q="Rival").json()["items"][0]
    assert shown == {
        "id": str(world.rival.pk),
        "company_name": "Rival Foods",
        "is_active": True,
        "created_at": shown["created_at"],
    }

"""ON DELETE in the catalogue and Django's own deletion agree."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, RestrictedError

from common.db.errors import constraint_name
from tests.common.db import catalogue
from tests.engine_app.models import DepotItem, Kind, Label, Remark, ShopItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> Kind:
    return Kind.objects.create(name="a")


@pytest.fixture
def shop_item(kind: Kind) -> ShopItem:
    item = ShopItem.objects.create(
        depot_item=DepotItem.objects.create(kind=kind, code="d"), kind=kind, code="s"
    )
    label = Label.objects.create(text="l")
    item.labels.add(label)
    item.depot_item.labels.add(label)
    return item


def delete(table: str, pk: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])


def test_migrations_wrote_the_actions() -> None:
    assert catalogue.foreign_keys("engine_shop", "items") == {
        "depot_item_id": ("engine_depot.items", "CASCADE", True),
        "kind_id": ("engine_depot.kinds", "RESTRICT", True),
        "replaced_by_id": ("engine_shop.items", "SET NULL", True),
    }
    assert catalogue.foreign_keys("public", "engine_remarks") == {
        "kind_id": ("engine_depot.kinds", "SET DEFAULT", True),
        "other_kind_id": ("engine_depot.kinds", "NO ACTION", True),
        "shop_item_id": ("engine_shop.items", "NO ACTION", True),
    }
    assert catalogue.foreign_keys("engine_depot", "items_labels") == {
        "depotitem_id": ("engine_depot.items", "CASCADE", True),
        "label_id": ("engine_shop.labels", "CASCADE", True),
    }


def test_sql_obeys_the_rules_of_the_models(shop_item: ShopItem, kind: Kind) -> None:
    with pytest.raises(IntegrityError) as refused:
        delete('"engine_depot"."kinds"', kind.pk)
    assert constraint_name(refused.value) == "items_kind_id_b621b67f_fk_kinds_id"
    newer = ShopItem.objects.create(depot_item=shop_item.depot_item, code="n")
    shop_item.replaced_by = newer
    shop_item.save()
    delete('"engine_shop"."items"', newer.pk)
    shop_item.refresh_from_db()
    assert shop_item.replaced_by is None
    delete('"engine_depot"."items"', shop_item.depot_item_id)
    assert ShopItem.objects.count() == 0
    assert ShopItem.labels.through.objects.count() == 0


def test_do_nothing_is_checked_at_the_end(shop_item: ShopItem) -> None:
    Remark.objects.create(shop_item=shop_item, kind=None)
    with transaction.atomic():
        shop_item.delete()
        Remark.objects.all().delete()
        connection.check_constraints()
    Remark.objects.create(shop_item_id=1_000_001, kind=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    Remark.objects.all().delete()


def test_set_default_of_the_database(kind: Kind, shop_item: ShopItem) -> None:
    default, other = Kind.objects.create(pk=1_000_001, name="default"), Kind.objects.create(name="other")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE engine_remarks ALTER kind_id SET DEFAULT {default.pk}")
    remark = Remark.objects.create(shop_item=shop_item, kind=other)
    delete('"engine_depot"."kinds"', other.pk)
    remark.refresh_from_db()
    assert remark.kind == default


def test_collector_refuses_before_the_database_does(shop_item: ShopItem, kind: Kind) -> None:
    with pytest.raises(ProtectedError):
        kind.delete()
    unprotected = Kind.objects.create(name="b")
    ShopItem.objects.update(kind=unprotected)
    with pytest.raises(RestrictedError):
        unprotected.delete()


def test_collector_deletes_in_an_order_that_restrict_allows(kind: Kind) -> None:
    """A parent goes with its tree although every key of it acts in the database, too."""
    parents = [kind]
    for n in range(250):
        parents.append(Kind.objects.create(name=f"child {n}", parent=parents[n // 2]))
    assert kind.delete()[1] == {"engine_app.Kind": 251}
    assert Kind.objects.count() == 0


def test_collector_counts_what_it_deletes(shop_item: ShopItem) -> None:
    assert shop_item.depot_item.delete() == (
        4,
        {
            "engine_app.ShopItem_labels": 1,
            "engine_app.DepotItem_labels": 1,
            "engine_app.ShopItem": 1,
            "engine_app.DepotItem": 1,
        },
    )


def test_rows_may_come_before_what_they_refer_to(kind: Kind) -> None:
    """Keys are checked at the end of the transaction, as Django expects."""
    with transaction.atomic():
        ShopItem.objects.create(depot_item_id=999, code="s")
        DepotItem.objects.create(pk=999, kind=kind, code="d")
    connection.check_constraints()


def test_no_constraint_no_name() -> None:
    with (
        pytest.raises(Exception, match="does not exist") as failure,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM engine_nothing")
    assert constraint_name(failure.value) is None

"""What the ORM says to tables in schemas, two of them of one name."""

import pytest
from django.db import OperationalError, connections, transaction
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery

from tests.engine_app.models import DepotItem, Kind, Label, ShopItem

LOCKED = "engine_shop.items", "engine_depot.items"


@pytest.fixture
def shop_item(db: None) -> ShopItem:
    kind = Kind.objects.create(name="a")
    depot_item = DepotItem.objects.create(kind=kind, code="d")
    return ShopItem.objects.create(depot_item=depot_item, kind=kind, code="s")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of", ["self", "depot_item"])
def test_select_for_update_of_locks_that_row_and_not_the_namesakes(shop_item: ShopItem, of: str) -> None:
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            ShopItem.objects.select_related("depot_item").select_for_update(of=(of,)).get(pk=shop_item.pk)
            blocked = []
            for table in LOCKED:
                schema, name = table.split(".")
                with other.cursor() as cursor:
                    try:
                        cursor.execute(f'SELECT 1 FROM "{schema}"."{name}" FOR UPDATE NOWAIT')
                    except OperationalError:
                        blocked.append(table)
    finally:
        other.close()
    assert blocked == [LOCKED[0] if of == "self" else LOCKED[1]]


@pytest.mark.usefixtures("search_path")
class TestSelectForUpdateOf:
    def test_inside_a_query_with_everything(self, shop_item: ShopItem) -> None:
        label = Label.objects.create(text="l")
        shop_item.labels.add(label)
        shop_item.depot_item.labels.add(label)
        query = (
            ShopItem.objects.select_for_update(of=("self", "depot_item"), no_key=True, skip_locked=True)
            .select_related("depot_item__kind", "replaced_by")
            .filter(depot_item__labels=label, labels=label, kind__depot_items__code="d")
            .filter(
                Exists(
                    DepotItem.objects.filter(pk=OuterRef("depot_item_id"), code=OuterRef("depot_item__code"))
                )
            )
            .filter(pk__in=ShopItem.objects.filter(depot_item__kind__name="a"))
            .annotate(
                doubled=F("depot_item__amount") * 2,
                text=Subquery(Label.objects.filter(shop_items=OuterRef("pk")).values("text")[:1]),
                other=FilteredRelation("kind__shop_items", condition=Q(kind__shop_items__code="s")),
            )
            .filter(other__isnull=False)
            .order_by("depot_item__kind__name", "-pk")
        )
        assert [(item.pk, item.doubled, item.text) for item in query] == [(shop_item.pk, 0, "l")]
        assert [item.pk for item in query[:1]] == [shop_item.pk]
        own = query.select_for_update(of=("self",))
        assert own.count() == 1
        assert own.exists()
        assert own.values_list("depot_item__code", "code").get() == ("d", "s")

    def test_the_query_itself_is_left_as_it_was(self, shop_item: ShopItem) -> None:
        query = ShopItem.objects.select_for_update(of=("self",)).select_related("depot_item")
        first = str(query.query)
        assert list(query) == [shop_item]
        assert str(query.query) == first
        assert list(query.filter(depot_item__code="d")) == [shop_item]

    def test_unknown_names_are_still_refused(self, shop_item: ShopItem) -> None:
        with pytest.raises(Exception, match="Invalid field name"):
            list(ShopItem.objects.select_for_update(of=("nothing",)))


@pytest.mark.usefixtures("search_path")
class TestStatements:
    def test_insert_update_delete_and_aggregate(self, shop_item: ShopItem) -> None:
        kind = shop_item.depot_item.kind
        DepotItem.objects.bulk_create([DepotItem(kind=kind, code=f"c{n}", amount=n + 1) for n in range(3)])
        assert [item.doubled for item in DepotItem.objects.order_by("amount")] == [0, 2, 4, 6]
        assert DepotItem.objects.filter(shop_items__isnull=True).update(amount=F("amount") + 10) == 3
        DepotItem.objects.bulk_create(
            [DepotItem(kind=kind, code="c0", amount=99)],
            update_conflicts=True,
            update_fields=["amount"],
            unique_fields=["code"],
        )
        assert list(DepotItem.objects.order_by("amount").values_list("amount", flat=True)) == [0, 12, 13, 99]
        counted = Kind.objects.annotate(
            depot=Count("depot_items", distinct=True), shop=Count("shop_items", distinct=True)
        )
        assert counted.values_list("depot", "shop").get() == (4, 1)
        assert DepotItem.objects.filter(shop_items__isnull=True).delete() == (3, {"engine_app.DepotItem": 3})

    def test_server_side_cursor(self, shop_item: ShopItem) -> None:
        assert list(ShopItem.objects.select_related("depot_item").iterator(chunk_size=1)) == [shop_item]

"""get_constraints, inspectdb and table_names see every schema, and the right one of namesakes."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.engine_app.models import DepotItem, Label, ShopItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_path")]

introspection = connection.introspection
NAMESAKES = ('"engine_depot"."items"', '"engine_shop"."items"')


def test_table_names_know_every_spelling() -> None:
    tables = introspection.table_names()
    names = [model._meta.db_table for model in (DepotItem, ShopItem, Label, DepotItem.labels.through)]
    assert names[3] == 'engine_depot"."items_labels'
    assert [name in tables for name in names] == [True] * 4
    assert '"engine_shop"."kinds"' not in tables
    assert "engine_nothing" not in tables
    assert None not in tables
    assert list(tables) == sorted(tables)


def test_namesakes_are_listed_apart(search_path: str) -> None:
    listed = [name for name in introspection.table_names() if name in {"items", *NAMESAKES}]
    assert (
        listed
        == {
            "public": ['"engine_depot"."items"', '"engine_shop"."items"'],
            "nothing": ['"engine_depot"."items"', '"engine_shop"."items"'],
            "namesake": ['"engine_depot"."items"', "items"],
        }[search_path]
    )


def test_django_table_names_of_existing_tables() -> None:
    existing = set(introspection.django_table_names(only_existing=True))
    assert {
        DepotItem._meta.db_table,
        ShopItem._meta.db_table,
        ShopItem.labels.through._meta.db_table,
    } <= existing
    assert existing <= set(introspection.django_table_names())


def test_installed_models() -> None:
    assert introspection.installed_models(['"engine_shop"."items"']) == {ShopItem}


def test_constraints_of_the_right_namesake() -> None:
    with connection.cursor() as cursor:
        depot = introspection.get_constraints(cursor, DepotItem._meta.db_table)
        shop = introspection.get_constraints(cursor, ShopItem._meta.db_table)
    assert depot["ix_depot_items_amount"] == {
        "columns": ["amount"],
        "orders": ["ASC"],
        "primary_key": False,
        "unique": False,
        "foreign_key": None,
        "check": False,
        "index": True,
        "type": "idx",
        "definition": None,
        "options": None,
    }
    assert depot["ix_depot_items_details"]["type"] == "gin"
    assert depot["ix_depot_items_lower"]["columns"] == []
    assert depot["ix_depot_items_lower"]["definition"] == (
        "CREATE INDEX ix_depot_items_lower ON engine_depot.items USING btree (lower((code)::text))"
    )
    assert depot["ck_depot_items_amount"]["check"]
    assert depot["uq_depot_items_active"]["unique"]
    assert [name for name in shop if "depot_items" in name] == []
    assert {kind["columns"][0] for kind in shop.values() if kind["foreign_key"]} == {
        "depot_item_id",
        "kind_id",
        "replaced_by_id",
    }


def test_relations_reach_into_other_schemas(search_path: str) -> None:
    with connection.cursor() as cursor:
        relations = introspection.get_relations(cursor, ShopItem._meta.db_table)
        keys = introspection.get_constraints(cursor, ShopItem._meta.db_table).values()
    visible = search_path == "namesake"
    assert relations == {
        "depot_item_id": ("id", '"engine_depot"."items"'),
        "kind_id": ("id", "kinds" if visible else '"engine_depot"."kinds"'),
        "replaced_by_id": ("id", "items" if visible else '"engine_shop"."items"'),
    }
    assert {key["foreign_key"] for key in keys if key["foreign_key"]} == {
        (name, column) for column, name in relations.values()
    }


def test_description_and_primary_key() -> None:
    with connection.cursor() as cursor:
        description = {
            line.name: line for line in introspection.get_table_description(cursor, DepotItem._meta.db_table)
        }
        assert introspection.get_primary_key_columns(cursor, ShopItem._meta.db_table) == ["id"]
        with pytest.raises(Exception, match="does not exist"):
            introspection.get_table_description(cursor, '"engine_depot"."nothing"')
    assert list(description) == [
        "id",
        "code",
        "added_at",
        "details",
        "amount",
        "doubled",
        "is_active",
        "kind_id",
    ]
    assert description["id"].is_autofield
    assert description["code"].comment == "printed on the box"
    assert description["added_at"].default == "statement_timestamp()"


def test_sequences_are_named_with_the_schema_of_their_table() -> None:
    with connection.cursor() as cursor:
        assert introspection.get_sequences(cursor, DepotItem._meta.db_table) == [
            {"name": '"engine_depot"."items_id_seq"', "table": '"engine_depot"."items"', "column": "id"}
        ]
    through = ShopItem.labels.through._meta.db_table
    assert {"name": '"engine_shop"."items_labels_id_seq"', "table": through, "column": "id"} in (
        introspection.sequence_list()
    )


def test_inspectdb_writes_models_that_tell_namesakes_apart() -> None:
    out = StringIO()
    call_command("inspectdb", '"engine_depot"."items"', '"engine_shop"."items"', stdout=out)
    written = out.getvalue()
    assert "class EngineDepotItems(models.Model):" in written
    assert "class EngineShopItems(models.Model):" in written
    assert """db_table = '"engine_shop"."items"'""" in written
    assert "db_table_comment = 'what lies in the depot'" in written
    assert "unable to inspect" not in written.lower()


def test_inspectdb_of_everything_finds_the_schemas(search_path: str) -> None:
    if search_path != "public":
        pytest.skip("the whole database is written once")
    out = StringIO()
    call_command("inspectdb", stdout=out)
    assert "depot_item = models.ForeignKey(EngineDepotItems, models.DO_NOTHING)" in out.getvalue()
    assert "class DjangoMigrations(models.Model):" in out.getvalue()


def test_fake_initial_sees_that_the_tables_exist(search_path: str) -> None:
    if search_path != "public":
        pytest.skip("Django compares names here, and other paths show them differently")
    executor = MigrationExecutor(connection)
    migration = executor.loader.get_migration("engine_app", "0001_initial")
    assert executor.detect_soft_applied(None, migration)[0]

"""What the models state is read without a database; these tests have none."""

import pytest
from django.apps import apps

from common.floors import Floors
from common.schema.documents.reading import Column, Key, Rule, read_schemas, read_table
from tests.architecture.house import HOUSE
from tests.crypto_app.models import Person
from tests.engine_app.models import DepotItem, Remark, ShopItem


def column(name, type_, **changes):
    plain = {
        "null": False,
        "default": "",
        "comment": "",
        "privacy": "",
        "sealing": "",
        "values": (),
        "primary": False,
        "key": None,
    }
    return Column(name, type_, **{**plain, **changes})


def test_a_table_is_read_with_all_that_hangs_on_it():
    table = read_table(DepotItem)
    assert (table.schema, table.name) == ("engine_depot", "items")
    assert (table.app, table.model) == ("engine_app", "DepotItem")
    assert table.comment == "what lies in the depot"
    assert table.columns == [
        column("id", "bigint", default="identity", primary=True),
        column("kind_id", "bigint", key=Key("engine_depot", "kinds", "id", "RESTRICT", single=False)),
        column("code", "varchar(40)", comment="printed on the box"),
        column("added_at", "timestamptz", default="STATEMENT_TIMESTAMP()"),
        column("details", "jsonb"),
        column("amount", "integer"),
        column("doubled", "integer", default="generated: (amount * 2)"),
        column("is_active", "boolean"),
    ]
    assert table.indexes == [
        Rule("ix_depot_items_amount", "btree", "(amount)"),
        Rule("ix_depot_items_covering", "btree", "(kind_id) INCLUDE (amount)"),
        Rule("ix_depot_items_details", "gin", "(details jsonb_path_ops)"),
        Rule("ix_depot_items_lower", "btree", "(LOWER(code))"),
        Rule(None, "btree", "(kind_id)"),
    ]
    assert table.constraints == [
        Rule("uq_depot_items_active", "unique", "(kind_id, amount) WHERE is_active"),
        Rule("uq_depot_items_nulls", "unique", "(kind_id, code) NULLS NOT DISTINCT"),
        Rule("ck_depot_items_amount", "check", "amount >= 0"),
        Rule(None, "unique", "(code)"),
    ]


def test_actions_of_keys_are_those_of_the_database():
    actions = {
        column.name: (column.key.action, column.null)
        for model in (ShopItem, Remark)
        for column in read_table(model).columns
        if column.key
    }
    assert actions == {
        "depot_item_id": ("CASCADE", False),
        "kind_id": ("SET DEFAULT", True),
        "replaced_by_id": ("SET NULL", True),
        "shop_item_id": ("NO ACTION", False),
        "other_kind_id": ("NO ACTION", True),
    }


def test_sealed_columns_are_told_from_plain_ones():
    sealings = {column.name: column.sealing for column in read_table(Person).columns}
    assert sealings["email_encrypted"] == "encrypted"
    assert sealings["email_bidx"] == "keyed hash of email_encrypted"


def test_only_tables_with_a_schema_are_read():
    schemas = read_schemas(Floors([["engine_app"]]).models())
    assert {schema: [table.name for table in tables] for schema, tables in schemas.items()} == {
        "engine_depot": ["items", "items_labels", "kinds"],
        "engine_shop": ["items", "items_labels", "labels"],
    }


@pytest.mark.parametrize("model", HOUSE.models(), ids=lambda model: model._meta.label)
def test_every_column_of_the_house_is_read_in_full(model):
    """P-2: a class for each; a type and a default that a reader understands."""
    table = read_table(model)
    assert len(table.columns) == len(model._meta.local_concrete_fields)
    assert {column.privacy for column in table.columns} <= {"public", "personal", "secret"}
    assert not [c.name for c in table.columns if "%s" in c.default or '"' in c.default or not c.type]
    assert not [rule for rule in (*table.indexes, *table.constraints) if "%s" in rule.definition]


def test_no_app_of_the_tests_is_documented():
    labels = {model._meta.app_label for model in HOUSE.models()}
    assert labels <= set(HOUSE.all)
    assert apps.is_installed("tests.engine_app")

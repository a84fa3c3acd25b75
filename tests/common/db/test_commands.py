"""Commands on tables in schemas: flush, sequences, dumpdata and loaddata, migrate to zero and back."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

from tests.common.db import catalogue
from tests.engine_app.models import DepotItem, Kind, Label, ShopItem


def fill() -> ShopItem:
    kind = Kind.objects.create(name="a")
    item = ShopItem.objects.create(
        depot_item=DepotItem.objects.create(kind=kind, code="d"), kind=kind, code="s"
    )
    label = Label.objects.create(text="l")
    item.labels.add(label)
    item.depot_item.labels.add(label)
    return item


def counts() -> list[int]:
    models = (Kind, DepotItem, DepotItem.labels.through, ShopItem, ShopItem.labels.through, Label)
    return [model._base_manager.count() for model in models]


class TestIsolation(TransactionTestCase):
    """Two tests that would see each other's rows if flush did not empty the tables."""

    reset_sequences = True

    def leave_rows(self) -> None:
        assert counts() == [0] * 6
        assert fill().pk == 1

    def test_one(self) -> None:
        self.leave_rows()

    def test_other(self) -> None:
        self.leave_rows()


@pytest.mark.django_db(transaction=True)
def test_flush_names_every_table_in_one_statement() -> None:
    fill()
    call_command("flush", interactive=False, verbosity=0)
    assert counts() == [0] * 6
    statements = connection.ops.sql_flush(
        no_style(), connection.introspection.django_table_names(only_existing=True)
    )
    assert len(statements) == 1
    assert '"engine_depot"."items_labels"' in statements[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("search_path")
class TestSequences:
    def test_reset_of_models(self) -> None:
        through = ShopItem.labels.through
        statements = connection.ops.sequence_reset_sql(no_style(), [DepotItem, ShopItem, through])
        Kind.objects.create(pk=7, name="a")
        DepotItem.objects.create(pk=70, kind_id=7, code="d")
        ShopItem.objects.create(pk=700, depot_item_id=70, code="s")
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        assert DepotItem.objects.create(kind_id=7, code="e", amount=1).pk == 71
        assert ShopItem.objects.create(depot_item_id=70, code="t").pk == 701
        assert len(statements) == 3

    def test_reset_by_name(self) -> None:
        Label.objects.create(text="l")
        with connection.cursor() as cursor:
            sequences = connection.introspection.get_sequences(cursor, Label._meta.db_table)
            for statement in connection.ops.sequence_reset_by_name_sql(no_style(), sequences):
                cursor.execute(statement)
        Label.objects.all().delete()
        assert Label.objects.create(text="m").pk == 1

    def test_command(self) -> None:
        out = StringIO()
        call_command("sqlsequencereset", "engine_app", stdout=out, no_color=True)
        Label.objects.create(pk=50, text="l")
        with connection.cursor() as cursor:
            cursor.execute(next(line for line in out.getvalue().splitlines() if '"labels"' in line))
        assert Label.objects.create(text="m").pk == 51


@pytest.mark.django_db
def test_dumpdata_and_loaddata(tmp_path: Path) -> None:
    fill()
    dump = tmp_path / "dump.json"
    call_command(
        "dumpdata",
        "engine_app.kind",
        "engine_app.depotitem",
        "engine_app.shopitem",
        "engine_app.label",
        output=dump,
    )
    assert len(json.loads(dump.read_text())) == 4
    DepotItem.objects.all().delete()
    Kind.objects.all().delete()
    Label.objects.all().delete()
    assert counts() == [0] * 6
    call_command("loaddata", dump, verbosity=0)
    assert counts() == [1] * 6
    assert ShopItem.objects.get().labels.get().text == "l"
    loaded = ShopItem.objects.get()
    assert ShopItem.objects.create(depot_item=loaded.depot_item, code="t").pk == loaded.pk + 1


@pytest.mark.django_db(transaction=True)
def test_migrate_to_zero_leaves_nothing_and_forward_again_everything() -> None:
    everything = (
        "SELECT n.nspname || ' ' || c.relname || ' ' || c.relkind::text FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname LIKE 'engine%%' OR c.relname LIKE 'engine%%' "
        "UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'engine%%' "
        "UNION ALL SELECT proname FROM pg_proc "
        "JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname LIKE 'engine%%' "
        "UNION ALL SELECT conname || pg_get_constraintdef(c.oid) FROM pg_constraint c "
        "JOIN pg_namespace n ON n.oid = connamespace WHERE nspname LIKE 'engine%%' ORDER BY 1"
    )
    before = catalogue.rows(everything)
    try:
        call_command("migrate", "engine_app", "zero", verbosity=0)
        assert catalogue.rows(everything) == []
    finally:
        call_command("migrate", "engine_app", verbosity=0)
    assert catalogue.rows(everything) == before

"""Tables get other names and other schemas, past namesakes and under each search_path."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import AlterModelTable
from django.db.migrations.state import ModelState, ProjectState

from common.db import table
from tests.common.db import catalogue
from tests.common.db.made_models import DEPOT, SHOP, create, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_path")]


class TestTables:
    def move(self, old: str, new: str, **options: Any) -> None:
        """Run AlterModelTable on a model with an index, a key to itself and a many-to-many table."""
        state = ProjectState()
        state.add_model(
            ModelState(
                "engine_app",
                "Box",
                [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("code", models.CharField(max_length=10, unique=True)),
                    ("parent", models.ForeignKey("engine_app.Box", models.SET_NULL, null=True)),
                    ("mates", models.ManyToManyField("engine_app.Box")),
                ],
                {"db_table": old, "indexes": [models.Index(fields=["code", "id"], name="ix_box")]},
            )
        )
        with connection.schema_editor() as editor:
            editor.create_model(state.apps.get_model("engine_app", "Box"))
        target = state.clone()
        operation = AlterModelTable("Box", new)
        operation.state_forwards("engine_app", target)
        with connection.schema_editor() as editor:
            operation.database_forwards("engine_app", editor, state, target)
        moved = target.apps.get_model("engine_app", "Box")
        first = moved.objects.create(code="a")
        second = moved.objects.create(code="b", parent=first)
        second.mates.add(first)
        assert list(moved.objects.order_by("pk").values_list("code", "parent__code", "mates__code")) == [
            ("a", None, None),
            ("b", "a", "a"),
        ]
        with connection.schema_editor() as editor:
            operation.database_backwards("engine_app", editor, target, state)
        assert state.apps.get_model("engine_app", "Box").objects.count() == 2

    def test_rename_within_the_schema(self) -> None:
        create(make(SHOP, "crates"))
        self.move(table(DEPOT, "crates"), table(DEPOT, "boxes"))
        assert [name for name in catalogue.tables(DEPOT) if "crates" in name or "boxes" in name] == [
            "engine_depot.crates",
            "engine_depot.crates_mates",
        ]

    def test_move_to_another_schema(self) -> None:
        self.move(table(DEPOT, "crates"), table(SHOP, "crates"))

    def test_move_and_rename_past_namesakes(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute('CREATE TABLE "engine_shop"."crates" (); CREATE TABLE "engine_depot"."boxes" ()')
        self.move(table(DEPOT, "crates"), table(SHOP, "boxes"))

    def test_the_same_name_in_another_spelling_is_no_change(self) -> None:
        model = make(DEPOT)
        create(model)
        with connection.schema_editor(collect_sql=True) as editor:
            editor.alter_db_table(model, '"engine_depot"."boxes"', 'engine_depot"."boxes')
        assert editor.collected_sql == []

    def test_statements_that_wait_follow_the_table(self) -> None:
        model = make(DEPOT, code=models.IntegerField(db_index=True))
        moved = make(SHOP, "crates", code=models.IntegerField(db_index=True))
        with connection.schema_editor() as editor:
            editor.create_model(model)
            editor.alter_db_table(moved, model._meta.db_table, moved._meta.db_table)
        assert len(catalogue.indexes(SHOP, "crates")) == 2


def test_table_without_schema_moves_in_and_out(db: None) -> None:
    """A bare name means the first schema of the search_path."""
    model = make(DEPOT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = engine_shop, public")
    create(model)
    with connection.schema_editor() as editor:
        editor.alter_db_table(model, table(DEPOT, "boxes"), "cra'tes")
    assert "engine_shop.cra'tes" in catalogue.tables(SHOP)
    with connection.schema_editor() as editor:
        editor.alter_db_table(model, "cra'tes", table(DEPOT, "boxes"))
    assert "engine_depot.boxes" in catalogue.tables(DEPOT)

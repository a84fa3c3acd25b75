"""DDL on two tables of one name in two schemas, under each search_path; the namesake is never touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection, models
from django.db.migrations import AlterField
from django.db.migrations.state import ModelState, ProjectState

from common.db import table
from tests.common.db import catalogue
from tests.common.db.made_models import DEPOT, SHOP, alter, create, field_of, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_path")]


class TestIndexes:
    INDEX = models.Index(fields=["size"], name="ix_boxes_size")

    @pytest.fixture
    def boxes(self) -> type[models.Model]:
        """Two tables of one name, each with an index of one name."""
        made = [
            make(schema, size=models.IntegerField(), meta={"indexes": [self.INDEX]})
            for schema in (SHOP, DEPOT)
        ]
        create(*made)
        return made[1]

    def test_remove(self, boxes: type[models.Model]) -> None:
        with connection.schema_editor() as editor:
            editor.remove_index(boxes, self.INDEX)
        assert catalogue.indexes(DEPOT, "boxes") == ["boxes_pkey"]
        assert catalogue.indexes(SHOP, "boxes") == ["boxes_pkey", "ix_boxes_size"]

    def test_rename(self, boxes: type[models.Model]) -> None:
        with connection.schema_editor() as editor:
            editor.rename_index(boxes, self.INDEX, models.Index(fields=["size"], name="ix_boxes_new"))
        assert catalogue.indexes(DEPOT, "boxes") == ["boxes_pkey", "ix_boxes_new"]
        assert catalogue.indexes(SHOP, "boxes") == ["boxes_pkey", "ix_boxes_size"]

    def test_removing_one_forgets_the_statement_that_would_create_it(self) -> None:
        model = make(DEPOT, size=models.IntegerField(), meta={"indexes": [self.INDEX]})
        with connection.schema_editor() as editor:
            editor.create_model(model)
            editor.remove_index(model, self.INDEX)
        assert catalogue.indexes(DEPOT, "boxes") == ["boxes_pkey"]


class TestConstraints:
    @pytest.mark.parametrize(
        "constraint",
        [
            models.UniqueConstraint(fields=["size"], name="uq_boxes"),
            models.UniqueConstraint(fields=["size"], condition=models.Q(size__gt=0), name="uq_boxes"),
            models.UniqueConstraint(fields=["size"], include=["id"], name="uq_boxes"),
            models.UniqueConstraint(fields=["size"], nulls_distinct=False, name="uq_boxes"),
            models.UniqueConstraint(models.F("size") % 10, name="uq_boxes"),
            models.UniqueConstraint(fields=["size"], deferrable=models.Deferrable.DEFERRED, name="uq_boxes"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="uq_boxes"),
        ],
        ids=["plain", "partial", "covering", "nulls", "functional", "deferrable", "check"],
    )
    def test_add_and_remove(self, constraint: models.BaseConstraint) -> None:
        boxes, namesake = (
            make(schema, size=models.IntegerField(null=True), meta={"constraints": [constraint]})
            for schema in (DEPOT, SHOP)
        )
        create(boxes, namesake)
        before = connection.introspection
        with connection.cursor() as cursor:
            assert "uq_boxes" in before.get_constraints(cursor, boxes._meta.db_table)
        with connection.schema_editor() as editor:
            editor.remove_constraint(boxes, constraint)
        with connection.cursor() as cursor:
            assert set(before.get_constraints(cursor, boxes._meta.db_table)) == {"boxes_pkey"}
            assert set(before.get_constraints(cursor, namesake._meta.db_table)) == {"boxes_pkey", "uq_boxes"}
        with connection.schema_editor() as editor:
            editor.add_constraint(boxes, constraint)
        with connection.cursor() as cursor:
            assert set(before.get_constraints(cursor, boxes._meta.db_table)) == {"boxes_pkey", "uq_boxes"}

    def test_unique_together(self) -> None:
        boxes, namesake = (
            make(
                schema,
                size=models.IntegerField(),
                color=models.IntegerField(),
                meta={"unique_together": {("size", "color")}},
            )
            for schema in (DEPOT, SHOP)
        )
        create(boxes, namesake)
        with connection.schema_editor() as editor:
            editor.alter_unique_together(boxes, {("size", "color")}, set())
        assert catalogue.constraints(DEPOT, "boxes", "u") == []
        assert len(catalogue.constraints(SHOP, "boxes", "u")) == 1


class TestAlterField:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ({"unique": True}, {}),
            ({"db_index": True}, {}),
            ({"unique": True}, {"db_index": True}),
            ({"db_index": True}, {"unique": True}),
        ],
        ids=["unique-none", "index-none", "unique-index", "index-unique"],
    )
    def test_unique_and_index(self, old: dict[str, bool], new: dict[str, bool]) -> None:
        def char(options: dict[str, bool]) -> models.Field[Any, Any]:
            return models.CharField(max_length=20, **options)

        before, namesake, after = (
            make(DEPOT, code=char(old)),
            make(SHOP, code=char(old)),
            make(DEPOT, code=char(new)),
        )
        create(before, namesake)
        untouched = catalogue.indexes(SHOP, "boxes")
        alter(before, after, "code")

        create(make(DEPOT, "model_of_it", code=char(new)))
        expected = [
            definition(DEPOT, name, "model_of_it") for name in catalogue.indexes(DEPOT, "model_of_it")
        ]
        assert [definition(DEPOT, name, "boxes") for name in catalogue.indexes(DEPOT, "boxes")] == expected
        assert catalogue.indexes(SHOP, "boxes") == untouched

    def test_add_type_null_default_and_rename(self) -> None:
        before = make(DEPOT)
        create(before, make(SHOP))
        with connection.schema_editor() as editor:
            editor.add_field(
                before, field_of(models.CharField(max_length=10, default="x", db_comment="c"), "size", before)
            )
        with connection.cursor() as cursor:
            cursor.execute('INSERT INTO "engine_depot"."boxes" ("size") VALUES (\'7\')')
        text = make(DEPOT, size=models.CharField(max_length=10))
        number = make(DEPOT, size=models.PositiveIntegerField(null=True, db_default=3))
        alter(text, number, "size")
        assert catalogue.columns(DEPOT, "boxes") == {"id": "bigint", "size": "integer"}
        assert catalogue.constraints(DEPOT, "boxes", "c") == ["boxes_size_7f4ebdbd_check"]
        with connection.schema_editor() as editor:
            renamed = make(DEPOT, weight=models.PositiveIntegerField(null=True, db_default=3))
            editor.alter_field(
                number, number._meta.get_field("size"), renamed._meta.get_field("weight"), strict=True
            )
        assert catalogue.columns(DEPOT, "boxes") == {"id": "bigint", "weight": "integer"}
        assert catalogue.rows('SELECT weight FROM "engine_depot"."boxes"') == [7]
        alter(renamed, make(DEPOT, weight=models.IntegerField(default=1)), "weight")
        assert catalogue.constraints(DEPOT, "boxes", "c") == []
        with connection.schema_editor() as editor:
            editor.remove_field(renamed, renamed._meta.get_field("weight"))
        assert catalogue.columns(DEPOT, "boxes") == {"id": "bigint"}
        assert catalogue.columns(SHOP, "boxes") == {"id": "bigint"}

    def test_identity_column_grows_with_its_sequence(self) -> None:
        small = make(DEPOT, id=models.SmallAutoField(primary_key=True))
        create(small, make(SHOP, id=models.SmallAutoField(primary_key=True)))
        alter(small, make(DEPOT, id=models.BigAutoField(primary_key=True)), "id")
        sequences = (
            "SELECT schemaname::text, data_type::text FROM pg_sequences "
            "WHERE sequencename = 'boxes_id_seq' ORDER BY 1"
        )
        assert catalogue.rows(sequences) == [(DEPOT, "bigint"), (SHOP, "smallint")]
        alter(make(DEPOT), make(DEPOT, id=models.BigIntegerField(primary_key=True)), "id")
        assert catalogue.rows(sequences) == [(SHOP, "smallint")]
        alter(make(DEPOT, id=models.BigIntegerField(primary_key=True)), make(DEPOT), "id")
        assert catalogue.rows(sequences) == [(DEPOT, "bigint"), (SHOP, "smallint")]

    def test_serial_column_of_old_tables_loses_its_own_sequence(self) -> None:
        with connection.cursor() as cursor:
            for schema in (DEPOT, SHOP):
                cursor.execute(f'CREATE TABLE "{schema}"."boxes" (id bigserial PRIMARY KEY)')
        alter(make(DEPOT), make(DEPOT, id=models.BigIntegerField(primary_key=True)), "id")
        left = "SELECT schemaname::text FROM pg_sequences WHERE sequencename = 'boxes_id_seq'"
        assert catalogue.rows(left) == [SHOP]


def definition(schema: str, name: str, table_name: str) -> str:
    """Return an index as SQL without the names, which differ between two tables."""
    return catalogue.index_definition(schema, name).split(" ON ")[1].replace(table_name, "")


class TestKeys:
    def models_with(
        self, registry: Apps | None = None, **options: Any
    ) -> tuple[type[models.Model], type[models.Model]]:
        registry = registry or Apps()
        target = make(SHOP, "targets", registry=registry)
        options.setdefault("on_delete", models.CASCADE)
        holder = make(DEPOT, registry=registry, target=models.ForeignKey(target, **options))
        return target, holder

    def test_drop_of_the_column(self) -> None:
        target, holder = self.models_with()
        registry = Apps()
        other_target = make(DEPOT, "targets", registry=registry)
        namesake = make(SHOP, registry=registry, target=models.ForeignKey(other_target, models.CASCADE))
        create(target, holder, other_target, namesake)
        with connection.schema_editor() as editor:
            editor.remove_field(holder, holder._meta.get_field("target"))
        assert catalogue.foreign_keys(DEPOT, "boxes") == {}
        assert catalogue.foreign_keys(SHOP, "boxes") == {
            "target_id": ("engine_depot.targets", "CASCADE", True)
        }

    @pytest.mark.parametrize(
        ("on_delete", "options", "action"),
        [
            (models.CASCADE, {}, "CASCADE"),
            (models.PROTECT, {}, "RESTRICT"),
            (models.RESTRICT, {}, "RESTRICT"),
            (models.SET_NULL, {"null": True}, "SET NULL"),
            (models.SET_DEFAULT, {"default": 1, "db_default": 1}, "SET DEFAULT"),
            (models.SET_DEFAULT, {"default": 1}, "NO ACTION"),
            (models.SET(1), {}, "NO ACTION"),
            (models.DO_NOTHING, {}, "NO ACTION"),
        ],
    )
    def test_action_of_create_add_and_alter(
        self, on_delete: Any, options: dict[str, Any], action: str
    ) -> None:
        expected = {"target_id": ("engine_shop.targets", action, True)}
        target, holder = self.models_with(on_delete=on_delete, **options)
        create(target, holder)
        assert catalogue.foreign_keys(DEPOT, "boxes") == expected
        with connection.schema_editor() as editor:
            editor.remove_field(holder, holder._meta.get_field("target"))
            editor.add_field(holder, holder._meta.get_field("target"))
        assert catalogue.foreign_keys(DEPOT, "boxes") == expected

        other = models.CASCADE if on_delete is not models.CASCADE else models.DO_NOTHING
        _, altered = self.models_with(on_delete=other, **options)
        alter(holder, altered, "target")
        assert catalogue.foreign_keys(DEPOT, "boxes") != expected
        alter(altered, holder, "target")
        assert catalogue.foreign_keys(DEPOT, "boxes") == expected

    def test_key_without_constraint_has_none(self) -> None:
        target, holder = self.models_with(db_constraint=False)
        create(target, holder)
        _, other = self.models_with(db_constraint=False, on_delete=models.PROTECT)
        alter(holder, other, "target")
        assert catalogue.foreign_keys(DEPOT, "boxes") == {}

    def test_target_changes_its_type(self) -> None:
        state = ProjectState()
        state.add_model(
            ModelState(
                "engine_app",
                "Target",
                [("id", models.AutoField(primary_key=True))],
                {"db_table": table(SHOP, "boxes")},
            )
        )
        key = models.ForeignKey("engine_app.Target", models.PROTECT)
        state.add_model(
            ModelState(
                "engine_app",
                "Box",
                [("id", models.AutoField(primary_key=True)), ("target", key)],
                {"db_table": table(DEPOT, "boxes")},
            )
        )
        create(state.apps.get_model("engine_app", "Target"), state.apps.get_model("engine_app", "Box"))
        operation = AlterField("Target", "id", models.BigAutoField(primary_key=True))
        target = state.clone()
        operation.state_forwards("engine_app", target)
        with connection.schema_editor() as editor:
            operation.database_forwards("engine_app", editor, state, target)
        assert catalogue.columns(DEPOT, "boxes") == {"id": "integer", "target_id": "bigint"}
        assert catalogue.foreign_keys(DEPOT, "boxes") == {
            "target_id": ("engine_shop.boxes", "RESTRICT", True)
        }

    def test_many_to_many_lives_beside_its_model(self) -> None:
        registry = Apps()
        target = make(SHOP, "targets", registry=registry)
        holder = make(DEPOT, registry=registry, targets=models.ManyToManyField(target))
        create(target, holder)
        keys = catalogue.foreign_keys(DEPOT, "boxes_targets")
        assert keys == {
            "enginedepotboxes_id": ("engine_depot.boxes", "CASCADE", True),
            "engineshoptargets_id": ("engine_shop.targets", "CASCADE", True),
        }
        with connection.schema_editor() as editor:
            editor.delete_model(holder)
        assert "engine_depot.boxes_targets" not in catalogue.tables(DEPOT)


def test_comments_defaults_and_generated_columns() -> None:
    commented = make(
        DEPOT,
        size=models.IntegerField(db_default=2, db_comment="in cm"),
        area=models.GeneratedField(
            expression=models.F("size") * models.F("size"),
            output_field=models.IntegerField(),
            db_persist=True,
        ),
        meta={"db_table_comment": "boxes"},
    )
    create(commented, make(SHOP))
    with connection.cursor() as cursor:
        cursor.execute('INSERT INTO "engine_depot"."boxes" DEFAULT VALUES RETURNING size, area')
        assert cursor.fetchone() == (2, 4)
    with connection.schema_editor() as editor:
        editor.alter_db_table_comment(commented, "boxes", "crates")
        editor.remove_field(commented, commented._meta.get_field("area"))
    alter(commented, make(DEPOT, size=models.IntegerField(db_default=5, db_comment="in mm")), "size")
    comments = (
        "SELECT obj_description(oid, 'pg_class'), col_description(oid, 1) FROM pg_class "
        "WHERE relname = 'boxes' ORDER BY relnamespace::regnamespace::text"
    )
    assert catalogue.rows(comments) == [("crates", "in mm"), (None, None)]

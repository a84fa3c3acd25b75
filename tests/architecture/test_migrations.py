"""The migrations of the house as a whole: named, linear, reversible, floor by floor."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from common.db.folding import fold
from common.db.operations import CreateSchema
from tests.architecture.house import APPS, HOUSE, house_models
from tests.architecture.test_models import SCHEMAS
from tests.round_trips import objects_of

APPS_WITH_TABLES = [app for app in APPS if any(model._meta.app_label == app for model in house_models())]
each_app = pytest.mark.parametrize("app", APPS_WITH_TABLES)


@pytest.fixture(scope="module")
def migrations():
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations


@each_app
def test_migrations_of_an_app_are_named_and_stand_in_one_line(migrations, app):
    names = sorted(name for label, name in migrations if label == app)
    assert names[0] == "0001_initial"
    assert [name for name in names if "_auto_" in name] == []
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for before, name in zip([None, *names], names, strict=False):
        parents = {parent for label, parent in migrations[app, name].dependencies if label == app}
        assert parents == ({before} if before else set())


@each_app
def test_the_first_migration_begins_with_the_schema_and_makes_whole_tables(migrations, app):
    first = migrations[app, "0001_initial"].operations
    assert isinstance(first[0], CreateSchema)
    for (label, name), migration in migrations.items():
        if label == app:
            assert len(fold(migration.operations)) == len(migration.operations), name
            assert [operation for operation in migration.operations if not operation.reversible] == []


@pytest.mark.django_db
def test_no_model_waits_for_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_house_comes_down_floor_by_floor_and_stands_again_as_it_was():
    whole, gone = state_of_the_house(), []

    def look(action, migration=None, fake=False):
        if (
            action == "unapply_success"
            and migration.name == "0001_initial"
            and migration.app_label in SCHEMAS
        ):
            assert objects_of(SCHEMAS[migration.app_label]) == []
            gone.append(migration.app_label)

    executor = MigrationExecutor(connection, look)
    executor.migrate([(app, None) for app in reversed(APPS_WITH_TABLES)])
    assert sorted(gone) == sorted(APPS_WITH_TABLES)
    assert [HOUSE.floor_of(app) for app in gone] == sorted(map(HOUSE.floor_of, gone), reverse=True)
    executor.loader.build_graph()
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert state_of_the_house() == whole


def state_of_the_house():
    found = {schema: objects_of(schema) for schema in ("public", *SCHEMAS.values())}
    assert all("schema" in objects for objects in found.values())
    return found

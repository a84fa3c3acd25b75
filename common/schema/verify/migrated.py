"""What only migrations say: schemas, triggers, functions, sequences, unlogged tables; what is not applied."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunSQL, SeparateDatabaseAndState
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from common.db import names
from common.db.operations import CreateSchema, DatabaseOperation
from common.schema.verify.findings import Finding

Changes = dict[str, list[Migration]]

_START = r"^(\s|--[^\n]*\n|/\*.*?\*/)*"
SEQUENCES = re.compile(_START + r"CREATE\s+SEQUENCE\b", re.IGNORECASE | re.DOTALL)
OBJECTS = re.compile(
    _START
    + r"((CREATE|ALTER|DROP|COMMENT\s+ON)\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?"
    + r"(SEQUENCE|FUNCTION|PROCEDURE|TRIGGER|RULE)\b"
    + r"|ALTER\s+TABLE\s+\S+\s+(SET\s+(\(|LOGGED|UNLOGGED)|RESET\s*\(|ENABLE\b|DISABLE\b))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class OwnSQL:
    """The statements of migrations about what models cannot say, in their order, with their app."""

    schemas: dict[str, str] = field(default_factory=dict)
    before: list[tuple[str, str]] = field(default_factory=list)
    """Sequences, which defaults of columns may name."""
    after: list[tuple[str, str]] = field(default_factory=list)
    """What needs the tables."""


def own_sql(loader: MigrationLoader, editor: BaseDatabaseSchemaEditor, tables: Iterable[str]) -> OwnSQL:
    """Gather them from the apps that make schemas; operations on tables that the models lack are left out."""
    known = {names.canonical(table) for table in tables}
    every = list(operations(loader))
    found = OwnSQL(
        schemas={operation.name: app for app, operation in every if isinstance(operation, CreateSchema)}
    )
    ours = set(found.schemas.values())
    for app, operation in every:
        if app not in ours or isinstance(operation, CreateSchema):
            continue
        table = getattr(operation, "table", None)
        if isinstance(operation, DatabaseOperation) and table is not None:
            if names.canonical(table) in known:
                found.after += [(app, statement) for statement in forward(operation, app, editor)]
            continue
        for statement in forward(operation, app, editor):
            if SEQUENCES.match(statement) and "OWNED BY" not in statement.upper():
                found.before.append((app, statement))
            elif OBJECTS.match(statement):
                found.after.append((app, statement))
    return found


def operations(loader: MigrationLoader) -> Iterator[tuple[str, Operation]]:
    """Yield the operations of all migrations that may say such things, in the order of migration."""
    seen = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for node in loader.graph.forwards_plan(leaf):
            if node not in seen:
                seen.add(node)
                for operation in unwrapped(loader.graph.nodes[node].operations):
                    yield node[0], operation


def unwrapped(found: Iterable[Operation]) -> Iterator[Operation]:
    for operation in found:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from unwrapped(operation.database_operations)
        elif isinstance(operation, DatabaseOperation | RunSQL):
            yield operation


def forward(operation: Operation, app: str, editor: BaseDatabaseSchemaEditor) -> list[str]:
    """Return the statements of an operation without running them."""
    start = len(editor.collected_sql)
    state = ProjectState()
    operation.database_forwards(app, editor, state, state)
    statements = [str(statement) for statement in editor.collected_sql[start:]]
    del editor.collected_sql[start:]
    return statements


def changes(loader: MigrationLoader) -> Changes:
    """Return the migrations that `makemigrations` would write, by app."""
    found: Changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        graph=loader.graph
    )
    return found


def change_findings(loader: MigrationLoader, missing: Changes) -> Iterator[Finding]:
    """Yield a finding for each change of a model that no migration carries, and for forked histories."""
    for app, leaves in sorted(loader.detect_conflicts().items()):
        yield Finding(
            truth="migrations",
            kind="migration conflict",
            table=app,
            name=", ".join(sorted(leaves)),
            expected="one last migration",
            found=f"{len(leaves)} of them",
            run=(f"manage.py makemigrations --merge {app}",),
        )
    for app, written in sorted(missing.items()):
        for operation in (operation for migration in written for operation in migration.operations):
            yield Finding(
                truth="migrations",
                kind="model without migration",
                table=table_of(app, operation),
                name=operation.migration_name_fragment or operation.__class__.__name__,
                expected=operation.describe(),
                found="no migration does it",
                run=(f"manage.py makemigrations {app}", f"manage.py migrate {app}"),
            )


def table_of(app: str, operation: Operation) -> str:
    """Return the table an operation is about, as far as the models know it; else its app."""
    label = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    model = apps.all_models[app].get(str(label).lower())
    return app if model is None else shown(model._meta.db_table)


def shown(db_table: str) -> str:
    """Return a name of Django's as `schema.table`."""
    parsed = names.parse(db_table)
    return f"{parsed.schema or 'public'}.{parsed.name}"


def pending(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return the migrations that are not applied, in their order within each app."""
    return sorted(node for node in loader.graph.nodes if node not in loader.applied_migrations)


def application_findings(loader: MigrationLoader) -> Iterator[Finding]:
    """Yield a finding for each migration that is not applied, or that is applied and has no file."""
    for app, name in pending(loader):
        yield Finding(
            truth="migrations",
            kind="migration not applied",
            table=app,
            name=name,
            expected="applied",
            found="not applied",
            run=(f"manage.py migrate {app}",),
        )
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    for app, name in sorted(set(loader.applied_migrations) - set(loader.disk_migrations) - replaced):
        if app in loader.migrated_apps:
            yield Finding(
                truth="migrations",
                kind="migration without file",
                table=app,
                name=name,
                expected="a file",
                found="applied, and no file of that name",
                run=(f"restore {app}/migrations/{name}.py, or migrate back with the release that has it",),
            )


def load(connection: BaseDatabaseWrapper | None) -> MigrationLoader:
    """Return the migrations; without a connection none counts as applied and no database is touched."""
    return MigrationLoader(connection)

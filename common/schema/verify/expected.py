"""The catalogue that models and migrations ask for, made by PostgreSQL itself and rolled back.

Django's schema editor and the operations of the migrations yield the statements. They run with every schema
under a name of this run, are read back by the queries that read the live catalogue, and vanish with their
savepoint: what is compared has been parsed by the same server on both sides. No live table is locked.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import DatabaseError, models, transaction
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string
from psycopg.sql import quote

from common.db.errors import first_line
from common.db.postgresql.schema import DatabaseSchemaEditor
from common.exceptions import DomainError
from common.schema.verify import migrated
from common.schema.verify.catalogue import Catalogue
from common.schema.verify.reader import MADE_UP, read

PUBLIC = "public"
POSTGRESQL_15 = 150000
_DIGEST = 16


class ScriptEditor(DatabaseSchemaEditor):
    """Collects statements without a connection; makes the tables of many-to-many fields as migrations do."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        # Django has a cursor put the values in, which would connect.
        text = str(sql) if params is None else str(sql) % tuple(map(quote, params))
        self.collected_sql.append(text if text.rstrip().endswith(";") else f"{text};")

    def column_sql(self, model: type[models.Model], field: Any, include_default: bool = False) -> Any:
        # An app's default_auto_field is unknown to migrations: these keys are of the project's kind there.
        if model._meta.auto_created and field.primary_key:
            key: models.AutoField[int, int] = import_string(settings.DEFAULT_AUTO_FIELD)(primary_key=True)
            key.set_attributes_from_name(field.name)
            key.model = model
            field = key
        return super().column_sql(model, field, include_default)


class SchemaNotMade(DomainError):
    """The tables of the models cannot be made, so nothing can be compared."""

    code = "schema_not_made"
    status = 500
    title = "The tables of the models cannot be made"


@dataclass(frozen=True, slots=True)
class Script:
    """The statements that make the whole house on an empty database."""

    before: list[tuple[str, str]]
    tables: list[tuple[str, str]]
    """Each with its table as `schema.table`."""
    after: list[tuple[str, str]]
    schemas: dict[str, str]
    """The schemas that migrations create, each with its app."""
    owners: dict[str, str]
    """The app of each table."""
    unmanaged: frozenset[str]
    """Tables of models that Django does not manage: nobody here knows how they should be."""

    def statements(self) -> Iterator[str]:
        for part in (self.before, self.tables, self.after):
            yield from (statement for _owner, statement in part)

    def digests(self) -> dict[str, str]:
        """Return a short hash of the statements of each table, and of each app's own ones as `app:`."""
        grouped: dict[str, list[str]] = {}
        for table, statement in self.tables:
            grouped.setdefault(table, []).append(statement)
        for app, statement in (*self.before, *self.after):
            grouped.setdefault(f"{app}:", []).append(statement)
        return {
            name: sha256("\n".join(statements).encode()).hexdigest()[:_DIGEST]
            for name, statements in sorted(grouped.items())
        }


def script(loader: MigrationLoader) -> Script:
    """Return the statements for all models and migrations; needs no database."""
    managed, unmanaged = house_models()
    offline = default_connection.copy()
    # The statements are those for the oldest server the house runs on, whichever is there, if any.
    offline.__dict__["pg_version"] = POSTGRESQL_15
    tables: list[tuple[str, str]] = []
    owners = {migrated.shown(model._meta.db_table): model._meta.app_label for model in managed}
    with ScriptEditor(offline, collect_sql=True, atomic=False) as editor:
        for model in managed:
            if not model._meta.auto_created:
                tables += statements_of(model, editor)
        own = migrated.own_sql(loader, editor, [model._meta.db_table for model in managed])
    return Script(
        before=own.before,
        # Foreign keys and indexes come when every table stands.
        tables=sorted(tables, key=lambda part: not part[1].startswith("CREATE TABLE")),
        after=own.after,
        schemas=own.schemas,
        owners=owners,
        unmanaged=frozenset(unmanaged),
    )


def statements_of(model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[tuple[str, str]]:
    """Yield the statements that make a model's table, each with its table."""
    table = migrated.shown(model._meta.db_table)
    start = len(editor.collected_sql)
    editor.create_model(model)
    deferred, editor.deferred_sql = editor.deferred_sql, []
    yield from ((table, str(statement)) for statement in editor.collected_sql[start:])
    yield from ((table, f"{statement};") for statement in deferred)


def house_models() -> tuple[list[type[models.Model]], list[str]]:
    """Return all models with a table of Django's making, and the tables of the others and of caches."""
    everything: list[type[models.Model]] = [
        *apps.get_models(include_auto_created=True),
        MigrationRecorder.Migration,
    ]
    real = [model for model in everything if not model._meta.proxy and not model._meta.swapped]
    managed = [model for model in real if model._meta.managed]
    unmanaged = [model._meta.db_table for model in real if not model._meta.managed]
    stored = [cache for cache in caches.all() if isinstance(cache, BaseDatabaseCache)]
    kept = [cache.cache_model_class._meta.db_table for cache in stored]
    return managed, [migrated.shown(table) for table in (*unmanaged, *kept)]


def realise(connection: BaseDatabaseWrapper, wanted: Script) -> Catalogue:
    """Make everything, read it, and leave nothing behind."""
    with made_up(connection) as prefix:
        schemas = {PUBLIC, *wanted.schemas, *map(schema_of_table, wanted.owners)}
        run(connection, prefix, schemas, renamed(wanted.statements(), prefix, schemas))
        return read(connection, f"^{prefix}", prefix=prefix)


def schema_of_table(table: str) -> str:
    return table.partition(".")[0]


@contextmanager
def made_up(connection: BaseDatabaseWrapper, mark: str = "") -> Iterator[str]:
    """Yield a prefix for schemas of this session's own; whatever happens under it is rolled back."""
    with transaction.atomic(using=connection.alias):
        connection.ensure_connection()
        yield f"{MADE_UP}{connection.connection.info.backend_pid}_{mark}"
        transaction.set_rollback(True, using=connection.alias)


def renamed(statements: Iterable[str], prefix: str, schemas: Iterable[str]) -> list[str]:
    """Return statements with a prefix before the schemas they name, quoted or not."""
    names_ = "|".join(map(re.escape, sorted(schemas)))
    named = re.compile(rf"""(?<![\w."])("?)({names_})\1\.(?=["\w])""")
    return [named.sub(rf"\1{prefix}\2\1.", statement) for statement in statements]


def run(
    connection: BaseDatabaseWrapper, prefix: str, schemas: Iterable[str], statements: Iterable[str]
) -> None:
    """Make schemas under a prefix and run statements, all in one round trip."""
    every = [
        *(f"CREATE SCHEMA {prefix}{schema};" for schema in schemas),
        f"SET LOCAL search_path = {prefix}{PUBLIC};",
        "SET LOCAL check_function_bodies = off;",
        *statements,
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute("\n".join(every))
    except DatabaseError as error:
        raise SchemaNotMade(f"PostgreSQL cannot make what the models say: {first_line(error)}") from error

"""Migrations of one app, back to zero and forward again, inside of the test's transaction."""

from django.core.management import call_command

from tests.common.db import catalogue

OBJECTS = (
    "SELECT 'relation ' || c.relkind::text || ' ' || c.relname FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = %(schema)s "
    "UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c "
    "JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = %(schema)s "
    "UNION ALL SELECT 'function ' || proname FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = %(schema)s "
    "UNION ALL SELECT 'schema' FROM pg_namespace WHERE nspname = %(schema)s ORDER BY 1"
)


def objects_of(schema: str) -> list[str]:
    """Return everything that lives in a schema, and the schema itself."""
    return catalogue.rows(OBJECTS.replace("%(schema)s", "%s"), *[schema] * 4)


def assert_round_trip(app: str, schema: str) -> None:
    """Prove that an app's migrations leave nothing behind, and bring all of it again."""
    before = objects_of(schema)
    assert "schema" in before
    call_command("migrate", app, "zero", verbosity=0)
    assert objects_of(schema) == []
    call_command("migrate", app, verbosity=0)
    assert objects_of(schema) == before

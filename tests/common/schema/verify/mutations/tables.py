"""Schemas and whole tables."""

from tests.common.schema.verify.mutations.said import BOOKINGS, CHEFS, DEPOSITS, SYSTEM, Mutation, one

TABLES = {
    "table missing": Mutation(
        "DROP TABLE core.deposits",
        {("table missing", DEPOSITS, DEPOSITS)},
    ),
    "frozen table missing": Mutation(
        "DROP TABLE newsletter.consent_records CASCADE",
        {("table missing", "newsletter.consent_records", "newsletter.consent_records")},
    ),
    "table extra": one(
        "CREATE TABLE core.bookings_old (id uuid)", "table extra", "core.bookings_old", "core.bookings_old"
    ),
    "table extra in public": one(
        "CREATE TABLE public.notes (id int)", "table extra", "public.notes", "public.notes"
    ),
    "table in wrong schema": one(
        "ALTER TABLE core.bookings SET SCHEMA public", "table in wrong schema", BOOKINGS, BOOKINGS
    ),
    "table with sequence in wrong schema": one(
        "ALTER TABLE core.system_events SET SCHEMA lead", "table in wrong schema", SYSTEM, SYSTEM
    ),
    "table renamed": one("ALTER TABLE core.chefs RENAME TO cooks", "table name", CHEFS, CHEFS),
    "view extra": one(
        "CREATE VIEW core.live_bookings AS SELECT id FROM core.bookings",
        "table extra",
        "core.live_bookings",
        "core.live_bookings",
    ),
    "materialized view extra": one(
        "CREATE MATERIALIZED VIEW core.counted AS SELECT count(*) FROM core.chefs",
        "table extra",
        "core.counted",
        "core.counted",
    ),
    "view in place of a table": one(
        "DROP TABLE core.deposits; CREATE VIEW core.deposits AS SELECT 1 AS id",
        "table form",
        DEPOSITS,
        DEPOSITS,
    ),
    "table logged": one(
        "ALTER TABLE events.counters SET LOGGED", "table persistence", "events.counters", "events.counters"
    ),
    "table unlogged": one("ALTER TABLE core.deposits SET UNLOGGED", "table persistence", DEPOSITS, DEPOSITS),
    "table options": one(
        "ALTER TABLE core.bookings SET (fillfactor = 50)", "table options", BOOKINGS, BOOKINGS
    ),
    "row security": one(
        "ALTER TABLE core.bookings ENABLE ROW LEVEL SECURITY", "table row security", BOOKINGS, BOOKINGS
    ),
    "table comment": one("COMMENT ON TABLE core.bookings IS 'x'", "table comment", BOOKINGS, BOOKINGS),
    "table comment gone": one("COMMENT ON TABLE core.bookings IS NULL", "table comment", BOOKINGS, BOOKINGS),
    "schema extra": one("CREATE SCHEMA backup", "schema extra", "backup", "backup"),
    "schema missing": Mutation(
        "DROP SCHEMA support CASCADE",
        {
            ("schema missing", "support", "support"),
            ("table missing", "support.escalations", "support.escalations"),
            ("foreign key missing", "communications.call_recordings", "call_recordings_escalation_id_*"),
        },
    ),
}

"""Expressions are compared by what they say, not by how PostgreSQL happens to write them."""

from django.db import connection

from common.schema.verify import engine
from common.schema.verify.compare import compare
from common.schema.verify.expressions import settle
from common.schema.verify.reader import read
from tests.common.schema.verify.mutations.said import BOOKINGS

# What a restored dump holds: the constraint made from the words of the one that was dumped.
RESTORED = """
DO $$
DECLARE old record;
BEGIN
    FOR old IN SELECT conrelid::regclass AS tab, conname, pg_get_constraintdef(oid) AS words
               FROM pg_constraint
               WHERE contype = 'c' AND connamespace::regnamespace::text = 'core' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', old.tab, old.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', old.tab, old.conname, old.words);
    END LOOP;
    FOR old IN SELECT indexrelid::regclass AS ind, pg_get_indexdef(indexrelid) AS words FROM pg_index
               JOIN pg_class c ON c.oid = indexrelid
               WHERE indpred IS NOT NULL AND c.relnamespace::regnamespace::text = 'core' LOOP
        EXECUTE format('DROP INDEX %s', old.ind);
        EXECUTE old.words;
    END LOOP;
END $$
"""


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_restored_dump_has_no_finding(drift, wanted, expected):
    execute(RESTORED)
    by_words = compare(expected, engine.live(connection, wanted))
    assert len(by_words) > 40
    assert {finding.kind for finding in by_words} == {"check expression", "index predicate"}
    assert drift() == []


def test_one_changed_value_among_equals_is_found(drift):
    execute(RESTORED)
    execute("ALTER TABLE core.bookings DROP CONSTRAINT ck_core_bookings_booking_window")
    execute(
        "ALTER TABLE core.bookings ADD CONSTRAINT ck_core_bookings_booking_window "
        "CHECK (booking_window IN ('urgent', 'standard', 'advance', 'soon'))"
    )
    assert [(finding.kind, finding.table, finding.name) for finding in drift()] == [
        ("check expression", BOOKINGS, "ck_core_bookings_booking_window")
    ]


def test_what_cannot_be_read_on_the_live_table_is_different_and_spoils_nothing_else(drift):
    execute(RESTORED)
    execute("ALTER TABLE core.customers DROP CONSTRAINT ck_customers_bidx, DROP COLUMN erased_at")
    execute("ALTER TABLE core.customers ADD CONSTRAINT ck_customers_bidx CHECK (email_bidx IS NOT NULL)")
    assert [(finding.kind, finding.name) for finding in drift()] == [
        ("column missing", "erased_at"),
        ("check expression", "ck_customers_bidx"),
    ]


def test_a_restored_generated_column_is_the_same(db):
    make = "CREATE TABLE public.drawn (colour varchar(9), is_warm boolean GENERATED ALWAYS AS ({}) STORED)"
    execute(make.format("colour IN ('red', 'yellow')"))
    made = read(connection)
    words = made.tables["public.drawn"].columns["is_warm"].generated.removesuffix(" STORED")
    execute("DROP TABLE public.drawn")
    execute(make.format(words))
    restored = read(connection)
    assert restored != made
    assert settle(connection, made, restored) == made

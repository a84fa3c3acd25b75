"""The committed snapshot: fresh, the same on every server, readable, and held against the models."""

import json
from dataclasses import replace

import pytest
from django.db import connection

from common.schema.verify import engine, migrated, snapshot
from common.schema.verify.expected import script
from common.schema.verify.findings import Finding


def test_the_committed_snapshot_is_what_the_models_say(db, tmp_path):
    """Written anew it is the same, on PostgreSQL 15 and 18: `manage.py verify_schema --write-snapshot`."""
    path = tmp_path / "made" / "snapshot.json"
    written = engine.write_snapshot(connection, path)
    assert path.read_text(encoding="utf-8") == snapshot.PATH.read_text(encoding="utf-8")
    assert written.findings == []
    assert snapshot.parse(path.read_text(encoding="utf-8")).catalogue == written.expected


def test_tables_of_the_test_suite_stay_out(wanted):
    content = json.loads(snapshot.PATH.read_text(encoding="utf-8"))
    assert not [
        name for name in content["tables"] if name.startswith(("engine_", "crypto_", "public.engine_"))
    ]
    assert not [name for name in content["schemas"] if name.startswith(("engine_", "crypto_"))]
    assert content["statements"].keys() >= {"core.bookings", "events:"}
    assert not [name for name in content["statements"] if "engine" in name or "crypto" in name]
    assert {"core", "events", "identity", "public"} <= set(content["schemas"])


def test_a_part_stands_on_one_line():
    lines = snapshot.PATH.read_text(encoding="utf-8").splitlines()
    assert '        "check_party_adults_positive": {"expression": "(party_adults > 0)"},' in lines


@pytest.fixture
def stale(tmp_path):
    """Return a call that writes a changed copy of the snapshot and says what is found in it."""

    def found(change) -> list[Finding]:
        content = json.loads(snapshot.PATH.read_text(encoding="utf-8"))
        change(content)
        path = tmp_path / "snapshot.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return engine.verify(connection, path=path).findings

    return found


def test_a_stale_snapshot_is_found_part_by_part(db, stale):
    def change(content):
        table = content["tables"]["core.bookings"]
        del table["indexes"]["idx_booking_station_date"]
        table["columns"]["notes"]["type"] = "character varying(9)"
        content["sequences"]["events.domain_events_sequence_seq"]["cycle"] = True
        content["functions"]["core.tg_payments_frozen()"]["body"] = ["BEGIN", "END"]

    assert [(f.truth, f.kind, f.table, f.name, f.run) for f in stale(change)] == [
        ("snapshot", "column type", "core.bookings", "notes", snapshot.WRITE),
        ("snapshot", "index missing", "core.bookings", "idx_booking_station_date", snapshot.WRITE),
        ("snapshot", "function body", "core.payments", "core.tg_payments_frozen()", snapshot.WRITE),
        ("snapshot", "sequence cycle", "events", "events.domain_events_sequence_seq", snapshot.WRITE),
    ]


def test_a_stale_hash_is_found_when_all_else_agrees(db, stale):
    def change(content):
        content["statements"]["core.bookings"] = "0" * 16

    (finding,) = stale(change)
    assert (finding.kind, finding.table, finding.found) == ("snapshot stale", "core.bookings", "0" * 16)


def test_no_snapshot_is_a_finding_too(db, tmp_path):
    missing = snapshot.missing(tmp_path / "none.json")
    assert engine.verify(connection, path=tmp_path / "none.json").findings == [missing]
    assert engine.verify_offline(tmp_path / "none.json").findings == [missing]


def test_without_a_database_models_migrations_and_snapshot_agree():
    """No fixture lets this test near a database."""
    assert engine.verify_offline().findings == []


def test_without_a_database_a_stale_snapshot_is_found(tmp_path, monkeypatch):
    content = json.loads(snapshot.PATH.read_text(encoding="utf-8"))
    content["statements"]["core.bookings"] = "0" * 16
    del content["statements"]["core.chefs"]
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert [(f.truth, f.kind, f.table, f.run) for f in engine.verify_offline(path).findings] == [
        ("snapshot", "snapshot stale", "core.bookings", snapshot.WRITE),
        ("snapshot", "snapshot stale", "core.chefs", snapshot.WRITE),
    ]


def test_statements_are_the_same_with_and_without_a_database(db):
    assert script(migrated.load(None)).digests() == script(migrated.load(connection)).digests()


def test_the_text_of_a_catalogue_reads_back_as_it_was(expected):
    kept = snapshot.Snapshot(replace(expected), {"a": "b"})
    assert snapshot.parse(snapshot.text(kept)) == kept

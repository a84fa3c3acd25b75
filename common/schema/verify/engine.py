"""The whole verification, and the two shorter ways: without a database, and the writing of the snapshot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from common.schema.verify import migrated, snapshot
from common.schema.verify.catalogue import PART_TYPES, Catalogue, schema_of
from common.schema.verify.compare import compare
from common.schema.verify.expected import Script, realise, script
from common.schema.verify.expressions import settle
from common.schema.verify.findings import Finding
from common.schema.verify.reader import read
from common.schema.verify.rows import row_findings
from common.schema.verify.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found, and both sides of it for whoever wants to see more."""

    findings: list[Finding]
    expected: Catalogue = field(default_factory=Catalogue)
    live: Catalogue = field(default_factory=Catalogue)

    def figures(self) -> dict[str, int]:
        """Return how many of each were compared."""
        tables = self.expected.tables.values()
        parts = {group: sum(len(table.parts(group)) for table in tables) for group in PART_TYPES}
        return {
            "schemas": len(self.expected.schemas),
            "tables": len(tables),
            **{group: number for group, number in parts.items() if number},
            "functions": len(self.expected.functions),
            "sequences": len(self.expected.sequences),
        }


def verify(connection: BaseDatabaseWrapper, *, path: Path = snapshot.PATH, sample: int = 50) -> Verification:
    """Compare models, migrations, live catalogue, snapshot, and `sample` rows of every blind index."""
    loader = migrated.load(connection)
    wanted = script(loader)
    changes = migrated.changes(loader)
    with transaction.atomic(using=connection.alias):
        expected = realise(connection, wanted)
        found = settle(connection, expected, live(connection, wanted))
    findings = [
        *migrated.change_findings(loader, changes),
        *migrated.application_findings(loader),
        *with_migrations(compare(expected, found), owners(wanted), loader, changes),
        *snapshot_findings(path, expected, wanted),
        *row_findings(connection, found, sample),
    ]
    return Verification(findings, expected, found)


def verify_offline(path: Path = snapshot.PATH) -> Verification:
    """Compare models, migration files and snapshot; no database is touched."""
    loader = migrated.load(None)
    findings = list(migrated.change_findings(loader, migrated.changes(loader)))
    if path.exists():
        kept = snapshot.parse(path.read_text(encoding="utf-8"))
        findings += snapshot.stale(snapshot.house_digests(script(loader)), kept)
    else:
        findings.append(snapshot.missing(path))
    return Verification(findings)


def write_snapshot(connection: BaseDatabaseWrapper, path: Path = snapshot.PATH) -> Verification:
    """Write what the models say to the file; the live schema plays no part."""
    wanted = script(migrated.load(connection))
    expected = snapshot.house_only(realise(connection, wanted), wanted)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(snapshot.text(Snapshot(expected, snapshot.house_digests(wanted))), encoding="utf-8")
    return Verification([], expected)


def live(connection: BaseDatabaseWrapper, wanted: Script) -> Catalogue:
    """Return the live catalogue as far as somebody here answers for it."""
    found = read(connection).without(tables=wanted.unmanaged)
    # In a schema that no migration made (public), functions and free sequences are other people's.
    ours = wanted.schemas.keys()
    return replace(
        found,
        functions={name: part for name, part in found.functions.items() if schema_of(name) in ours},
        sequences={
            name: part for name, part in found.sequences.items() if part.owner or schema_of(name) in ours
        },
    )


def owners(wanted: Script) -> dict[str, str]:
    """Return the app of each table and of each schema."""
    return {**wanted.schemas, **wanted.owners}


def snapshot_findings(path: Path, expected: Catalogue, wanted: Script) -> list[Finding]:
    """Compare the committed snapshot with the models; all of it is mended by writing it anew."""
    if not path.exists():
        return [snapshot.missing(path)]
    kept = snapshot.parse(path.read_text(encoding="utf-8"))
    differences = compare(snapshot.house_only(expected, wanted), kept.catalogue, "snapshot")
    if differences:
        return [replace(finding, run=snapshot.WRITE) for finding in differences]
    return list(snapshot.stale(snapshot.house_digests(wanted), kept))


def with_migrations(
    findings: Iterable[Finding], owners: Mapping[str, str], loader: MigrationLoader, changes: migrated.Changes
) -> list[Finding]:
    """Return findings that send to `migrate` where migrations of an app are not applied or not written."""
    waiting = {app for app, _name in migrated.pending(loader)} | changes.keys()
    commands = {
        app: (*((f"manage.py makemigrations {app}",) if app in changes else ()), f"manage.py migrate {app}")
        for app in waiting
    }
    return [
        replace(finding, run=commands[app]) if (app := owners.get(finding.table)) in commands else finding
        for finding in findings
    ]

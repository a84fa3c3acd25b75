"""P-5, P-6: the registry of subject data at work, from the top floor down: children before parents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Field, ForeignKey, Model

from common.crypto.fields import BlindIndexField, EncryptedField
from events.registry import blockers, subject_tables
from events.subjects import Erasing, Subject, SubjectTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a person's history; codes and times, nothing personal."""

    at: datetime
    what: str
    table: str
    id: Any
    station_id: UUID | None
    details: Mapping[str, Any]


def find_blockers(subject: Subject, *, at: datetime) -> list[str]:
    """Return every reason, of all floors, why the person's data cannot be erased yet; sorted, each once."""
    return sorted({reason for blocker in blockers for reason in blocker.find(subject, at)})


def export_rows(subject: Subject) -> dict[str, list[dict[str, Any]]]:
    """Return all rows about the person by table, secrets and hashes left out, contacts in clear text."""
    return {
        table.name: [_row(row) for row in table.rows(subject).order_by("pk")]
        for table, subject in _places(subject)
        if table.exported
    }


def erase_rows(subject: Subject, *, erasing: Erasing) -> dict[str, int]:
    """Erase what all floors know of the person, in the caller's transaction; return the rows by table."""
    places = list(_places(subject))
    found = [(table, [*table.rows(subject).order_by("pk")]) for table, subject in places]
    counts = {table.name: table.erase(rows, erasing) for table, rows in found}
    return {name: count for name, count in counts.items() if count}


def list_happenings(subject: Subject) -> list[Happening]:
    """Return the person's history of all floors, the newest first."""
    told = [
        Happening(
            at=at,
            what=moment.what,
            table=table.name,
            id=row.pk,
            station_id=table.station(row),
            details={name: getattr(row, name) for name in moment.shows},
        )
        for table in subject_tables
        if table.moments
        for row in table.rows(subject)
        for moment in table.moments
        if (at := getattr(row, moment.at)) is not None
    ]
    return sorted(told, key=lambda line: (line.at, line.what, str(line.id)), reverse=True)


def _places(subject: Subject) -> Iterator[tuple[SubjectTable, Subject]]:
    """Yield each table with the person to ask it for; those that follow others know the others' rows."""
    traces = {
        table.model._meta.label_lower: tuple(table.rows(subject).values_list("pk", flat=True))
        for table in subject_tables
        if not table.follows
    }
    knowing = replace(subject, traces=traces)
    for table in subject_tables:
        yield table, knowing if table.follows else subject


def _row(row: Model) -> dict[str, Any]:
    privacy: Any = type(row).privacy  # type: ignore[attr-defined]  # every model of the house has one
    return {
        name: getattr(row, name)
        for field in row._meta.concrete_fields
        if privacy.of(field.name) != "secret" and not isinstance(field, BlindIndexField)
        for name in [_name(field)]
    }


def _name(field: "Field[Any, Any]") -> str:
    if isinstance(field, EncryptedField):
        return str(field.name)
    return str(field.attname if isinstance(field, ForeignKey) else field.name)

"""Words of the registry of subject data (P-5, P-6): whose rows, what is told, what becomes of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from common.actors import Actor
from common.crypto.tombstone import tombstone

ERASED = "Erased"
ERASED_BY_RULE = "Erased by rule."

Rule = Callable[[Any], Any]
"""What takes the place of a value at an erasure."""


def sealed(former: Any) -> Any:
    """Return a random tombstone for an encrypted value, null for none."""
    return None if former is None else tombstone()


def word(former: Any) -> Any:
    """Return the word Erased for text that the table asks for, null for none."""
    return None if former is None else ERASED


def sentence(former: Any) -> Any:
    """Return words in place of text of which the table asks for ten characters, null for none."""
    return None if former is None else ERASED_BY_RULE


def gone(_former: Any) -> None:
    """Return null."""


def empty(former: Any) -> Any:
    """Return an empty list, object or text in place of a full one."""
    return type(former)()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person as keys and contact indexes: customer rows, accounts, blind indexes of e-mail and phone.

    `traces` holds the keys of the person's rows by table, once they were found; only tables that follow
    others (`SubjectTable.follows`) may ask for it.
    """

    customers: frozenset[UUID] = frozenset()
    accounts: frozenset[UUID] = frozenset()
    emails: tuple[bytes, ...] = ()
    phones: tuple[bytes, ...] = ()
    traces: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def owned(self, *, customer: str = "", email: str = "", phone: str = "") -> Q:
        """Return the condition of rows that hang on the person by key, else by contact index.

        The names are those of the row's own columns. A row with a key to another customer is that one's; of a
        row with an e-mail the phone says nothing, for households share phones.
        """
        contact = Q(pk__in=[])
        if email:
            contact |= Q(**{f"{email}__in": self.emails})
        if phone:
            by_phone = Q(**{f"{phone}__in": self.phones})
            contact |= by_phone & Q(**{f"{email}__isnull": True}) if email else by_phone
        if not customer:
            return contact
        keyless = Q(**{f"{customer}__isnull": True})
        return Q(**{f"{customer}__in": self.customers}) | (keyless & contact)

    def keys(self, model: str) -> tuple[Any, ...]:
        """Return the keys of the person's rows of a model, named `app.model`: neighbours do not meet."""
        return self.traces.get(model, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in the object store."""

    bucket: str = ""
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """An erasure under way: who, when, and the files to be removed once it is committed."""

    by: Actor
    at: datetime
    files: list[StoredFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwrite:
    """Rows stay, these columns lose what they say.

    `then` does what is left to do for a row, before it is saved, and returns the columns it wrote.
    """

    values: Mapping[str, Rule]
    then: Callable[[Any, Erasing], Sequence[str]] | None = None

    def __call__(self, rows: Iterable[Model], erasing: Erasing) -> int:
        """Overwrite the rows and return how many they were."""
        count = 0
        for row in rows:
            columns = list(self.then(row, erasing)) if self.then else []
            for name, rule in self.values.items():
                setattr(row, name, rule(getattr(row, name)))
            columns += self.values
            if any(column.name == "updated_at" for column in row._meta.local_fields):
                columns.append("updated_at")
            row.save(update_fields=columns)
            count += 1
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Rows go; `files` names what they left in the object store."""

    files: Callable[[Any], Iterable[StoredFile]] | None = None

    def __call__(self, rows: Iterable[Model], erasing: Erasing) -> int:
        """Delete the rows and return how many they were."""
        count = 0
        for row in rows:
            if self.files is not None:
                erasing.files.extend(self.files(row))
            row.delete()
            count += 1
        return count


class Keep:
    """Rows stay as they are: tests name the rule that says so."""

    def __call__(self, rows: Iterable[Model], erasing: Erasing) -> int:
        """Leave the rows alone; nothing was erased."""
        del rows, erasing
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened to a row: the column of its time, its name, the codes to show."""

    at: str
    what: str
    shows: Sequence[str] = ()


def station_of(row: Any) -> UUID | None:
    """Return the station that a row names itself."""
    station_id: UUID | None = getattr(row, "station_id", None)
    return station_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectTable:
    """One table's part: which rows are about a person, what an erasure does to them, what a timeline tells.

    `follows` says that the rows are found by those of other tables.
    """

    model: type[Model]
    rows: Callable[[Subject], QuerySet[Any]]
    erase: Overwrite | Remove | Keep
    moments: Sequence[Moment] = ()
    station: Callable[[Any], UUID | None] = station_of
    follows: bool = False
    exported: bool = True

    @property
    def name(self) -> str:
        """The table as the database names it: `core.customers`."""
        return str(self.model._meta.db_table).replace('"', "")


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a person's data cannot be erased yet: `find` yields reason codes (P-6)."""

    name: str
    find: Callable[[Subject, datetime], Iterable[str]]

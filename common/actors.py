"""Who does something: the `by` of every service.

`identity` builds actors for users; the kernel knows those that need no table.
"""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a permission code reaches: everywhere, some stations, company rows, or own records."""

    everywhere: bool = False
    stations: frozenset[UUID] = field(default_factory=frozenset)
    own: bool = False
    company: bool = False

    def includes(self, station_id: UUID | None) -> bool:
        """Tell whether rows of this station are in reach; rows without a station (None) by company right."""
        return self.everywhere or (self.company if station_id is None else station_id in self.stations)

    def __bool__(self) -> bool:
        return self.everywhere or self.own or self.company or bool(self.stations)


@runtime_checkable
class Actor(Protocol):
    """Contract of whoever acts: kind, user id, label for ledgers, and rights."""

    @property
    def type(self) -> str:
        """One of user, guest, system, webhook."""

    @property
    def id(self) -> UUID | None:
        """Key of identity.users; None for whoever has no account."""

    @property
    def label(self) -> str:
        """Name for ledgers, such as `system:auto_cancel`; never personal data."""

    def may(self, code: str, station_id: UUID | None = None) -> bool:
        """Tell whether the actor holds the permission code at the station (None: as company right)."""

    def scope(self, code: str) -> Scope:
        """Return where the permission code reaches for this actor."""


@dataclass(frozen=True, slots=True)
class SystemActor:
    """A job, an event handler or a command; may do everything its code does."""

    name: str
    type: str = "system"
    id: UUID | None = None

    @property
    def label(self) -> str:
        return f"system:{self.name}"

    def may(self, code: str, station_id: UUID | None = None) -> bool:  # noqa: ARG002 -- the Actor contract
        return True

    def scope(self, code: str) -> Scope:  # noqa: ARG002 -- the Actor contract
        return Scope(everywhere=True)


@dataclass(frozen=True, slots=True)
class GuestActor:
    """Somebody without an account; holds no permission code."""

    type: str = "guest"
    id: UUID | None = None
    label: str = "guest"

    def may(self, code: str, station_id: UUID | None = None) -> bool:  # noqa: ARG002 -- the Actor contract
        return False

    def scope(self, code: str) -> Scope:  # noqa: ARG002 -- the Actor contract
        return Scope()

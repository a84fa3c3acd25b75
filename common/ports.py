"""Ports: questions a lower floor asks upwards, answered at once (architecture.md, "Crossing the floors").

The owner of the tables fills a port in its `AppConfig.ready()`; a port without filler and without default
stops the start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from common.actors import Actor

T = TypeVar("T")


class Port(Generic[T]):
    """A named hole in the floor: `fill` it from above, `get` it from below."""

    known: ClassVar[dict[str, "Port[Any]"]] = {}

    def __init__(self, name: str, default: T | None = None) -> None:
        self.name = name
        self._default = default
        self._filler: T | None = None
        self.fillers: list[str] = []
        Port.known[name] = self

    def fill(self, implementation: T, *, owner: str) -> None:
        """Answer the port from now on; a second owner is a mistake in the house."""
        if self.fillers and owner not in self.fillers:
            raise ImproperlyConfigured(f"Port {self.name} is filled by {self.fillers[0]} and by {owner}.")
        self._filler = implementation
        self.fillers = [owner]

    def get(self) -> T:
        """Return the filler, else the default; refuse when there is neither."""
        answer = self._filler if self._filler is not None else self._default
        if answer is None:
            raise ImproperlyConfigured(f"Port {self.name} has no filler and no default.")
        return answer

    @property
    def is_answered(self) -> bool:
        return self._filler is not None or self._default is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """P-7: who did what to which record; `details` hold no personal values.

    Address and user agent are those of the running request unless they are given.
    """

    action: str
    resource_type: str
    resource_id: str
    by: Actor
    station_id: UUID | None = None
    permissions: Sequence[str] = ()
    details: Mapping[str, Any] | None = None
    reason: str = ""
    success: bool = True
    error_message: str = ""
    ip_hash: bytes | None = None
    user_agent: str = ""


class AuditTrail(Protocol):
    """P-7: the append-only log of who did what."""

    def record(
        self,
        *,
        action: str,
        resource_type: str,
        resource_id: str,
        by: Actor,
        station_id: UUID | None = None,
        permissions: Sequence[str] = (),
        details: Mapping[str, Any] | None = None,
        reason: str = "",
        success: bool = True,
        error_message: str = "",
        ip_hash: bytes | None = None,
        user_agent: str = "",
    ) -> None:
        """Append one row in the caller's transaction; the members are those of `AuditEntry`."""

    def rows_of(self, entries: Sequence[AuditEntry]) -> Sequence[Model]:
        """Return a new row for each entry, to be inserted with the others of the caller's transaction."""


class Alerts(Protocol):
    """M-8: tell the people in charge, once per cause and step."""

    def raise_alert(
        self,
        *,
        cause: str,
        subject_type: str,
        subject_id: UUID,
        station_id: UUID | None,
        message: str,
        at: datetime,
        step: str = "",
    ) -> None:
        """Raise the alert in the caller's transaction; `message` holds no personal data."""


class Counters(Protocol):
    """Hits counted over all workers (rate limits, lockouts)."""

    def hit(self, *, keys: Mapping[str, int], at: datetime) -> Mapping[str, tuple[int, int]]:
        """Count one hit per key (key → window in seconds); return key → (this window, window before)."""

    def peek(self, *, key: str, window: int, at: datetime) -> int:
        """Return the hits of the window that holds `at`."""

    def clear(self, *, key: str) -> None:
        """Forget every hit of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyScope:
    """Whose key for what: actor, method, path (tokens in it hashed), the key and the body's fingerprint."""

    actor: str
    method: str
    path: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to perform the effect of a key until the lease ends or somebody takes it over."""

    id: UUID
    locked_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The answer that an idempotency key replays."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class IdempotencyStore(Protocol):
    """API-6: claims and answers of idempotent requests."""

    def claim(self, scope: IdempotencyScope, *, at: datetime, request_id: str | None) -> Lease | StoredAnswer:
        """Take the key for 60 s, or return its answer; raises IdempotencyInFlight, IdempotencyMismatch."""

    def complete(self, lease: Lease, answer: StoredAnswer, *, at: datetime) -> bool:
        """Keep the answer in the caller's transaction; False when somebody else has taken the key over."""

    def release(self, lease: Lease) -> bool:
        """Forget the key in the caller's transaction; False when somebody else has taken it over."""


class LoggedAlerts:
    """Default of the alerts port: a log line."""

    def raise_alert(
        self,
        *,
        cause: str,
        subject_type: str,
        subject_id: UUID,
        station_id: UUID | None,
        message: str,
        at: datetime,
        step: str = "",
    ) -> None:
        structlog.get_logger("alerts").warning(
            cause,
            subject_type=subject_type,
            subject_id=str(subject_id),
            station_id=str(station_id),
            message=message,
            at=at.isoformat(),
            step=step,
        )


audit_trail: Port[AuditTrail] = Port("audit_trail")
counters: Port[Counters] = Port("counters")
idempotency_store: Port[IdempotencyStore] = Port("idempotency_store")
alerts: Port[Alerts] = Port("alerts", default=LoggedAlerts())

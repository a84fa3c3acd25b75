"""The actor behind an account: what it may do, and where (R-2, R-3, R-9); no queries."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from common.actors import Scope
from identity.permissions import CODES, OWNER_CODES, STATION_ROLES, Reach, reach_of

NOWHERE = Scope()


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """An active role of an account and the codes it holds."""

    name: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkGrant:
    """A live station link: the codes of its role and those added by hand."""

    station_id: UUID
    role: str
    role_codes: frozenset[str]
    added_codes: frozenset[str]

    def reach(self, code: str) -> Reach | None:
        """Return how far the link carries the code; no link gives what only super_admin holds (R-9)."""
        if code in OWNER_CODES:
            return None
        if code in self.added_codes:
            return Reach.STATIONS
        if code not in self.role_codes:
            return None
        own = reach_of(STATION_ROLES[self.role], code) is Reach.OWN
        return Reach.OWN if own else Reach.STATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class UserActor:
    """An account that acts: `common.actors.Actor` for people.

    `narrowed_to` is the station of a station token, `narrowed_codes` the codes at its issue (AU-10);
    `session_id` is the log-in behind a bearer token.
    """

    id: UUID
    role: str
    roles: tuple[RoleGrant, ...] = ()
    links: tuple[LinkGrant, ...] = ()
    session_id: UUID | None = None
    narrowed_to: UUID | None = None
    narrowed_codes: frozenset[str] = frozenset()
    type: str = "user"
    _scopes: dict[str, Scope] = field(default_factory=dict, compare=False, repr=False)

    @property
    def label(self) -> str:
        return f"user:{self.id}"

    def may(self, code: str, station_id: UUID | None = None) -> bool:
        """Tell whether the code is held at the station; None asks for the company's rows (R-9)."""
        return self.scope(code).includes(station_id)

    def scope(self, code: str) -> Scope:
        """Return where the code reaches; an empty scope denies it."""
        scope = self._scopes.get(code)
        if scope is None:
            scope = self._scopes[code] = self._narrowed(code, self._full_scope(code))
        return scope

    def codes(self) -> frozenset[str]:
        """Return every code that reaches anything at all."""
        return frozenset(code for code in CODES if self.scope(code))

    def codes_at(self, station_id: UUID) -> frozenset[str]:
        """Return the codes usable at a station, those for own records included."""
        scopes = ((code, self.scope(code)) for code in CODES)
        return frozenset(code for code, scope in scopes if scope.own or scope.includes(station_id))

    def link_to(self, station_id: UUID) -> LinkGrant | None:
        """Return the live link to the station."""
        return next((link for link in self.links if link.station_id == station_id), None)

    def sole_station_id(self) -> UUID | None:
        """Return the station meant when a request names none: the narrowed one, else the only linked one."""
        if self.narrowed_to is not None:
            return self.narrowed_to
        return self.links[0].station_id if len(self.links) == 1 else None

    def narrowed(self, station_id: UUID, codes: frozenset[str]) -> "UserActor":
        """Return the same account limited to one station and to these codes."""
        return replace(self, narrowed_to=station_id, narrowed_codes=codes, _scopes={})

    def widened(self) -> "UserActor":
        """Return the same account without the limits of a station token."""
        return replace(self, narrowed_to=None, narrowed_codes=frozenset(), _scopes={})

    def _full_scope(self, code: str) -> Scope:
        reaches = {reach_of(role.name, code) for role in self.roles if code in role.codes}
        if Reach.ALL in reaches:
            return Scope(everywhere=True, company=True)
        by_link = dict(self._link_reaches(code))
        stations = {station for station, reach in by_link.items() if reach is Reach.STATIONS}
        if Reach.STATIONS in reaches:
            stations.update(link.station_id for link in self.links)
        return Scope(
            stations=frozenset(stations),
            own=Reach.OWN in reaches or Reach.OWN in by_link.values(),
            company=Reach.STATIONS in reaches,
        )

    def _link_reaches(self, code: str) -> Iterator[tuple[UUID, Reach]]:
        for link in self.links:
            reach = link.reach(code)
            if reach is not None:
                yield link.station_id, reach

    def _narrowed(self, code: str, scope: Scope) -> Scope:
        if self.narrowed_to is None:
            return scope
        if code not in self.narrowed_codes:
            return NOWHERE
        at_station = scope.everywhere or self.narrowed_to in scope.stations
        return Scope(stations=frozenset({self.narrowed_to} if at_station else ()), own=scope.own)

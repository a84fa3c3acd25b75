"""Who calls: every kind of account, with and without links, and what the matrix lets them reach."""

from dataclasses import dataclass, field
from enum import StrEnum

from tests.access.matrix import CODES, MATRIX, OWNERS_ONLY, STATION_ROLES


class Place(StrEnum):
    """Where an object stands, seen from the callers, whose links (if any) mostly lead to the home station."""

    OWN = "own"
    """At home; its customer and its chef are those who call."""
    BESIDE = "beside"
    """At home, of another customer and another chef."""
    AWAY = "away"
    """At a station that hardly anybody is linked to."""
    AFAR = "own_away"
    """There, but of the customer who calls: customers own their rows in every station."""
    COMPANY = "company"
    """A row without a station, open to a code of the account's own roles (R-9)."""
    LOOSE = "loose"
    """Belongs to no station and is no row of the company: an account without links."""
    UNSAID = "unsaid"
    """Nobody names the station: the only live link is meant (AU-10), or every station in reach."""
    NOWHERE = "nowhere"
    """Does not exist."""


AT_HOME = frozenset({Place.OWN, Place.BESIDE})
ELSEWHERE = frozenset({Place.AWAY, Place.AFAR})
ALL_OWN = {"customer": frozenset({Place.OWN, Place.AFAR}), "chef": frozenset({Place.OWN})}
"""Caller → the places whose objects are their own: not those of a caller whose e-mail nobody verified."""


@dataclass(frozen=True, slots=True)
class Grasp:
    """Where a code reaches for a caller; nothing at all is a missing permission."""

    everywhere: bool = False
    home: bool = False
    away: bool = False
    company: bool = False
    own: bool = False
    owned: frozenset[Place] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or self.home or self.away or self.company or self.own

    def includes(self, place: Place) -> bool:
        """Tell whether an object of the place is in scope."""
        if place is Place.NOWHERE:
            return False
        if place is Place.UNSAID:
            return True
        if place is Place.COMPANY:
            return self.everywhere or self.company
        by_link = (self.home and place in AT_HOME) or (self.away and place in ELSEWHERE)
        return self.everywhere or by_link or (self.own and place in self.owned)


@dataclass(frozen=True, slots=True)
class Caller:
    """An account; `link` and `away_link` are the roles of its links to the two stations."""

    name: str
    kind: str
    link: str = ""
    away_link: str = ""
    is_lapsed: bool = False
    has_token: bool = False
    """Whether a station token narrows every request to the home station (AU-10), without company rights."""
    is_verified: bool = True
    owned: frozenset[Place] = field(default=frozenset())

    @property
    def is_guest(self) -> bool:
        return self.kind == "guest"

    def grasp(self, code: str, *, also_own: frozenset[Place] = frozenset(), owns: bool = True) -> Grasp:
        """Return what R-2, R-3 and R-9 make of the matrix for this caller."""
        if code not in CODES:
            raise ValueError(f"{code} stands in no row of the matrix.")
        by_role = MATRIX.get(self.kind, {}).get(code, "-")
        home, away = self._by_link(self.link, code), self._by_link(self.away_link, code)
        if self.has_token and code in OWNERS_ONLY:
            return Grasp()
        is_free = not self.has_token
        return Grasp(
            everywhere=is_free and by_role == "A",
            home=by_role == "A" or home in {"S", "A"} or (by_role == "S" and home != ""),
            away=is_free and (away in {"S", "A"} or (by_role == "S" and away != "")),
            company=is_free and by_role in {"S", "A"},
            own="O" in {by_role, home, away},
            owned=self.owned | also_own if owns else frozenset(),
        )

    def _by_link(self, role: str, code: str) -> str:
        """Return how far a link of the role carries the code; an empty text without a live link."""
        if not role or self.is_lapsed:
            return ""
        return "-" if code in OWNERS_ONLY else MATRIX[STATION_ROLES[role]].get(code, "-")


GUEST = Caller("guest", "guest")
CALLERS = (
    GUEST,
    Caller("super_admin", "super_admin"),
    Caller("super_admin_at_home", "super_admin", has_token=True),
    Caller("admin", "admin", "admin"),
    Caller("admin_at_home", "admin", "admin", "admin", has_token=True),
    Caller("admin_unlinked", "admin"),
    Caller("customer_support", "customer_support", "customer_support"),
    Caller("customer_support_unlinked", "customer_support"),
    Caller("customer_support_as_admin", "customer_support", "admin"),
    Caller("customer_support_two_links", "customer_support", "admin", "customer_support"),
    Caller("station_manager", "station_manager", "station_admin"),
    Caller("station_manager_unlinked", "station_manager"),
    Caller("station_manager_lapsed", "station_manager", "station_admin", is_lapsed=True),
    Caller("chef", "chef", owned=ALL_OWN["chef"]),
    Caller("chef_unverified", "chef", is_verified=False),
    Caller("customer", "customer", owned=ALL_OWN["customer"]),
    Caller("customer_unverified", "customer", is_verified=False),
    Caller("supplier_owner", "supplier_owner"),
    Caller("supplier_manager", "supplier_manager"),
    Caller("supplier_sales", "supplier_sales"),
    Caller("consumer", "consumer"),
)

LINKED = tuple(
    caller.name
    for caller in CALLERS
    if caller.has_token or (caller.link and not (caller.away_link or caller.is_lapsed))
)
"""Callers with one station only, by link or by token, so that it need not be named (AU-10)."""

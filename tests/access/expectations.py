"""What every operation of the API must answer to whom: the terms of the tables in `operations_<app>.py`.

    one("POST", "/bookings/{pk}/hold", "booking.hold", parties(), body=WHY)

says: whoever reaches booking.hold there gets 200; who holds the code, but not there, gets 404; the others
403; guests 401: as the matrix has it. `unlike` names those for whom a further rule decides once they are
authorised: by caller, by `caller place` or by `* place`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.access.callers import Caller, Grasp, Place

if TYPE_CHECKING:
    from tests.access.world import World

API = "/api/v1"
ANYBODY = "public"
SIGNED_IN = "signed_in"
UNKNOWN = "401 not_authenticated"
DENIED = "403 permission_denied"
ABSENT = "404 not_found"
INVALID = "400 validation_error"
NOWHERE_ID = "0197a000-0000-7000-8000-00000000dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An object to act on: what fills its path, its ETag, what its body needs; `theirs`: one per caller."""

    ids: Mapping[str, Any] = field(default_factory=dict)
    tag: str = '"1"'
    more: Mapping[str, Any] = field(default_factory=dict)
    theirs: Mapping[str, "Target"] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """Its id in a list."""
        return str(next(reversed(self.ids.values())))


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of object: where such objects can stand, and how one is made there."""

    build: Callable[["World", Place], Target]
    places: tuple[Place, ...]
    reads: str = ""
    """The code by which such objects are read: whoever sees one, but may not do this there, is denied."""

    def __call__(self, world: "World", place: Place) -> Target:
        return self.build(world, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One call: by whom, where, on what."""

    world: "World"
    caller: Caller
    place: Place
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of a path of the URL conf with what it needs and answers."""

    method: str
    path: str
    code: str
    """Of the matrix, or ANYBODY or SIGNED_IN."""
    answer: str = "200"
    thing: Thing | None = None
    places: tuple[Place, ...] = (Place.NOWHERE,)
    body: Mapping[str, Any] | Callable[[Situation], Any] | None = None
    query: Mapping[str, Any] | Callable[[Situation], Mapping[str, Any]] | None = None
    headers: Callable[[Situation], Mapping[str, str]] | None = None
    needs_key: bool = False
    beyond: str | Mapping[Place, str] = ABSENT
    """What a caller with the code sees at a place (or at each) that it does not reach."""
    is_list: bool = False
    """The places are rows of one list, not objects of a path."""
    is_personal: bool = False
    """Only for own records, whatever else the code reaches."""
    owns: bool = True
    """Whether own records of the matrix reach anything here."""
    all_own: frozenset[Place] = frozenset()
    """Places whose objects are the own records of every caller with such a reach."""
    unlike: Mapping[str, str] = field(default_factory=dict)
    by: Mapping[str, str] | None = None
    """On the exchange: caller → answer; everybody else is denied, and so are these among rivals."""

    is_for_all_kinds: bool = False
    """On the exchange: whoever is signed in may look for the object, whatever the kind of account."""

    listed_to: frozenset[str] | None = None
    """On the exchange: the only ones whose list has a row of their own."""

    shows: Callable[[Caller, Place], bool] | None = None
    """Which rows a list shows to whom, where neither a code nor ownership decides it."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def grasp(self, caller: Caller) -> Grasp:
        """Return where the operation's code reaches for the caller; it has one."""
        return caller.grasp(self.code, also_own=self.all_own, owns=self.owns)

    def lists(self, caller: Caller, place: Place) -> bool:
        """Tell whether a list that the caller may read shows its row of the place."""
        if self.shows is not None:
            return self.shows(caller, place)
        if self.code == ANYBODY:
            return True
        if self.code != SIGNED_IN:
            return self.grasp(caller).includes(place)
        return place is Place.OWN and (self.listed_to is None or caller.name in self.listed_to)

    def expected(self, caller: Caller, place: Place) -> str:
        """Return status and problem code that the caller must see."""
        if caller.is_guest and self.code != ANYBODY:
            return UNKNOWN
        if self.by is not None:
            return self._on_the_exchange(caller, place)
        if self.code in {ANYBODY, SIGNED_IN}:
            return self._authorised(caller, place)
        return self._by_the_matrix(caller, place)

    def _by_the_matrix(self, caller: Caller, place: Place) -> str:
        grasp = self.grasp(caller)
        if not (grasp.own if self.is_personal else grasp):
            return DENIED
        if self.thing is None or self.is_list or grasp.includes(place):
            return self._authorised(caller, place)
        reads = self.thing.reads
        if reads and caller.grasp(reads, owns=self.owns).includes(place):
            return DENIED
        return self.beyond if isinstance(self.beyond, str) else self.beyond[place]

    def is_refusal(self, caller: Caller, place: Place) -> bool:
        """Tell whether the caller must change nothing at all."""
        return self.code != ANYBODY and self.expected(caller, place)[0] == "4"

    def _authorised(self, caller: Caller, place: Place) -> str:
        for key in (f"{caller.name} {place}", caller.name, f"* {place}"):
            if key in self.unlike:
                return self.unlike[key]
        return self.answer

    def _on_the_exchange(self, caller: Caller, place: Place) -> str:
        """Order of checks there: role, own profile, target, ownership, rule."""
        by = self.by or {}
        if f"{caller.name} {place}" in by:
            return by[f"{caller.name} {place}"]
        if place is Place.NOWHERE and self.thing is not None:
            return ABSENT if caller.name in by or self.is_for_all_kinds else DENIED
        if self.thing is None or self.is_list or place is Place.OWN:
            return by.get(caller.name, DENIED)
        return DENIED

    def nowhere(self) -> Target:
        """Return the target of a path that names nothing."""
        return Target(ids=dict.fromkeys(re.findall(r"\{(\w+)\}", self.path), NOWHERE_ID))


def one(method: str, path: str, code: str, thing: Thing, **more: Any) -> Operation:
    """Return an operation on one object, tried wherever such objects can stand, and nowhere."""
    more.setdefault("answer", "204" if method == "DELETE" else "200")
    places = (*thing.places, Place.NOWHERE)
    return Operation(
        method=method, path=more.pop("root", API) + path, code=code, thing=thing, places=places, **more
    )


def rows(path: str, code: str, thing: Thing, **more: Any) -> Operation:
    """Return a list: 200 with exactly the rows in reach, for everybody who holds the code."""
    more.setdefault("query", {"limit": 100})
    return Operation(
        method=more.pop("method", "GET"),
        path=API + path,
        code=code,
        thing=thing,
        places=thing.places,
        is_list=True,
        **more,
    )


def at_station(method: str, path: str, code: str, thing: Thing, **more: Any) -> Operation:
    """Return an operation whose body or query names the station: tried where `thing` can stand."""
    more.setdefault("answer", "201" if method == "POST" else "200")
    return Operation(method=method, path=API + path, code=code, thing=thing, places=thing.places, **more)


def plain(method: str, path: str, code: str, **more: Any) -> Operation:
    """Return an operation about no object of a station: the code alone decides."""
    return Operation(method=method, path=more.pop("root", API) + path, code=code, **more)

"""What waits for a decision of staff: every app says which rows, one page and the first page show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from common.actors import Actor
from common.admin.site_pages import SitePage, site_pages
from common.registry import Registry

if TYPE_CHECKING:
    from common.admin.site import HouseAdminSite

NAME = "to-do"
COUNTED = 99
SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row that waits: what it is, since when, and the page where it is decided."""

    text: str
    url: str
    since: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One kind of decision: `rows` finds what waits within reach of the code, the longest wait first."""

    name: str
    title: str
    icon: str
    code: str
    rows: Callable[[Actor, datetime], QuerySet[Any]]
    item: Callable[[Any, Actor], Item]
    all_url: Callable[[], str]

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the actor decides this anywhere; own records alone are nobody's decision."""
        scope = actor.scope(self.code)
        return scope.everywhere or scope.company or bool(scope.stations)


to_dos: Registry[ToDo] = Registry("to_dos")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one kind waits; above COUNTED nobody counts on."""

    kind: ToDo
    count: int
    items: list[Item]

    @property
    def url(self) -> str:
        """Return the address of the list of all of them."""
        return self.kind.all_url()

    @property
    def label(self) -> str:
        """The number in words."""
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)


def read_to_do(*, actor: Actor, at: datetime) -> list[Waiting]:
    """Return every kind that the actor decides, those that wait first; one query per kind."""
    return sorted((_read(kind, actor, at) for kind in _kinds_of(actor)), key=lambda kind: not kind.count)


def _read(kind: ToDo, actor: Actor, at: datetime) -> Waiting:
    rows: Sequence[Any] = list(kind.rows(actor, at)[: COUNTED + 1])
    return Waiting(kind, len(rows), [kind.item(row, actor) for row in islice(rows, SHOWN)])


def _kinds_of(actor: Actor) -> list[ToDo]:
    return [kind for kind in to_dos if kind.is_for(actor)]


def decides_something(actor: Actor) -> bool:
    """Tell whether any kind waits for this actor's word."""
    return bool(_kinds_of(actor))


def show_to_do(request: HttpRequest, site: "HouseAdminSite") -> HttpResponse:
    """List what waits, kind by kind."""
    context = {
        **site.each_context(request),
        "title": "To do",
        "waiting": read_to_do(actor=site.actor(request), at=timezone.now()),
    }
    return TemplateResponse(request, "house/to_do.html", context)


site_pages.register(
    "common", SitePage(name=NAME, route="to-do/", opens_for=decides_something, view=show_to_do)
)

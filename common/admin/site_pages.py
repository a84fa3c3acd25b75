"""Pages of the back office that show more than one table; every app adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.http import HttpRequest, HttpResponse

from common.actors import Actor
from common.registry import Registry

if TYPE_CHECKING:
    from common.admin.site import HouseAdminSite


class PageView(Protocol):
    """Answers a request of an actor for whom the page opens."""

    def __call__(self, request: HttpRequest, site: "HouseAdminSite") -> HttpResponse: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A page at `route` below the admin, named `admin:<name>`."""

    name: str
    route: str
    opens_for: Callable[[Actor], bool]
    view: PageView


site_pages: Registry[SitePage] = Registry("site_pages")


def works_by(*codes: str) -> Callable[[Actor], bool]:
    """Return the test whether one of the codes reaches a station, or all; own records open no page."""

    def test(actor: Actor) -> bool:
        return any(scope.everywhere or scope.stations for scope in map(actor.scope, codes))

    return test


def site_page(name: str) -> SitePage:
    """Return the page of that name; raises LookupError."""
    for page in site_pages:
        if page.name == name:
            return page
    raise LookupError(name)

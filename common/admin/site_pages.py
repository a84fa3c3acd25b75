"""Pages of the back office that show more than one table; every app adds its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.http import HttpRequest, HttpResponse

from common.actors import Actor
from common.registry import Registry

if TYPE_CHECKING:
    from common.admin.site import HouseAdminSite


class PageView(Protocol):
    """Answers a request whose actor holds one of the page's codes."""

    def __call__(self, request: HttpRequest, site: "HouseAdminSite") -> HttpResponse: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A page at `route` below the admin, named `admin:<name>`; opens for who works somewhere by a code."""

    name: str
    route: str
    codes: tuple[str, ...]
    view: PageView

    def opens_for(self, actor: Actor) -> bool:
        """Tell whether a code reaches a station, or all; own records alone open no page."""
        return any(scope.everywhere or scope.stations for scope in map(actor.scope, self.codes))


site_pages: Registry[SitePage] = Registry("site_pages")


def site_page(name: str) -> SitePage:
    """Return the page of that name; raises LookupError."""
    for page in site_pages:
        if page.name == name:
            return page
    raise LookupError(name)

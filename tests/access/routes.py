"""Every operation of the live URL conf: what the tables of expectations must cover, no more and no less."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from common.api.permissions import Access
from common.api.views import METHODS, HouseAPIView

NO_API = ("admin/",)
"""Trees that lie outside of the API (API-1)."""
CATCH_ALL = "^api(/.*)?$"
"""Answers 404 to every path that is none of ours."""


@dataclass(frozen=True, slots=True)
class Route:
    """A method of a path, and the permission that its view declares."""

    method: str
    path: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routed() -> dict[str, Route]:
    """Return every operation by its name, such as `GET /api/v1/bookings/{pk}`."""
    found = {}
    for path, pattern in _patterns(get_resolver(), ""):
        view = getattr(pattern.callback, "cls", None)
        if view is None or not issubclass(view, HouseAPIView):
            raise TypeError(f"{path} is served by no view of the API kit: {pattern.callback}.")
        for method, operation in _methods(pattern.callback, view).items():
            code = view.permission_codes[operation]
            route = Route(method.upper(), path, code.value if isinstance(code, Access) else code)
            found[route.name] = route
    return found


def _patterns(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = f"{prefix}{entry.pattern}"
        if path.startswith(NO_API) or path == CATCH_ALL:
            continue
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, path)
        else:
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), entry


def _methods(callback: object, view: type[HouseAPIView]) -> dict[str, str]:
    """Return method → what permission_codes calls it."""
    actions: dict[str, str] | None = getattr(callback, "actions", None)
    return actions or {method: method for method in METHODS if hasattr(view, method)}

"""R-4 at start-up: every routed API view says who may call each of its operations."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from common.api.views import METHODS, HouseAPIView


def routes(patterns: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and callback of every route below the patterns."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def undeclared(path: str, callback: Any) -> Iterator[CheckMessage]:
    """Yield an error for each operation of the route without a declared permission."""
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    if not (isinstance(view, type) and issubclass(view, APIView)):
        if path.startswith("api/"):
            yield Error(f"{path} is served by no API view.", id="common.api.E001", obj=callback)
        return
    if not issubclass(view, HouseAPIView):
        yield Error(f"{path}: {view.__name__} is no HouseAPIView.", id="common.api.E002", obj=view)
        return
    actions = getattr(callback, "actions", None)
    operations = actions.values() if actions else [name for name in METHODS if hasattr(view, name)]
    for operation in operations:
        if operation not in view.permission_codes:
            yield Error(
                f"{path}: {view.__name__} declares no permission for {operation}.",
                hint=f"Name it in {view.__name__}.permission_codes.",
                id="common.api.E003",
                obj=view,
            )


def check_declared_permissions() -> list[CheckMessage]:
    """Return an error for every operation of the URLconf that does not say who may call it."""
    found = routes(get_resolver().url_patterns)
    return [error for path, callback in found for error in undeclared(path, callback)]

"""R-4: deny by default. A view says which code each of its actions needs; silence is a denial."""

from enum import Enum
from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common.exceptions import NotAuthenticated, PermissionDenied

if TYPE_CHECKING:
    # REST framework loads its default permissions while its views are being defined.
    from rest_framework.views import APIView

    from common.api.views import HouseAPIView


class Access(Enum):
    """Who may call an action that needs no permission code."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN


class DeclaredPermission(BasePermission):
    """Lets a request pass whose actor holds the action's code somewhere; the scope decides about rows."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = required_access(view)
        if needed is PUBLIC or request.method == "OPTIONS":
            return True
        if needed is None:
            # A method nobody serves here: the view answers 405 itself.
            return request.method is None or not hasattr(view, request.method.lower())
        actor = _house(view).actor
        if actor.id is None:
            raise NotAuthenticated
        if needed is SIGNED_IN or (isinstance(needed, str) and actor.scope(needed)):
            return True
        raise PermissionDenied


def _house(view: "APIView") -> "HouseAPIView":
    return view  # type: ignore[return-value]  # required_access is None for every other view


def required_access(view: "APIView") -> "str | Access | None":
    """Return what the running action needs; None when the view declares nothing for it."""
    codes = getattr(view, "permission_codes", {})
    return codes.get(view.operation) if hasattr(view, "operation") else None

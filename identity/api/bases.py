"""Bases of the endpoints below /auth: their bodies and answers are credentials, of which no copy is kept."""

from typing import cast

from common.api.views import HouseAPIView
from identity.actors import UserActor
from identity.models import User


class AnonymousView(HouseAPIView):
    """A call that carries its own credentials; a stale `Authorization` header does not stand in its way."""

    authentication_classes = ()
    keeps_answers = False


class AccountView(HouseAPIView):
    """A call about the caller's own account."""

    keeps_answers = False

    @property
    def account(self) -> UserActor:
        """The caller, who is signed in."""
        return cast("UserActor", self.actor)

    @property
    def user(self) -> User:
        """The caller's account."""
        return cast("User", self.request.user)

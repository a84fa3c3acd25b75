from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import SIGNED_IN
from common.api.views import HouseViewSet, ListMixin
from identity.actors import UserActor
from identity.api.serializers import SessionOutput
from identity.models import RefreshToken
from identity.selectors.sessions import list_sessions
from identity.services.sessions import revoke_session


class SessionViewSet(ListMixin, HouseViewSet):
    """The caller's own log-ins."""

    permission_codes = {"list": SIGNED_IN, "destroy": SIGNED_IN}
    serializer_class = SessionOutput
    ordering = ("-created_at",)

    @property
    def account(self) -> UserActor:
        """The caller, who is signed in."""
        return cast("UserActor", self.actor)

    def get_queryset(self) -> QuerySet[RefreshToken]:
        return list_sessions(user_id=self.account.id, current=self.account.session_id, at=timezone.now())

    def destroy(self, request: Request, pk: Any) -> Response:
        """End a log-in; its tokens are dead at once."""
        revoke_session(session_id=pk, by=self.account, at=timezone.now())
        return Response(status=204)

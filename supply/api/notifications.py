"""What the caller is told."""

from drf_spectacular.utils import OpenApiParameter, extend_schema

from supply.api.answers import NotificationAnswer, ReadAllAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.pages import page_of
from supply.api.queries import NotificationQuery
from supply.selectors.lists import count_unread, list_notifications
from supply.selectors.things import get_notification
from supply.services.notifications import mark_all_read, mark_read
from supply.validators import parse_id

UNREAD = "X-Unread-Count"


class NotificationViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "read", "read_all")
    query_serializers = {"list": NotificationQuery}
    answer_serializers = {
        "list": page_of(NotificationAnswer),
        "read": NotificationAnswer,
        "read_all": ReadAllAnswer,
    }

    @extend_schema(
        parameters=[
            OpenApiParameter(
                UNREAD, int, OpenApiParameter.HEADER, response=[200], description="Unread notifications."
            )
        ]
    )
    def list(self, request: Request) -> Response:
        """List what the caller was told, the newest first; X-Unread-Count tells how much is unread."""
        page = self.page
        rows = list_notifications(self.actor, is_read=self.query.get("is_read"))
        headers = {UNREAD: str(count_unread(self.actor))}
        return self.numbered_page(page, rows, NotificationAnswer, headers=headers)

    def read(self, request: Request, pk: str) -> Response:
        """Note that the caller has looked at it."""
        notification = mark_read(notification=get_notification(parse_id(pk)), by=self.actor)
        return Response(NotificationAnswer(notification).data)

    def read_all(self, request: Request) -> Response:
        """Note that the caller has looked at everything."""
        return Response({"updated": mark_all_read(by=self.actor)})

"""Conversations of consumers with sales representatives."""

from django.utils import timezone

from common.exceptions import NotFound
from supply.api.answers import ChatMessageAnswer, ChatSessionAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import ChatInput, MessageInput
from supply.api.pages import PageQuery, page_of
from supply.api.queries import MessageQuery
from supply.exceptions import NotStaff
from supply.selectors.lists import list_messages, list_sessions
from supply.selectors.members import get_own_consumer
from supply.selectors.things import get_order, get_person, get_session
from supply.services.chats import open_chat, post_message
from supply.validators import parse_id


class ChatSessionViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "create")
    body_serializers = {"create": ChatInput}
    query_serializers = {"list": PageQuery}
    answer_serializers = {"list": page_of(ChatSessionAnswer), "create": ChatSessionAnswer}
    success_statuses = {"create": 201}
    refusals = {"list": (NotFound,), "create": (NotFound, NotStaff)}

    def list(self, request: Request) -> Response:
        """List the conversations that the caller takes part in, the newest first."""
        return self.numbered_page(self.page, list_sessions(self.actor), ChatSessionAnswer)

    def create(self, request: Request) -> Response:
        """Open a conversation with somebody who works for a supplier."""
        body = self.body
        consumer = get_own_consumer(self.actor)
        sales_rep = get_person(parse_id(body["sales_rep_id"]))
        order_id = body.get("order_id")
        session = open_chat(
            consumer=consumer,
            sales_rep=sales_rep,
            order=None if order_id is None else get_order(parse_id(order_id)),
            by=self.actor,
            at=timezone.now(),
        )
        return Response(ChatSessionAnswer(session).data, status=201)


class ChatMessageViewSet(ExchangeViewSet):
    permission_codes = signed_in("list", "create")
    body_serializers = {"create": MessageInput}
    query_serializers = {"list": MessageQuery}
    answer_serializers = {"list": page_of(ChatMessageAnswer), "create": ChatMessageAnswer}
    success_statuses = {"create": 201}

    def list(self, request: Request, pk: str) -> Response:
        """List the messages of a conversation, the oldest first."""
        page = self.page
        messages = list_messages(self.actor, get_session(parse_id(pk)))
        return self.numbered_page(page, messages, ChatMessageAnswer)

    def create(self, request: Request, pk: str) -> Response:
        """Write to the other participant."""
        body = self.body
        message = post_message(
            session=get_session(parse_id(pk)),
            text=body["text"],
            file_url=body.get("file_url"),
            by=self.actor,
            at=timezone.now(),
        )
        return Response(ChatMessageAnswer(message).data, status=201)

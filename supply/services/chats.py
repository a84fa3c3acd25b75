"""Conversations of consumers with sales representatives."""

from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import PermissionDenied
from identity.models import User
from supply.exceptions import NotStaff
from supply.models import ChatMessage, ChatSession, Consumer, Order
from supply.policies import acts_for, takes_part
from supply.selectors.members import works_for
from supply.services.notifications import notify


def open_chat(
    *, consumer: Consumer, sales_rep: User, order: Order | None, by: Actor, at: datetime
) -> ChatSession:
    """Open a conversation with somebody who works for a supplier, for that of the order if there is one.

    Raises NotStaff, PermissionDenied for another consumer's order.
    """
    if not acts_for(by, consumer):
        raise PermissionDenied
    if not works_for(sales_rep.pk, None if order is None else [order.supplier_id]):
        raise NotStaff
    if order is not None and order.consumer_id != consumer.pk:
        raise PermissionDenied
    return ChatSession.objects.create(consumer=consumer, sales_rep=sales_rep, order=order, created_at=at)


@transaction.atomic
def post_message(
    *, session: ChatSession, text: str, file_url: str | None, by: Actor, at: datetime
) -> ChatMessage:
    """Write a message and tell the other participant; PermissionDenied for all but the two."""
    if by.id is None or not takes_part(by, session):
        raise PermissionDenied
    message = ChatMessage.objects.create(
        session=session, sender_id=by.id, text=text, file_url=file_url, created_at=at
    )
    people = {session.consumer.user_id, session.sales_rep_id} - {by.id}
    notify(people, kind="message.received", message="You have a new message.", at=at)
    return message

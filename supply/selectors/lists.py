"""What the caller sees of the exchange, newest first unless said otherwise; PermissionDenied by kind."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from common.actors import Actor
from common.exceptions import PermissionDenied
from identity.enums import UserRole
from supply.models import (
    ChatMessage,
    ChatSession,
    Complaint,
    Link,
    Notification,
    Order,
    Supplier,
    SupplierStaff,
)
from supply.policies import TRADING_ROLES, require_role, role_of, takes_part
from supply.selectors.members import get_managed_ids, get_own_consumer, get_own_supplier, get_side

Row = TypeVar("Row", bound=Model)


def newest_first(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Order rows by their creation, the tie broken by key."""
    return rows.order_by("-created_at", "-pk")


def list_staff(by: Actor) -> QuerySet[SupplierStaff]:
    """Return the staff of the caller's supplier, with their accounts."""
    rows = SupplierStaff.objects.of_suppliers([get_own_supplier(by).pk])
    return newest_first(rows.select_related("user"))


def list_suppliers(text: str = "") -> QuerySet[Supplier]:
    """Return active suppliers by name, those whose name holds the text."""
    rows = Supplier.objects.active()
    return (rows.named_like(text) if text else rows).by_name()


def list_own_links(by: Actor, *, status: str | None) -> QuerySet[Link]:
    """Return the calling consumer's links with their two sides."""
    return _links(Link.objects.filter(consumer=get_own_consumer(by)), status)


def list_incoming_links(by: Actor, *, status: str | None) -> QuerySet[Link]:
    """Return the links asked for of the caller's suppliers, with their two sides."""
    return _links(Link.objects.of_suppliers(get_managed_ids(by)), status)


def list_orders(by: Actor, *, status: str | None) -> QuerySet[Order]:
    """Return a consumer's own orders, or those of the suppliers that the caller manages, with their lines."""
    side = get_side(by)
    if side.consumer is not None:
        rows = Order.objects.of_consumer(side.consumer)
    else:
        rows = Order.objects.of_suppliers(list(side.suppliers))
    if status is not None:
        rows = rows.with_status(status)
    return newest_first(rows.with_lines())


def list_sessions(by: Actor) -> QuerySet[ChatSession]:
    """Return the conversations that the caller takes part in."""
    require_role(by, TRADING_ROLES)
    if role_of(by) == UserRole.CONSUMER:
        return newest_first(ChatSession.objects.filter(consumer=get_own_consumer(by)))
    return newest_first(ChatSession.objects.answered_by(_account(by)))


def list_messages(by: Actor, session: ChatSession) -> QuerySet[ChatMessage]:
    """Return the messages of a conversation, oldest first; PermissionDenied for all but the two."""
    if not takes_part(by, session):
        raise PermissionDenied
    return ChatMessage.objects.of_session(session)


def list_complaints(by: Actor, *, status: str | None) -> QuerySet[Complaint]:
    """Return a consumer's own complaints, or those that name the caller."""
    require_role(by, TRADING_ROLES)
    if role_of(by) == UserRole.CONSUMER:
        rows = Complaint.objects.filter(consumer=get_own_consumer(by))
    else:
        rows = Complaint.objects.naming(_account(by))
    if status is not None:
        rows = rows.with_status(status)
    return newest_first(rows)


def list_notifications(by: Actor, *, is_read: bool | None) -> QuerySet[Notification]:
    """Return what the caller was told."""
    rows = Notification.objects.inbox_of(_account(by))
    if is_read is not None:
        rows = rows.filter(is_read=is_read)
    return newest_first(rows)


def count_unread(by: Actor) -> int:
    """Return how many notifications the caller has not looked at."""
    return Notification.objects.inbox_of(_account(by)).unread().count()


def _links(rows: QuerySet[Link], status: str | None) -> QuerySet[Link]:
    if status is not None:
        rows = rows.filter(status=status)
    return newest_first(rows.select_related("consumer", "supplier"))


def _account(by: Actor) -> UUID:
    if by.id is None:
        raise PermissionDenied
    return by.id

"""What people of the exchange are told, in the transaction of its event."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from common.actors import Actor
from common.db.rows import insert_rows
from common.exceptions import PermissionDenied
from supply.models import Notification, Supplier
from supply.selectors.members import people_in_charge


class Notice(NamedTuple):
    """Something to tell."""

    kind: str
    message: str


def notify(recipients: Iterable[UUID], *, kind: str, message: str, at: datetime) -> None:
    """Tell each of these accounts once; the caller is in the transaction of the event."""
    insert_rows(*notification_rows(recipients, [Notice(kind, message)], at=at))


def notification_rows(
    recipients: Iterable[UUID], notices: Iterable[Notice], *, at: datetime
) -> list[Notification]:
    """Return the rows that tell each of these accounts once of each thing, for the caller to write."""
    people = list(dict.fromkeys(recipients))
    return [
        Notification(recipient_id=person, type=notice.kind, message=notice.message, created_at=at)
        for notice in notices
        for person in people
    ]


def notify_supplier(supplier: Supplier, *, kind: str, message: str, at: datetime) -> None:
    """Tell the owner and the managers of a supplier."""
    notify(people_in_charge(supplier), kind=kind, message=message, at=at)


@transaction.atomic
def mark_read(*, notification: Notification, by: Actor) -> Notification:
    """Note that the recipient has looked at it; doing it twice is no mistake. PermissionDenied for others."""
    if notification.recipient_id != by.id:
        raise PermissionDenied
    if not notification.is_read:
        notification.is_read = True
        notification.save(update_fields=["is_read"])
    return notification


def mark_all_read(*, by: Actor) -> int:
    """Note that the account has looked at everything; returns how many were unread."""
    if by.id is None:
        return 0
    return Notification.objects.inbox_of(by.id).unread().update(is_read=True)

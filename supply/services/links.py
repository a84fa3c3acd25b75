"""The acquaintance of consumers with suppliers: asked for, accepted, denied, reopened, blocked."""

from datetime import datetime

from django.db import IntegrityError, transaction

from common.actors import Actor
from common.db.errors import constraint_name
from common.exceptions import Duplicate, PermissionDenied
from events.services.publish import publish
from supply.enums import LINK_MOVES, LinkStatus
from supply.models import Consumer, Link, Supplier
from supply.policies import acts_for
from supply.selectors.members import require_manages
from supply.services.moves import VersionCheck, any_version, check_move, lock_row
from supply.services.notifications import notify, notify_supplier

WORDS = {
    LinkStatus.PENDING: "reopened",
    LinkStatus.ACCEPTED: "accepted",
    LinkStatus.DENIED: "denied",
    LinkStatus.BLOCKED: "blocked",
}
"""State → what the consumer is told has happened."""


@transaction.atomic
def request_link(*, consumer: Consumer, supplier: Supplier, by: Actor, at: datetime) -> Link:
    """Ask a supplier for a link and tell its owner and managers; emits link.pending.

    Raises PermissionDenied, Duplicate when there is any link of the two, denied or blocked ones included.
    """
    if not acts_for(by, consumer):
        raise PermissionDenied
    link = Link(consumer=consumer, supplier=supplier, created_at=at, updated_at=at)
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        if constraint_name(error) == "uq_consumer_supplier":
            raise Duplicate("There is a link with this supplier.") from error
        raise
    _publish(link, by=by, at=at)
    message = f"{consumer.organization_name} asks for a link."
    notify_supplier(supplier, kind="link.requested", message=message, at=at)
    return link


@transaction.atomic
def move_link(
    *, link: Link, to: str, by: Actor, at: datetime, check_version: VersionCheck = any_version
) -> Link:
    """Accept, deny, reopen or block a link and tell the consumer; emits link.<status>.

    Raises PermissionDenied for all but owner and managers of the supplier, VersionConflict,
    IllegalTransition, MovedMeanwhile.
    """
    require_manages(by, link.supplier_id)
    locked = lock_row(Link.objects.select_related("consumer", "supplier"), link)
    check_version(locked)
    check_move(LINK_MOVES, seen=link, locked=locked, to=to)
    locked.status = LinkStatus(to)
    locked.save(update_fields=["status", "updated_at"])
    _publish(locked, by=by, at=at)
    word = WORDS[locked.status]
    message = f"{locked.supplier.company_name} has {word} your link."
    notify([locked.consumer.user_id], kind=f"link.{word}", message=message, at=at)
    return locked


def _publish(link: Link, *, by: Actor, at: datetime) -> None:
    payload = {"consumer_id": str(link.consumer_id), "supplier_id": str(link.supplier_id)}
    publish(f"link.{link.status}", subject=link, by=by, at=at, payload=payload)

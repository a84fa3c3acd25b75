"""Complaints about orders: opened by the consumer, dealt with by the people it names."""

from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import PermissionDenied
from events.services.publish import publish
from identity.models import User
from supply.enums import COMPLAINT_MOVES, ComplaintStatus
from supply.exceptions import NotStaff, ResolutionRequired
from supply.models import Complaint, Consumer, Order
from supply.policies import acts_for, deals_with
from supply.selectors.members import manages, works_for
from supply.services.moves import VersionCheck, any_version, check_move, lock_row
from supply.services.notifications import notify


@transaction.atomic
def open_complaint(
    *,
    consumer: Consumer,
    order: Order,
    sales_rep: User,
    manager: User,
    description: str,
    by: Actor,
    at: datetime,
) -> Complaint:
    """Complain about an own order and tell the representative and the manager; emits complaint.open.

    Raises PermissionDenied for another consumer's order, NotStaff unless both work for its supplier (the
    owner counts as manager).
    """
    if not acts_for(by, consumer) or order.consumer_id != consumer.pk:
        raise PermissionDenied
    if not works_for(sales_rep.pk, [order.supplier_id]) or not manages(manager.pk, order.supplier):
        raise NotStaff
    complaint = Complaint.objects.create(
        order=order,
        consumer=consumer,
        sales_rep=sales_rep,
        manager=manager,
        description=description,
        created_at=at,
        updated_at=at,
    )
    _publish(complaint, by=by, at=at)
    message = f"{consumer.organization_name} complains about an order."
    notify([sales_rep.pk, manager.pk], kind="complaint.opened", message=message, at=at)
    return complaint


@transaction.atomic
def move_complaint(
    *,
    complaint: Complaint,
    to: str,
    resolution: str | None,
    by: Actor,
    at: datetime,
    check_version: VersionCheck = any_version,
) -> Complaint:
    """Escalate a complaint (manager and owner are told) or resolve it (the consumer is told).

    Emits complaint.<status>. Raises PermissionDenied for all but the named representative and manager,
    VersionConflict, IllegalTransition, MovedMeanwhile, then ResolutionRequired.
    """
    if not deals_with(by, complaint):
        raise PermissionDenied
    locked = lock_row(Complaint.objects.select_related("consumer", "order__supplier"), complaint)
    check_version(locked)
    check_move(COMPLAINT_MOVES, seen=complaint, locked=locked, to=to)
    locked.status = ComplaintStatus(to)
    if locked.status == ComplaintStatus.RESOLVED:
        locked.resolution = (resolution or "").strip()
        if not locked.resolution:
            raise ResolutionRequired
    locked.save(update_fields=["status", "resolution", "updated_at"])
    _publish(locked, by=by, at=at)
    _tell(locked, at=at)
    return locked


def _tell(complaint: Complaint, *, at: datetime) -> None:
    supplier = complaint.order.supplier
    if complaint.status == ComplaintStatus.RESOLVED:
        people = [complaint.consumer.user_id]
        message = f"{supplier.company_name} has resolved your complaint."
    else:
        people = [complaint.manager_id, supplier.user_id]
        message = f"A complaint of {complaint.consumer.organization_name} was escalated."
    notify(people, kind=f"complaint.{complaint.status}", message=message, at=at)


def _publish(complaint: Complaint, *, by: Actor, at: datetime) -> None:
    payload = {"order_id": str(complaint.order_id), "consumer_id": str(complaint.consumer_id)}
    publish(f"complaint.{complaint.status}", subject=complaint, by=by, at=at, payload=payload)

"""Who somebody is on the exchange: a consumer, an owner, somebody who works for a supplier."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from common.actors import Actor
from common.db.statements import RowStatement
from common.exceptions import NotFound, PermissionDenied
from identity.enums import UserRole
from supply.enums import StaffRole
from supply.models import Complaint, Consumer, Link, Order, Supplier, SupplierStaff
from supply.policies import (
    MANAGING_ROLES,
    TRADING_ROLES,
    deals_with,
    governs,
    require_role,
    role_of,
)

CONSUMERS = frozenset({UserRole.CONSUMER})
CONSUMER_OF = RowStatement(Consumer, "WHERE user_id = %(user)s")
OWNERS = frozenset({UserRole.SUPPLIER_OWNER})


def get_own_consumer(by: Actor) -> Consumer:
    """Return the consumer that the actor buys for; PermissionDenied by kind, NotFound without a profile."""
    require_role(by, CONSUMERS)
    consumer = CONSUMER_OF.first({"user": by.id})
    if consumer is None:
        raise NotFound("The account has no consumer profile.")
    return consumer


def get_own_supplier(by: Actor) -> Supplier:
    """Return the supplier that the actor owns; PermissionDenied by kind, NotFound without a profile."""
    require_role(by, OWNERS)
    supplier = Supplier.objects.filter(user=by.id).first()
    if supplier is None:
        raise NotFound("The account has no supplier.")
    return supplier


def get_managed_supplier(by: Actor) -> Supplier:
    """Return the supplier that the actor owns or manages, the first one of several; raises as above."""
    require_role(by, MANAGING_ROLES)
    managed = _managed_by(by).order_by("created_at", "pk").first()
    if managed is None:
        raise NotFound("The account has no supplier.")
    return managed


def get_managed_ids(by: Actor) -> list[UUID]:
    """Return the suppliers that the actor owns or manages; PermissionDenied by kind, NotFound for none."""
    require_role(by, MANAGING_ROLES)
    managed = list(_managed_by(by).values_list("pk", flat=True))
    if not managed:
        raise NotFound("The account has no supplier.")
    return managed


def _managed_by(by: Actor) -> QuerySet[Supplier]:
    if role_of(by) == UserRole.SUPPLIER_OWNER:
        return Supplier.objects.filter(user=by.id)
    return Supplier.objects.filter(supplier_staff__user=by.id, supplier_staff__staff_role=StaffRole.MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The side of links and orders that somebody stands on: a consumer's, or that of suppliers."""

    consumer: Consumer | None = None
    suppliers: frozenset[UUID] = frozenset()

    def require(self, row: Link | Order) -> None:
        """Raise PermissionDenied when the row is none of this side's."""
        is_own = self.consumer is not None and row.consumer_id == self.consumer.pk
        if not is_own and row.supplier_id not in self.suppliers:
            raise PermissionDenied


def get_side(by: Actor) -> Side:
    """Return the side of a consumer, owner or manager; PermissionDenied by kind, NotFound for no profile."""
    if role_of(by) == UserRole.CONSUMER:
        return Side(consumer=get_own_consumer(by))
    return Side(suppliers=frozenset(get_managed_ids(by)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads complaints: a consumer its own, somebody of a supplier those that name them."""

    by: Actor
    consumer: Consumer | None = None

    def require(self, complaint: Complaint) -> None:
        """Raise PermissionDenied for a complaint that is none of the reader's business."""
        is_own = self.consumer is not None and complaint.consumer_id == self.consumer.pk
        if not is_own and not deals_with(self.by, complaint):
            raise PermissionDenied


def get_reader(by: Actor) -> Reader:
    """Return the reader of complaints; PermissionDenied by kind, NotFound for a consumer without profile."""
    require_role(by, TRADING_ROLES)
    if role_of(by) == UserRole.CONSUMER:
        return Reader(by=by, consumer=get_own_consumer(by))
    return Reader(by=by)


def require_manages(by: Actor, supplier_id: UUID) -> None:
    """Raise PermissionDenied unless the actor owns or manages the supplier, or governs the exchange."""
    if governs(by):
        return
    require_role(by, MANAGING_ROLES)
    if not _managed_by(by).filter(pk=supplier_id).exists():
        raise PermissionDenied


def people_in_charge(supplier: Supplier) -> list[UUID]:
    """Return the accounts of a supplier's owner and managers."""
    managers = SupplierStaff.objects.of_suppliers([supplier.pk]).managers()
    return [supplier.user_id, *managers.values_list("user", flat=True)]


def works_for(user_id: UUID, suppliers: Iterable[UUID] | None = None) -> bool:
    """Tell whether somebody is staff, of one of these suppliers or of any; the owner is not staff."""
    rows = SupplierStaff.objects.filter(user=user_id)
    return (rows if suppliers is None else rows.of_suppliers(list(suppliers))).exists()


def manages(user_id: UUID, supplier: Supplier) -> bool:
    """Tell whether somebody is a manager of the supplier; its owner counts as one."""
    return (
        user_id == supplier.user_id
        or SupplierStaff.objects.of_suppliers([supplier.pk]).managers().filter(user=user_id).exists()
    )

"""One thing of the exchange by its id; an unknown one raises NotFound. Who may see it is asked afterwards.

The contract tells 404 from 403: ids are unguessable, so that an unknown one gives nothing away.
"""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from common.db.statements import RowStatement
from common.exceptions import NotFound
from identity.models import User
from supply.models import (
    ChatSession,
    Complaint,
    Link,
    Notification,
    Order,
    Product,
    Supplier,
    SupplierStaff,
)

Row = TypeVar("Row", bound=Model)
TRADING_SUPPLIER = RowStatement(Supplier, "WHERE id = %(id)s AND is_active")


def get_supplier(pk: UUID) -> Supplier:
    """Return a supplier that trades."""
    supplier = TRADING_SUPPLIER.first({"id": pk})
    if supplier is None:
        raise NotFound("There is no such supplier.")
    return supplier


def get_staff_member(pk: UUID) -> SupplierStaff:
    """Return a row of a supplier's staff, with account and supplier."""
    rows = SupplierStaff.objects.select_related("user", "supplier")
    return _get(rows, pk, "There is no such member of staff.")


def get_product(pk: UUID) -> Product:
    """Return a product, active or not."""
    return _get(Product.objects.all(), pk, "There is no such product.")


def get_link(pk: UUID) -> Link:
    """Return a link with its two sides."""
    return _get(Link.objects.select_related("consumer", "supplier"), pk, "There is no such link.")


def get_order(pk: UUID) -> Order:
    """Return an order with its lines, consumer and supplier."""
    rows = Order.objects.select_related("consumer", "supplier").with_lines()
    return _get(rows, pk, "There is no such order.")


def get_session(pk: UUID) -> ChatSession:
    """Return a conversation with its consumer."""
    return _get(ChatSession.objects.select_related("consumer"), pk, "There is no such conversation.")


def get_complaint(pk: UUID) -> Complaint:
    """Return a complaint with its consumer."""
    return _get(Complaint.objects.select_related("consumer"), pk, "There is no such complaint.")


def get_notification(pk: UUID) -> Notification:
    """Return a notification."""
    return _get(Notification.objects.all(), pk, "There is no such notification.")


def get_person(pk: UUID) -> User:
    """Return an account that is not hidden."""
    return _get(User.objects.live(), pk, "There is no such person.")


def _get(rows: QuerySet[Row], pk: UUID, otherwise: str) -> Row:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(otherwise)
    return row

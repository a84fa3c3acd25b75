"""The exchange of the world: the callers' supplier and consumer, linked, and rivals of both."""

from typing import Any

from identity.models import User
from supply.enums import StaffRole
from tests.factories.supply import (
    ChatSessionFactory,
    ComplaintFactory,
    ConsumerFactory,
    LinkFactory,
    NotificationFactory,
    OrderFactory,
    OrderItemFactory,
    ProductFactory,
    SupplierFactory,
    SupplierStaffFactory,
)


class Side:
    """A supplier with staff, a consumer, and what passed between them."""

    def __init__(self, *, owner: User, manager: User, sales: User, consumer: User) -> None:
        self.supplier = SupplierFactory(user=owner)
        self.manager = SupplierStaffFactory(supplier=self.supplier, user=manager)
        self.sales = SupplierStaffFactory(supplier=self.supplier, staff_role=StaffRole.SALES, user=sales)
        self.consumer = ConsumerFactory(user=consumer)
        self.product = ProductFactory(supplier=self.supplier)
        self.sold = ProductFactory(supplier=self.supplier)
        self.link = LinkFactory(consumer=self.consumer, supplier=self.supplier)
        self.order = OrderFactory(consumer=self.consumer, supplier=self.supplier)
        OrderItemFactory(order=self.order, product=self.sold)
        self.session = ChatSessionFactory(consumer=self.consumer, sales_rep=sales)
        self.complaint = ComplaintFactory(order=self.order, sales_rep=sales, manager=manager)
        self.notification = NotificationFactory(recipient=consumer)

    def row(self, name: str) -> Any:
        return getattr(self, name)

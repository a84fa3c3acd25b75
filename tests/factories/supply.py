"""The exchange: suppliers, consumers and what passes between them; each factory needs no arguments."""

from decimal import Decimal

from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from identity.enums import UserRole
from supply.enums import LinkStatus, StaffRole
from supply.models import (
    ChatMessage,
    ChatSession,
    Complaint,
    Consumer,
    Link,
    Notification,
    Order,
    OrderItem,
    Product,
    Recipe,
    Supplier,
    SupplierStaff,
)
from tests.factories.bookings import MenuItemFactory
from tests.factories.identity import UserFactory

KIND_OF_STAFF = {
    StaffRole.MANAGER: UserRole.SUPPLIER_MANAGER,
    StaffRole.SALES: UserRole.SUPPLIER_SALES,
}


class SupplierFactory(DjangoModelFactory):
    """An active supplier with its owner."""

    class Meta:
        model = Supplier

    user = SubFactory(UserFactory, role=UserRole.SUPPLIER_OWNER)
    company_name = Sequence(lambda n: f"Supplier {n}")


class ConsumerFactory(DjangoModelFactory):
    class Meta:
        model = Consumer

    user = SubFactory(UserFactory, role=UserRole.CONSUMER)
    organization_name = Sequence(lambda n: f"Restaurant {n}")


class SupplierStaffFactory(DjangoModelFactory):
    """A manager."""

    class Meta:
        model = SupplierStaff

    supplier = SubFactory(SupplierFactory)
    staff_role = StaffRole.MANAGER
    user = SubFactory(
        UserFactory, role=LazyAttribute(lambda user: KIND_OF_STAFF[user.factory_parent.staff_role])
    )


class ProductFactory(DjangoModelFactory):
    """Something that costs 10.00 and of which there are 100."""

    class Meta:
        model = Product

    supplier = SubFactory(SupplierFactory)
    name = Sequence(lambda n: f"Product {n}")
    sku = Sequence(lambda n: f"SKU-{n}")
    price_kzt = Decimal("10.00")
    stock_qty = 100
    stock_full_qty = SelfAttribute("stock_qty")


class RecipeFactory(DjangoModelFactory):
    class Meta:
        model = Recipe

    menu_item = SubFactory(MenuItemFactory)
    product = SubFactory(ProductFactory)
    qty_per_guest = Decimal("0.2500")


class LinkFactory(DjangoModelFactory):
    """An accepted link."""

    class Meta:
        model = Link

    consumer = SubFactory(ConsumerFactory)
    supplier = SubFactory(SupplierFactory)
    status = LinkStatus.ACCEPTED


class OrderFactory(DjangoModelFactory):
    """An order without items."""

    class Meta:
        model = Order

    consumer = SubFactory(ConsumerFactory)
    supplier = SubFactory(SupplierFactory)


class OrderItemFactory(DjangoModelFactory):
    class Meta:
        model = OrderItem

    order = SubFactory(OrderFactory)
    product = SubFactory(ProductFactory, supplier=SelfAttribute("..order.supplier"))
    qty = 1
    unit_price_kzt = SelfAttribute("product.price_kzt")


class ChatSessionFactory(DjangoModelFactory):
    class Meta:
        model = ChatSession

    consumer = SubFactory(ConsumerFactory)
    sales_rep = SubFactory(UserFactory, role=UserRole.SUPPLIER_SALES)


class ChatMessageFactory(DjangoModelFactory):
    class Meta:
        model = ChatMessage

    session = SubFactory(ChatSessionFactory)
    sender = SelfAttribute("session.sales_rep")
    text = "Good morning"


class ComplaintFactory(DjangoModelFactory):
    class Meta:
        model = Complaint

    order = SubFactory(OrderFactory)
    consumer = SelfAttribute("order.consumer")
    sales_rep = SubFactory(UserFactory, role=UserRole.SUPPLIER_SALES)
    manager = SelfAttribute("order.supplier.user")
    description = "The fish was warm"


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = Notification

    recipient = SubFactory(UserFactory, role=UserRole.CONSUMER)
    type = "order.accepted"
    message = "Your order was accepted."

"""Two suppliers with staff, two consumers, strangers: everybody whom the rules of the exchange tell apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import transaction

from identity.enums import UserRole
from identity.models import User
from identity.selectors import actor_for
from supply.enums import StaffRole
from supply.models import Notification
from tests.bookings.api.clients import Caller
from tests.factories.identity import UserFactory
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

STRANGERS = (UserRole.CUSTOMER, UserRole.CHEF, UserRole.ADMIN, UserRole.SUPER_ADMIN)
PASSWORD = "Violet-Harbour-42"
NOWHERE = "0197a000-0000-7000-8000-00000000dead"


class World:
    """Supplier and consumer with an accepted link, an order, a chat and a complaint; rivals of both."""

    def __init__(self) -> None:
        self.supplier = SupplierFactory(company_name="Fish & Co")
        self.rival = SupplierFactory(company_name="Rival Foods")
        self.manager = SupplierStaffFactory(supplier=self.supplier)
        self.sales = SupplierStaffFactory(supplier=self.supplier, staff_role=StaffRole.SALES)
        self.rival_manager = SupplierStaffFactory(supplier=self.rival)
        self.rival_sales = SupplierStaffFactory(supplier=self.rival, staff_role=StaffRole.SALES)
        self.consumer = ConsumerFactory(organization_name="Harbour Kitchen")
        self.other_consumer = ConsumerFactory(organization_name="Other Kitchen")
        self.product = ProductFactory(supplier=self.supplier)
        self.link = LinkFactory(consumer=self.consumer, supplier=self.supplier)
        self.order = OrderFactory(consumer=self.consumer, supplier=self.supplier, total_kzt=20)
        self.item = OrderItemFactory(order=self.order, product=self.product, qty=2)
        self.session = ChatSessionFactory(consumer=self.consumer, sales_rep=self.sales.user)
        self.complaint = ComplaintFactory(
            order=self.order, sales_rep=self.sales.user, manager=self.manager.user
        )
        self.notification = NotificationFactory(recipient=self.consumer.user)
        self.people: dict[str, User] = {
            "owner": self.supplier.user,
            "manager": self.manager.user,
            "sales": self.sales.user,
            "rival_owner": self.rival.user,
            "rival_manager": self.rival_manager.user,
            "rival_sales": self.rival_sales.user,
            "consumer": self.consumer.user,
            "other_consumer": self.other_consumer.user,
            **{str(role.value): UserFactory(role=role) for role in STRANGERS},
        }

    def actor(self, who: str) -> Any:
        return actor_for(self.people[who])

    def as_(self, who: str) -> Caller:
        """Return a caller of the exchange: one of the people, or `guest`."""
        return ExchangeCaller(None if who == "guest" else self.actor(who))


class ExchangeCaller(Caller):
    """A caller whose paths begin below /supply."""

    def get(self, path: str, **query: Any) -> Any:
        return super().get(f"/supply{path}", **query)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return super().send(method, f"/supply{path}", body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("put", path, body, **more)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block writes, so that many cases share one world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, list[Any]]:
    """Return every row of the exchange and every account: what a refusal must leave as it was."""
    models = [*apps.get_app_config("supply").get_models(), User]
    return {model.__name__: sorted(map(str, model._base_manager.values())) for model in models}


def told() -> list[tuple[str, Any]]:
    """Return who was told what: kind and account, in order; forgets it."""
    rows = sorted(Notification.objects.values_list("type", "recipient_id"), key=str)
    Notification.objects.all().delete()
    return rows

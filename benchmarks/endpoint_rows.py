"""Rows behind every list of the API, few or many: two callers of the house and two of the exchange."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from django.utils import timezone

from benchmarks.house import token_for
from bookings.models import Booking
from identity.enums import StationRole, UserRole
from identity.models import Station, User
from supply.models import Consumer, Order, OrderItem, Supplier
from tests.factories import bookings, events, identity, integra, supply

PARTIES_OF_A_DAY = 4
_numbers = count(1)


@dataclass(slots=True)
class Scene:
    """One station, one party and one supplier whose every list grows."""

    station: Station = field(default_factory=bookings.make_selling_station)
    callers: dict[str, User] = field(default_factory=dict)
    party: Booking = field(init=False)
    supplier: Supplier = field(init=False)
    consumer: Consumer = field(init=False)
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        bookings.TravelFeeConfigurationFactory(station=self.station)
        for role in (UserRole.SUPER_ADMIN, UserRole.STATION_MANAGER):
            self.callers[role.value] = _user(role)
        manager = self.callers[UserRole.STATION_MANAGER]
        identity.StationUserFactory(user=manager, station=self.station, role=StationRole.STATION_ADMIN)
        self.party = self._party()
        self.supplier = supply.SupplierFactory(user=_user(UserRole.SUPPLIER_OWNER))
        self.consumer = supply.ConsumerFactory(user=_user(UserRole.CONSUMER))
        supply.LinkFactory(supplier=self.supplier, consumer=self.consumer)
        self.order = self._order()
        self.callers |= {"supplier_owner": self.supplier.user, "consumer": self.consumer.user}

    def tokens(self) -> dict[str, str]:
        """Return an access token of each caller."""
        return {name: token_for(user) for name, user in self.callers.items()}

    def grow(self, rows: int) -> None:
        """Add as many rows to each list, each with people, prices and parties of its own."""
        for _row in range(rows):
            self._grow_house()
            self._grow_exchange()

    def _grow_house(self) -> None:
        station, manager = self.station, self.callers[UserRole.STATION_MANAGER]
        party = self._party()
        bookings.BookingReminderFactory(booking=self.party, scheduled_for=timezone.now() + _shift())
        bookings.PriceAdjustmentFactory(booking=self.party, amount_cents=-1)
        bookings.ChefFactory(station=station)
        code = f"bench-{next(_numbers)}"
        bookings.MenuItemFactory(station=station, code=code)
        bookings.AddonItemFactory(station=station, code=code)
        bookings.DynamicPricingRuleFactory(station=station, name=code)
        bookings.ReservationHoldFactory(station=station, date=party.date, lane=next(_numbers))
        payment = bookings.PaymentFactory(booking=party)
        bookings.SystemEventFactory(entity_id=party.pk, timestamp=timezone.now())
        told = events.DomainEventFactory(subject=self.party, station_id=station.pk)
        events.OutboxMessageFactory(event=told)
        events.InboxMessageFactory()
        events.WebhookEndpointFactory()
        integra.PaymentEventFactory(station=station, occurred_at=timezone.now())
        placed = integra.PaymentEventFactory(station=station, status="matched", occurred_at=timezone.now())
        integra.PaymentMatchFactory(payment_event=placed, booking=party, payment=payment)
        identity.StationFactory()
        identity.StationUserFactory(station=station, user=_user(UserRole.STATION_MANAGER))
        identity.StationAuditLogFactory(station=station, user=manager)
        for caller in self.callers.values():
            identity.RefreshTokenFactory(user=caller)

    def _grow_exchange(self) -> None:
        other = supply.ConsumerFactory(user=_user(UserRole.CONSUMER))
        supply.LinkFactory(consumer=self.consumer, supplier=_supplier())
        supply.LinkFactory(consumer=other, supplier=self.supplier)
        supply.SupplierStaffFactory(supplier=self.supplier, user=_user(UserRole.SUPPLIER_MANAGER))
        supply.ProductFactory(supplier=self.supplier)
        supply.ComplaintFactory(order=self._order(), manager=self.supplier.user, sales_rep=self.supplier.user)
        session = supply.ChatSessionFactory(consumer=self.consumer, sales_rep=self.supplier.user)
        supply.ChatMessageFactory(session=session)
        for caller in self.callers.values():
            supply.NotificationFactory(recipient=caller)

    def _party(self) -> Booking:
        number = next(_numbers)
        day = timezone.localdate() + timedelta(days=10 + number // PARTIES_OF_A_DAY)
        customer = bookings.CustomerFactory(station=self.station)
        party: Booking = bookings.BookingFactory(
            station=self.station, customer=customer, date=day, lane=number, status="confirmed",
            chef=bookings.ChefFactory(station=self.station), version=1,
        )  # fmt: skip
        bookings.SlotClaimFactory(booking=party)
        bookings.DepositFactory(booking=party)
        return party

    def _order(self) -> Order:
        order: Order = supply.OrderFactory(consumer=self.consumer, supplier=self.supplier)
        supply.OrderItemFactory(order=order)
        return order


def _user(role: UserRole) -> User:
    """Return an account without a password: a good hash takes a quarter of a second."""
    user: User = identity.UserFactory(role=role, password="!")  # noqa: S106 -- no password at all
    return user


def _supplier() -> Supplier:
    supplier: Supplier = supply.SupplierFactory(user=_user(UserRole.SUPPLIER_OWNER))
    return supplier


def _shift() -> timedelta:
    return timedelta(minutes=next(_numbers))


def bodies(scene: Scene) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """Yield caller, method, path and body of the writes that the house lives on."""
    later = (timezone.localdate() + timedelta(days=200)).isoformat()
    station, party = str(scene.station.pk), scene.party
    host = {
        "first_name": "Robin", "last_name": "Example", "email": "robin@example.com",
        "phone": "(510) 555-0123",
    }  # fmt: skip
    menu = {"adults": 10, "allergens": ["none"]}
    place = {"address": "5 Oak Ave, Fremont", "postal_code": "94539"}
    asked: dict[str, object] = {
        "station_id": station, "date": later, "slot": "18:00", **menu, **host, **place,
    }  # fmt: skip
    manager = UserRole.STATION_MANAGER.value
    why: dict[str, object] = {"reason": "The birthday was moved", "reason_code": "customer_request"}
    quote = {"station_id": station, "date": later, "slot": "18:00", "adults": 10, "postal_code": "94539"}
    yield "", "post", "public/quotes", quote
    yield "", "post", "public/bookings", {**asked, "terms_accepted": True}
    yield "", "post", "public/holds", asked
    yield manager, "post", "bookings", asked
    yield manager, "patch", f"bookings/{party.pk}", {"notes": "Gate code at the door"}
    chef = bookings.ChefFactory(station=scene.station)
    yield manager, "post", f"bookings/{party.pk}/assign-chef", {"chef_id": str(chef.pk)}
    yield manager, "post", f"bookings/{party.pk}/hold", {"reason": "The host asked us to wait"}
    yield manager, "post", f"bookings/{party.pk}/reschedule", {"date": later, "slot": "15:00"}
    yield manager, "post", f"bookings/{party.pk}/request-cancellation", why
    money = {"booking_id": str(party.pk), "amount_cents": 1_000, "method": "zelle", "reference": "Z-1"}
    yield manager, "post", "payments", money
    yield manager, "post", "customers", {**host, "station_id": station}
    yield manager, "patch", f"customers/{party.customer.pk}", {"first_name": "Robin"}
    yield manager, "post", "chefs", {"station_id": station, "name": "Ken", "email": "ken@example.com"}
    items = [{"product_id": str(OrderItem.objects.get(order=scene.order).product_id), "qty": 2}]
    yield "consumer", "post", "supply/orders", {"supplier_id": str(scene.supplier.pk), "items": items}

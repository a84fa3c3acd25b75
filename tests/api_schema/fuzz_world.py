"""A house with something of everything in it, and the people who call its API with made-up requests."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.case import Case

from bookings.enums import BookingStatus, PaymentStatus
from bookings.models import (
    AddonItem,
    Booking,
    BookingReminder,
    Chef,
    Customer,
    DynamicPricingRule,
    MenuItem,
    Payment,
    PricingTier,
    ReservationHold,
)
from bookings.services.holds import create_hold, sign_hold
from common.actors import GuestActor
from events.models import InboxMessage, OutboxMessage, WebhookEndpoint
from identity.enums import StationRole, UserRole, UserStatus
from identity.models import RefreshToken, Station, User
from identity.services.sessions import start_session
from integra.models import PaymentEvent
from supply import models as supply
from tests.bookings.parties import make_booking, make_chef, make_customer
from tests.factories.bookings import (
    BookingReminderFactory,
    DynamicPricingRuleFactory,
    PaymentFactory,
    make_request,
    make_selling_station,
    signature_of,
)
from tests.factories.events import InboxMessageFactory, OutboxMessageFactory, WebhookEndpointFactory
from tests.factories.identity import StationUserFactory, UserFactory, system_role
from tests.factories.integra import PaymentEventFactory
from tests.supply.world import World

COLLECTIONS: Mapping[str, type[Model]] = {
    "/api/v1/auth/sessions": RefreshToken,
    "/api/v1/bookings": Booking,
    "/api/v1/chefs": Chef,
    "/api/v1/customers": Customer,
    "/api/v1/holds": ReservationHold,
    "/api/v1/invitations": User,
    "/api/v1/payment-events": PaymentEvent,
    "/api/v1/payments": Payment,
    "/api/v1/pricing/addon-items": AddonItem,
    "/api/v1/pricing/menu-items": MenuItem,
    "/api/v1/pricing/rules": DynamicPricingRule,
    "/api/v1/pricing/tiers": PricingTier,
    "/api/v1/queues/inbox": InboxMessage,
    "/api/v1/queues/outbox": OutboxMessage,
    "/api/v1/stations": Station,
    "/api/v1/supply/chats/sessions": supply.ChatSession,
    "/api/v1/supply/complaints": supply.Complaint,
    "/api/v1/supply/links": supply.Link,
    "/api/v1/supply/notifications": supply.Notification,
    "/api/v1/supply/orders": supply.Order,
    "/api/v1/supply/products": supply.Product,
    "/api/v1/supply/staff": supply.SupplierStaff,
    "/api/v1/users": User,
    "/api/v1/webhook-endpoints": WebhookEndpoint,
}
NAMES: Mapping[str, type[Model]] = {
    "booking_id": Booking,
    "chef_id": Chef,
    "customer_id": Customer,
    "manager_id": User,
    "order_id": supply.Order,
    "product_id": supply.Product,
    "reminder_pk": BookingReminder,
    "requested_chef_id": Chef,
    "sales_rep_id": User,
    "station_id": Station,
    "station_ids": Station,
    "supplier_id": supply.Supplier,
    "user_id": User,
    "user_pk": User,
}


class FuzzWorld:
    """Who calls, by name: headers; and the ids that their made-up requests may name."""

    def __init__(self) -> None:
        self.station = make_selling_station(slot_capacity=9)
        self.exchange = World()
        self._furnish_station()
        people = {
            "super_admin": self._staff(UserRole.SUPER_ADMIN),
            "manager": self._staff(UserRole.STATION_MANAGER),
            "supplier": self.exchange.supplier.user,
            "consumer": self.exchange.consumer.user,
        }
        self.headers = {"guest": {}} | {name: bearer(user) for name, user in people.items()}
        models = {*COLLECTIONS.values(), *NAMES.values()}
        self.ids = {
            model: [str(pk) for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)]
            for model in models
        }

    def callers(self, path: str) -> list[str]:
        """Who has business on the path; strangers come last and seldom."""
        if path.startswith("/api/v1/supply/"):
            return ["supplier", "consumer", "super_admin", "guest"]
        if path.startswith(("/api/v1/public/", "/webhooks/", "/health/")):
            return ["guest", "manager"]
        return ["super_admin", "manager", "guest"]

    def point(self, case: Case, pick: int) -> None:
        """Let a well-formed request name things that exist: all but one in four."""
        collection = case.path.partition("/{")[0]
        if _is_sound(case, ParameterLocation.PATH) and pick % 4:
            for name in case.path_parameters:
                model = NAMES.get(name) or COLLECTIONS.get(collection)
                if name == "token":
                    case.path_parameters[name] = self.hold_token
                elif model and self.ids[model]:
                    case.path_parameters[name] = self._pick(model, pick)
        if _is_sound(case, ParameterLocation.HEADER) and "If-Match" in case.headers:
            case.headers["If-Match"] = "*"
        if _is_sound(case, ParameterLocation.QUERY):
            self._replace(case.query, pick)
        if _is_sound(case, ParameterLocation.BODY) and case.body is not NOT_SET:
            self._replace(case.body, pick)

    def _replace(self, value: Any, pick: int) -> None:
        if isinstance(value, list):
            for item in value:
                self._replace(item, pick)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name in NAMES and isinstance(inner, str):
                    value[name] = self._pick(NAMES[name], pick)
                elif name in NAMES and isinstance(inner, list) and inner:
                    value[name] = [self._pick(NAMES[name], pick)]
                else:
                    self._replace(inner, pick)

    def _pick(self, model: type[Model], pick: int) -> str:
        ids = self.ids[model]
        return ids[pick // 4 % len(ids)]

    def _staff(self, role: UserRole) -> User:
        user = UserFactory(role=role, password_changed_at=timezone.now())
        system_role(role)
        StationUserFactory(user=user, station=self.station, role=StationRole.STATION_ADMIN)
        return user

    def _furnish_station(self) -> None:
        now = timezone.now()
        customer = make_customer(self.station)
        day = (now + timedelta(days=20)).date()
        for lane, status in enumerate(BookingStatus, 1):
            cancelled = status == BookingStatus.CANCELLED
            extra = {"cancelled_at": now, "cancellation_reason_code": "other"} if cancelled else {}
            booking = make_booking(
                self.station, status=status, customer=customer, date=day, lane=lane, created_at=now, **extra
            )
            BookingReminderFactory(booking=booking)
            PaymentFactory(booking=booking, status=PaymentStatus.PENDING)
        make_chef(self.station)
        DynamicPricingRuleFactory(station=self.station)
        _pending, self.hold_token = self._hold(day, "ann@holds.example")
        signed, _token = self._hold(day, "bob@holds.example")
        sign_hold(hold=signed, **signature_of(self.station), by=GuestActor(), at=now)
        PaymentEventFactory(station=self.station, occurred_at=now, memo=booking.reference)
        OutboxMessageFactory()
        InboxMessageFactory()
        WebhookEndpointFactory()
        UserFactory(role=UserRole.STATION_MANAGER, status=UserStatus.PENDING, is_active=False)

    def _hold(self, day: date, email: str) -> tuple[ReservationHold, str]:
        request = make_request(self.station, date=day, slot=time(18), email=email)
        return create_hold(request=request, by=GuestActor(), at=timezone.now())


def bearer(user: User) -> dict[str, str]:
    """Return the header of a fresh log-in."""
    return {"Authorization": f"Bearer {start_session(user=user, at=timezone.now()).access}"}


def _is_sound(case: Case, location: ParameterLocation) -> bool:
    """Tell whether this part of the request was made as the schema wants it."""
    found = case.meta.components.get(location) if case.meta else None
    return found is None or found.mode.is_positive

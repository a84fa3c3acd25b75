"""Two stations, an account for every caller, and rows of customers and chefs at every place.

Objects that an operation acts on are made by the things of `things.py`, inside of the test's savepoint.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Chef, Customer
from identity.models import Station, User
from identity.selectors import actor_for
from identity.services.reference_data import load_roles
from identity.services.sessions import start_session
from identity.services.station_tokens import issue_station_token
from tests.access.callers import CALLERS, Place
from tests.access.exchange import Side
from tests.access.expectations import Operation, Situation
from tests.bookings.parties import make_booking
from tests.factories.bookings import ChefFactory, CustomerFactory, make_selling_station
from tests.factories.identity import StationFactory, StationUserFactory, UserFactory

LANES = {Place.OWN: 1, Place.BESIDE: 2, Place.AWAY: 1, Place.AFAR: 2}
OWNERS = {
    Place.OWN: "customer",
    Place.BESIDE: "customer_unverified",
    Place.AFAR: "customer",
}
"""Place → the caller whose e-mail its customer has; that of an unverified account opens nothing."""
COOKS = {Place.OWN: "chef", Place.BESIDE: "chef_unverified"}


class World:
    """What all tests of a module share; whatever a test adds is rolled back by it."""

    def __init__(self) -> None:
        load_roles()
        self.now = timezone.now()
        self.home = make_selling_station(slot_capacity=9)
        self.away = StationFactory(slot_capacity=9)
        self.boss: User = UserFactory(role="super_admin", full_name="Ada Boss")
        self.users = {caller.name: self._account(caller) for caller in CALLERS if not caller.is_guest}
        self.sessions: dict[str, Any] = {}
        self.clients = {"guest": APIClient()}
        for name, user in self.users.items():
            self.sessions[name] = start_session(user=user, at=self.now)
            self.clients[name] = APIClient()
            self.clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {self.sessions[name].access}")
        for caller in CALLERS:
            if caller.has_token:
                issued = issue_station_token(
                    station_id=self.home.pk, by=actor_for(self.users[caller.name]), at=self.now
                )
                self.clients[caller.name].credentials(
                    HTTP_AUTHORIZATION=f"Bearer {self.sessions[caller.name].access}",
                    HTTP_X_STATION_TOKEN=issued.token,
                )
        self.customers: dict[Place, Customer] = {
            place: CustomerFactory(station=self.station_at(place), **self._email(OWNERS.get(place)))
            for place in LANES
        }
        self.chefs: dict[Place, Chef] = {
            place: ChefFactory(station=self.station_at(place), **self._email(COOKS.get(place)))
            for place in (Place.OWN, Place.BESIDE, Place.AWAY, Place.COMPANY)
        }

        self.exchange = {
            Place.OWN: Side(
                owner=self.users["supplier_owner"],
                manager=self.users["supplier_manager"],
                sales=self.users["supplier_sales"],
                consumer=self.users["consumer"],
            ),
            Place.BESIDE: Side(
                owner=UserFactory(role="supplier_owner"),
                manager=UserFactory(role="supplier_manager"),
                sales=UserFactory(role="supplier_sales"),
                consumer=UserFactory(role="consumer"),
            ),
        }

    def _account(self, caller: Any) -> User:
        user: User = UserFactory(
            role=caller.kind,
            email=f"{caller.name}@callers.example",
            email_verified_at=self.now if caller.is_verified else None,
            activated_at=self.now,
            # So that no request notes when its caller was active.
            last_activity_at=self.now + timedelta(days=1),
        )
        ended = self.now - timedelta(hours=1) if caller.is_lapsed else None
        for station, role in ((self.home, caller.link), (self.away, caller.away_link)):
            if role:
                StationUserFactory(user=user, station=station, role=role, expires_at=ended)
        return user

    def _email(self, caller: str | None) -> dict[str, str]:
        return {} if caller is None else {"email": self.users[caller].email}

    def station_at(self, place: Place) -> Station | None:
        """Return the station of the place; None where objects have none."""
        if place in {Place.COMPANY, Place.LOOSE, Place.UNSAID}:
            return None
        return self.home if place in {Place.OWN, Place.BESIDE} else self.away

    def actor(self, name: str = "") -> Any:
        """Return a caller as the `by` of services; the owner of the company without a name."""
        return actor_for(self.users[name] if name else self.boss)

    def day(self, days: int) -> date:
        return self.now.date() + timedelta(days=days)

    def party(self, place: Place, status: str = "deposit_pending", days: int = 60, **fields: Any) -> Booking:
        """Return a booking at noon of a day counted from today."""
        return make_booking(
            self.station_at(place),
            **{
                "status": status,
                "date": self.day(days),
                "created_at": self.now,
                "lane": LANES[place],
                "customer": self.customers[place],
                "chef": self.chefs.get(place),
                **fields,
            },
        )

    def send(self, operation: Operation, situation: Situation) -> Any:
        """Return the answer to the operation as the caller would send it."""
        target = situation.target
        is_write = operation.method != "GET" and target.tag
        headers = {"If-Match": target.tag} if is_write else {}
        if operation.needs_key:
            headers["Idempotency-Key"] = uuid4().hex
        if operation.headers is not None:
            headers |= operation.headers(situation)
        path = operation.path.format(**target.ids)
        client = self.clients[situation.caller.name]
        if operation.method == "GET":
            query = _said(operation.query, situation) or {}
            return client.get(path, query, headers=headers)
        body = _said(operation.body, situation)
        send = getattr(client, operation.method.lower())
        if isinstance(body, str | bytes):
            return send(path, body, content_type="application/json", headers=headers)
        return send(path, {} if body is None else body, format="json", headers=headers)


def _said(part: Any, situation: Situation) -> Any:
    return part(situation) if callable(part) else part

"""Accounts, links and products of the demo. All its accounts have one password, known by seed."""

import hashlib
import hmac
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.hashers import make_password

from bookings.models import MenuItem
from common.actors import Actor
from identity.enums import UserRole
from identity.models import User
from identity.selectors import actor_for
from identity.selectors.stations import list_active_stations
from identity.services.reference_data import load_roles
from supply.demo.cast import CONSUMERS, DISHES, GOODS, SUPPLIERS, DemoConsumer, DemoSupplier
from supply.enums import LinkStatus
from supply.models import Consumer, Link, Product, Recipe, Supplier, SupplierStaff
from supply.policies import ROLE_OF_STAFF
from supply.services.links import move_link, request_link
from supply.services.products import create_product
from supply.services.sign_up import open_account

STATION = DemoConsumer("station", "Our first station", LinkStatus.ACCEPTED)
INACTIVE_EVERY = 7
RECIPE_BUFFER = Decimal(10)
LATER = timedelta(hours=1)

PATHS: dict[LinkStatus, tuple[LinkStatus, ...]] = {
    LinkStatus.PENDING: (),
    LinkStatus.ACCEPTED: (LinkStatus.ACCEPTED,),
    LinkStatus.DENIED: (LinkStatus.DENIED,),
    LinkStatus.BLOCKED: (LinkStatus.ACCEPTED, LinkStatus.BLOCKED),
}
"""State of a link → the moves that lead to it."""


def email_of(who: str, seed: int) -> str:
    """Return the address of somebody of the demo."""
    return f"{who}.{seed}@exchange.example"


def password_of(seed: int) -> str:
    """Return the password of the demo's accounts: the same for the same seed, another in every house."""
    secret = hmac.new(settings.SECRET_KEY.encode(), f"supply demo {seed}".encode(), hashlib.sha256)
    return f"Demo-{secret.hexdigest()[:12]}-7"


@dataclass(slots=True)
class Cast:
    """Everybody and everything on the stage, by key; `at` is the present, play begins weeks before it."""

    seed: int
    at: datetime
    dice: random.Random
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    staff: dict[str, SupplierStaff] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    products: list[Product] = field(default_factory=list)

    def ago(self, **delta: float) -> datetime:
        """Return an instant before the present."""
        return self.at - timedelta(**delta)

    def owner(self, supplier: Supplier) -> Actor:
        """Return the owner of a supplier, to act."""
        return actor_for(supplier.user)

    def on_sale(self, supplier: Supplier) -> list[Product]:
        """Return what a supplier offers."""
        return [item for item in self.products if item.supplier_id == supplier.pk and item.is_active]


def set_stage(*, seed: int, at: datetime) -> Cast:
    """Open everything that trade needs, the roles of its accounts included."""
    load_roles()
    cast = Cast(seed, at, random.Random(seed))  # noqa: S311 -- a demo wants the same dice every time
    opener = _Opener(cast, make_password(password_of(seed)), cast.ago(days=30))
    for supplier in SUPPLIERS:
        opener.open_supplier(supplier)
    for consumer in CONSUMERS:
        opener.open_consumer(consumer)
    opener.open_station()
    _link(cast)
    _stock(cast)
    _write_recipes(cast)
    return cast


@dataclass(frozen=True, slots=True)
class _Opener:
    cast: Cast
    password_hash: str
    at: datetime

    def account(self, who: str, role: str) -> User:
        email = email_of(who, self.cast.seed)
        return open_account(email=email, password_hash=self.password_hash, role=role, at=self.at)

    def open_supplier(self, plan: DemoSupplier) -> None:
        owner = self.account(f"{plan.key}.owner", UserRole.SUPPLIER_OWNER)
        supplier = Supplier.objects.create(user=owner, company_name=plan.name, created_at=self.at)
        self.cast.suppliers[plan.key] = supplier
        for name, role in plan.staff:
            key = f"{plan.key}.{name}"
            self.cast.staff[key] = SupplierStaff.objects.create(
                user=self.account(key, ROLE_OF_STAFF[role]),
                supplier=supplier,
                staff_role=role,
                created_at=self.at,
            )

    def open_consumer(self, plan: DemoConsumer) -> Consumer:
        user = self.account(plan.key, UserRole.CONSUMER)
        consumer = Consumer.objects.create(user=user, organization_name=plan.name, created_at=self.at)
        self.cast.consumers[plan.key] = consumer
        return consumer

    def open_station(self) -> None:
        """Let the first station that buys nowhere yet buy here."""
        station = list_active_stations().filter(consumer=None).first()
        if station is not None:
            consumer = self.open_consumer(STATION)
            consumer.station = station
            consumer.organization_name = f"My Hibachi {station.name}"
            consumer.save(update_fields=["station", "organization_name", "updated_at"])


def _link(cast: Cast) -> None:
    first, second = cast.suppliers.values()
    for plan in (*CONSUMERS, STATION):
        consumer = cast.consumers.get(plan.key)
        if consumer is not None and plan.link is not None:
            _lead(cast, consumer, first, plan.link)
            if plan.link == LinkStatus.ACCEPTED:
                _lead(cast, consumer, second, plan.link)


def _lead(cast: Cast, consumer: Consumer, supplier: Supplier, status: LinkStatus) -> Link:
    at = cast.ago(days=28)
    link = request_link(consumer=consumer, supplier=supplier, by=actor_for(consumer.user), at=at)
    for step, to in enumerate(PATHS[status], start=1):
        link = move_link(link=link, to=to, by=cast.owner(supplier), at=at + step * LATER)
    return link


def _stock(cast: Cast) -> None:
    names = [name for _code, name, _qty in DISHES] + cast.dice.sample(GOODS, len(GOODS))
    position = 0
    for plan in SUPPLIERS:
        supplier = cast.suppliers[plan.key]
        for number in range(1, plan.products + 1):
            values = {
                "name": names[position],
                "sku": f"{plan.key.upper()}-{number:03}",
                "description": None,
                "price_kzt": Decimal(cast.dice.randrange(150, 9_000)) + Decimal("0.50"),
                "stock_qty": cast.dice.randrange(40, 400),
                "is_active": number % INACTIVE_EVERY != 0 or position < len(DISHES),
            }
            at = cast.ago(days=29, minutes=-position)
            product = create_product(supplier=supplier, values=values, by=cast.owner(supplier), at=at)
            cast.products.append(product)
            position += 1


def _write_recipes(cast: Cast) -> None:
    """Tell what goes into the dishes of our menu, where there is a menu."""
    items = {item.code: item for item in MenuItem.objects.filter(station=None)}
    Recipe.objects.bulk_create(
        Recipe(
            menu_item=items[code], product=product, qty_per_guest=Decimal(qty), buffer_percent=RECIPE_BUFFER
        )
        for (code, _name, qty), product in zip(DISHES, cast.products, strict=False)
        if code in items
    )

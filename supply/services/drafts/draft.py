"""Orders at linked suppliers for what confirmed bookings of a station take and nobody has ordered yet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import PermissionDenied
from supply.enums import OrderOrigin, OrderStatus
from supply.models import Consumer, Link, Order, OrderItem, Product, Supplier
from supply.policies import acts_for
from supply.services.drafts.demand import Cell, Party, read_cookbook, read_parties, units_needed
from supply.services.drafts.plan import PlanLine, balance
from supply.services.orders import MAX_TOTAL, ItemRequest, create_order
from supply.services.stock import lock_products


@dataclass(frozen=True, slots=True)
class DraftedOrder:
    """A pending order that was drafted, with the supplier it went to."""

    order: Order
    supplier: Supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a run has found and done; `closed` names why nothing of a product can be ordered."""

    bookings: int
    undecided: int
    without_recipe: Mapping[str, int]
    products: Mapping[UUID, Product]
    closed: Mapping[UUID, str]
    lines: Sequence[PlanLine]
    orders: Sequence[DraftedOrder]


@transaction.atomic
def draft_orders(*, consumer: Consumer, until: date, by: Actor, at: datetime) -> Draft:
    """Order what the confirmed bookings of the consumer's station up to the day take beyond what there is.

    Orders are pending, of origin demand, one per supplier, each item with the day it covers; what free stock
    or a missing link does not allow is short. Running it again orders differences only. `consumer` comes
    with its station; raises PermissionDenied for who may not order for it.
    """
    station = consumer.station
    if station is None:
        raise ValueError("The consumer buys for no station.")
    if not acts_for(by, consumer):
        raise PermissionDenied
    advisory_xact_locks([lock_key("supply.drafts", consumer.pk)])
    today = at.astimezone(ZoneInfo(station.timezone)).date()
    ordered = _ordered(consumer, until)
    first = min((cell.day for cell in ordered), default=today)
    parties = read_parties(station, first=min(first, today), last=until)
    cookbook = read_cookbook(station)
    demand = units_needed(parties, cookbook)
    # Links before products, as every order takes them.
    linked = set(
        Link.objects.filter(consumer=consumer)
        .accepted()
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("supplier_id", flat=True)
    )
    products = lock_products(cell.product_id for cell in (*demand, *ordered))
    suppliers = Supplier.objects.in_bulk({product.supplier_id for product in products.values()})
    closed = {
        pk: reason
        for pk, product in products.items()
        if (reason := _why_closed(product, suppliers[product.supplier_id], linked))
    }
    free = {pk: 0 if pk in closed else product.stock_qty for pk, product in products.items()}
    lines = balance(demand=demand, ordered=ordered, free=free, today=today)
    orders = [
        DraftedOrder(order, suppliers[supplier_id])
        for supplier_id, items in _by_supplier(lines, products).items()
        for order in _order(items, suppliers[supplier_id], products, consumer, by=by, at=at)
    ]
    ahead = [party for party in parties if party.day >= today]
    return Draft(
        bookings=len(ahead),
        undecided=sum(not party.portions for party in ahead),
        without_recipe=_without_recipe(ahead, cookbook.proteins),
        products=products,
        closed=closed,
        lines=lines,
        orders=orders,
    )


def _ordered(consumer: Consumer, until: date) -> dict[Cell, int]:
    """Return the units of orders that were not rejected, by product and the day they cover."""
    rows = (
        OrderItem.objects.filter(order__consumer=consumer, demand_date__lte=until)
        .exclude(order__status=OrderStatus.REJECTED)
        .order_by()
        .values_list("product", "demand_date")
        .annotate(units=Sum("qty"))
    )
    return {Cell(product_id, day): units for product_id, day, units in rows}


def _why_closed(product: Product, supplier: Supplier, linked: set[UUID]) -> str:
    """Return why nothing of the product can be ordered, an empty text if something can."""
    if not product.is_active:
        return "inactive_product"
    if not supplier.is_active:
        return "inactive_supplier"
    return "" if supplier.pk in linked else "no_accepted_link"


def _by_supplier(
    lines: Iterable[PlanLine], products: Mapping[UUID, Product]
) -> dict[UUID, list[ItemRequest]]:
    items: defaultdict[UUID, list[ItemRequest]] = defaultdict(list)
    for line in lines:
        if line.drafted:
            supplier_id = products[line.product_id].supplier_id
            items[supplier_id].append(
                ItemRequest(product_id=line.product_id, qty=line.drafted, demand_date=line.day)
            )
    return items


def _order(
    items: Iterable[ItemRequest],
    supplier: Supplier,
    products: Mapping[UUID, Product],
    consumer: Consumer,
    *,
    by: Actor,
    at: datetime,
) -> Iterator[Order]:
    prices = {pk: product.price_kzt for pk, product in products.items()}
    for payable in in_payable_orders(items, prices):
        yield create_order(
            consumer=consumer, supplier=supplier, items=payable, by=by, at=at, origin=OrderOrigin.DEMAND
        )


def in_payable_orders(
    items: Iterable[ItemRequest], prices: Mapping[UUID, Decimal]
) -> Iterator[list[ItemRequest]]:
    """Yield the items as orders, in sequence; a new one begins where the total would be too large."""
    order: list[ItemRequest] = []
    left = MAX_TOTAL
    for item in items:
        qty = item.qty
        price = prices[item.product_id] if item.product_id is not None else Decimal(0)
        while qty:
            fitting = min(qty, int(left // price)) if price else qty
            if fitting:
                order.append(
                    ItemRequest(product_id=item.product_id, qty=fitting, demand_date=item.demand_date)
                )
                left -= price * fitting
                qty -= fitting
            if qty:
                yield order
                order, left = [], MAX_TOTAL
    if order:
        yield order


def _without_recipe(parties: Iterable[Party], known: Mapping[str, object]) -> dict[str, int]:
    """Return the chosen portions of dishes that no active recipe tells of."""
    portions: Counter[str] = Counter()
    for party in parties:
        portions.update(party.portions)
    return {code: number for code, number in sorted(portions.items()) if code not in known}

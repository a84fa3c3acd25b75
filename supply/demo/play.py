"""Orders, complaints and talk of the demo, each at the clock of its step."""

from datetime import datetime

from django.db import transaction

from common.db.locks import advisory_xact_locks, lock_key
from identity.selectors import actor_for
from supply.demo.cast import OPENINGS, SUPPLIERS, TOPICS
from supply.demo.stage import Cast, email_of, set_stage
from supply.enums import ComplaintStatus, OrderStatus
from supply.models import Consumer, Notification, Order, Supplier
from supply.services.chats import open_chat, post_message
from supply.services.complaints import move_complaint, open_complaint
from supply.services.notifications import mark_read
from supply.services.orders import ItemRequest, create_order, move_order

MESSAGES = 60
EXTRA_ORDERS = 5
READ_SHARE = 0.4

PATHS: dict[OrderStatus, tuple[OrderStatus, ...]] = {
    OrderStatus.PENDING: (),
    OrderStatus.ACCEPTED: (OrderStatus.ACCEPTED,),
    OrderStatus.REJECTED: (OrderStatus.REJECTED,),
    OrderStatus.IN_PROGRESS: (OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS),
    OrderStatus.COMPLETED: (OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.COMPLETED),
}
"""State of an order → the moves that lead to it."""


def find_world(seed: int) -> Supplier | None:
    """Return the first supplier of the world of that seed, None when it has not been made."""
    owner = email_of(f"{SUPPLIERS[0].key}.owner", seed)
    return Supplier.objects.filter(user__email=owner).first()


def is_empty() -> bool:
    """Tell whether nobody trades on the exchange yet."""
    return not Supplier.objects.exists() and not Consumer.objects.exists()


@transaction.atomic
def make_world(*, seed: int, at: datetime) -> bool:
    """Make the world of a seed before `at`, all of it or nothing; False when it is there already.

    Equal seeds give equal worlds, but for keys and instants.
    """
    advisory_xact_locks([lock_key("supply", "demo")])
    if find_world(seed) is not None:
        return False
    cast = set_stage(seed=seed, at=at)
    orders = _orders(cast)
    _complaints(cast, orders)
    _talk(cast, orders[0])
    _read(cast)
    return True


def _orders(cast: Cast) -> list[Order]:
    """Order in every state at the first supplier, then a few times at the second."""
    first, second = cast.suppliers.values()
    states = [*OrderStatus]
    orders = [
        _order(cast, first, state, cast.ago(days=20 - 2 * number)) for number, state in enumerate(states)
    ]
    orders += [
        _order(cast, second, cast.dice.choice(states), cast.ago(days=8, hours=-number))
        for number in range(EXTRA_ORDERS)
    ]
    return orders


def _order(cast: Cast, supplier: Supplier, status: OrderStatus, at: datetime) -> Order:
    consumer = cast.consumers["accepted"]
    products = cast.dice.sample(cast.on_sale(supplier), 3)
    items = [ItemRequest(product_id=item.pk, qty=cast.dice.randint(1, 8)) for item in products]
    order = create_order(
        consumer=consumer, supplier=supplier, items=items, by=actor_for(consumer.user), at=at
    )
    for to in PATHS[status]:
        order = move_order(order=order, to=to, by=cast.owner(supplier), at=at)
    return order


def _complaints(cast: Cast, orders: list[Order]) -> None:
    """Complain about the first orders, one complaint in every state."""
    consumer = cast.consumers["accepted"]
    manager, sales = cast.staff["steppe.manager"].user, cast.staff["steppe.sales"].user
    stories = {
        ComplaintStatus.OPEN: "Two boxes were missing.",
        ComplaintStatus.ESCALATED: "The fish was not cold.",
        ComplaintStatus.RESOLVED: "The invoice was wrong.",
    }
    for number, (status, story) in enumerate(stories.items()):
        at = cast.ago(days=5, hours=-number)
        complaint = open_complaint(
            consumer=consumer,
            order=orders[number],
            sales_rep=sales,
            manager=manager,
            description=story,
            by=actor_for(consumer.user),
            at=at,
        )
        if status != ComplaintStatus.OPEN:
            move_complaint(
                complaint=complaint,
                to=status,
                resolution="A new invoice was sent." if status == ComplaintStatus.RESOLVED else None,
                by=actor_for(sales),
                at=at,
            )


def _talk(cast: Cast, order: Order) -> None:
    consumer, rep = cast.consumers["accepted"], cast.staff["steppe.sales"].user
    people = (actor_for(consumer.user), actor_for(rep))
    begins = cast.ago(days=3)
    session = open_chat(consumer=consumer, sales_rep=rep, order=order, by=people[0], at=begins)
    for number in range(MESSAGES):
        text = f"{cast.dice.choice(OPENINGS)}, {cast.dice.choice(TOPICS)} ({number + 1})"
        at = cast.ago(days=3, minutes=-number)
        post_message(session=session, text=text, file_url=None, by=people[number % 2], at=at)


def _read(cast: Cast) -> None:
    """Let everybody have looked at some of what they were told."""
    accounts = [supplier.user for supplier in cast.suppliers.values()]
    accounts += [member.user for member in cast.staff.values()]
    accounts += [consumer.user for consumer in cast.consumers.values()]
    for user in accounts:
        inbox = Notification.objects.inbox_of(user.pk).order_by("created_at", "pk")
        for notification in inbox:
            if cast.dice.random() < READ_SHARE:
                mark_read(notification=notification, by=actor_for(user))

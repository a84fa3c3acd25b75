"""Services ask for themselves who acts: the house and its administrators may all, others their own."""

from datetime import UTC, date, datetime

import pytest

from common.actors import GuestActor, SystemActor
from common.exceptions import Duplicate, NotFound, PermissionDenied
from events.models import DomainEvent
from identity.exceptions import AccountNotActive
from identity.services.accounts import create_user
from supply import policies
from supply.enums import OrderOrigin
from supply.models import Notification, SupplierStaff
from supply.selectors.lists import count_unread, list_messages, list_notifications
from supply.services.chats import open_chat, post_message
from supply.services.complaints import move_complaint, open_complaint
from supply.services.links import move_link, request_link
from supply.services.moves import any_version, lock_row
from supply.services.notifications import mark_all_read, mark_read, notify
from supply.services.orders import ItemRequest, create_order, move_order
from supply.services.products import create_product, delete_product, update_product
from supply.services.sign_up import open_account
from supply.services.staff import add_staff, remove_staff
from tests.factories.identity import system_role
from tests.factories.supply import ProductFactory
from tests.supply.world import PASSWORD, everything

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
GUEST = GuestActor()
HOUSE = SystemActor("test")
RICE = {"name": "Rice", "sku": "R-1", "price_kzt": 1}


def acts(world):
    """Every write of the exchange as a function of who does it."""
    unsold = ProductFactory(supplier=world.supplier)
    item = ItemRequest(product_id=world.product.pk, qty=1, demand_date=date(2026, 6, 6))
    return {
        "add_staff": lambda by: add_staff(
            supplier=world.supplier,
            email="new@people.example",
            password=PASSWORD,
            staff_role="sales",
            by=by,
            at=AT,
        ),
        "remove_staff": lambda by: remove_staff(member=world.sales, by=by, at=AT),
        "create_product": lambda by: create_product(supplier=world.supplier, values=RICE, by=by, at=AT),
        "update_product": lambda by: update_product(product=unsold, changes={"name": "B"}, by=by),
        "delete_product": lambda by: delete_product(product=unsold, by=by),
        "request_link": lambda by: request_link(consumer=world.consumer, supplier=world.rival, by=by, at=AT),
        "move_link": lambda by: move_link(link=world.link, to="blocked", by=by, at=AT),
        "create_order": lambda by: create_order(
            consumer=world.consumer,
            supplier=world.supplier,
            items=[item],
            by=by,
            at=AT,
            origin=OrderOrigin.DEMAND,
        ),
        "move_order": lambda by: move_order(order=world.order, to="accepted", by=by, at=AT),
        "open_chat": lambda by: open_chat(
            consumer=world.consumer, sales_rep=world.sales.user, order=None, by=by, at=AT
        ),
        "open_complaint": lambda by: open_complaint(
            consumer=world.consumer,
            order=world.order,
            sales_rep=world.sales.user,
            manager=world.manager.user,
            description="Late",
            by=by,
            at=AT,
        ),
        "move_complaint": lambda by: move_complaint(
            complaint=world.complaint, to="escalated", resolution=None, by=by, at=AT
        ),
    }


OWNER, MANAGER, CONSUMER = {"owner"}, {"owner", "manager"}, {"consumer"}
MAY = {
    "add_staff": OWNER,
    "remove_staff": OWNER,
    "create_product": MANAGER,
    "update_product": MANAGER,
    "delete_product": MANAGER,
    "request_link": CONSUMER,
    "move_link": MANAGER,
    "create_order": CONSUMER,
    "move_order": MANAGER,
    "open_chat": CONSUMER,
    "open_complaint": CONSUMER,
    "move_complaint": {"manager", "sales"},
}


@pytest.mark.parametrize("name", sorted(MAY))
def test_strangers_are_refused_and_nothing_is_written(world, name):
    act = acts(world)[name]
    before = everything()
    for who in set(world.people) - MAY[name] - {"admin", "super_admin"}:
        with pytest.raises(PermissionDenied):
            act(world.actor(who))
    with pytest.raises(PermissionDenied):
        act(GUEST)
    assert everything() == before


@pytest.mark.parametrize("who", ["house", "admin", "super_admin"])
@pytest.mark.parametrize("name", sorted(MAY))
def test_the_house_and_its_administrators_may_all(world, name, who):
    by = HOUSE if who == "house" else world.actor(who)
    act = acts(world)[name]
    before = everything()
    act(by)
    assert everything() != before


def test_talks_belong_to_the_two_who_talk(world):
    for by in (GUEST, HOUSE, world.actor("super_admin"), world.actor("owner")):
        with pytest.raises(PermissionDenied):
            post_message(session=world.session, text="Hello", file_url=None, by=by, at=AT)
        with pytest.raises(PermissionDenied):
            list_messages(by, world.session)
    for by in (HOUSE, world.actor("super_admin"), world.actor("owner")):
        with pytest.raises(PermissionDenied):
            mark_read(notification=world.notification, by=by)
    assert mark_all_read(by=HOUSE) == 0
    for read in (count_unread, lambda by: list_notifications(by, is_read=None)):
        with pytest.raises(PermissionDenied):
            read(GUEST)


def test_a_drafted_order_carries_origin_days_and_instant(world):
    order = acts(world)["create_order"](HOUSE)
    order.refresh_from_db()
    assert (order.origin, order.created_at, order.status) == ("demand", AT, "pending")
    assert order.order_items.get().demand_date == date(2026, 6, 6)
    event = DomainEvent.objects.get(aggregate_id=order.pk)
    assert (event.actor_label, event.occurred_at, event.payload["origin"]) == ("system:test", AT, "demand")


def test_what_fails_leaves_neither_notice_nor_event(world):
    before, events = everything(), DomainEvent.objects.count()
    consumer = world.actor("consumer")
    with pytest.raises(Duplicate):
        request_link(consumer=world.consumer, supplier=world.supplier, by=consumer, at=AT)
    item = ItemRequest(product_id=world.product.pk, qty=101)
    with pytest.raises(Exception, match="only 100"):
        create_order(consumer=world.consumer, supplier=world.supplier, items=[item], by=consumer, at=AT)
    assert (everything(), DomainEvent.objects.count()) == (before, events)


def test_everybody_is_told_once_of_one_thing(world):
    Notification.objects.all().delete()
    person = world.consumer.user_id
    notify([person, person], kind="test", message="Twice", at=AT)
    notify([], kind="test", message="Nobody", at=AT)
    row = Notification.objects.get()
    assert (row.recipient_id, row.type, row.message, row.is_read, row.created_at) == (
        person,
        "test",
        "Twice",
        False,
        AT,
    )


def test_what_is_gone_cannot_be_moved(world):
    link = world.link
    type(link).objects.all().delete()
    with pytest.raises(NotFound):
        move_link(link=link, to="blocked", by=HOUSE, at=AT)
    with pytest.raises(NotFound):
        lock_row(type(link).objects.all(), link)
    member = world.sales
    SupplierStaff.objects.filter(pk=member.pk).delete()
    with pytest.raises(NotFound):
        remove_staff(member=member, by=HOUSE, at=AT)
    any_version(link)


def test_dismissing_somebody_whose_account_has_ended_already(world):
    user = world.sales.user
    type(user).objects.filter(pk=user.pk).update(status="deactivated", is_active=False)
    remove_staff(member=world.sales, by=HOUSE, at=AT)
    assert not SupplierStaff.objects.filter(pk=world.sales.pk).exists()


def test_an_account_takes_the_hash_that_its_policy_has_checked():
    system_role("consumer")
    user = create_user(
        email="a@b.example", role="consumer", password_hash="hash", is_verified=False, by=HOUSE, at=AT
    )
    assert (user.password, user.password_changed_at, user.email_verified_at) == ("hash", AT, None)
    with pytest.raises(Exception, match="account with this e-mail"):
        open_account(email="A@b.example", password_hash="hash", role="consumer", at=AT)
    assert AccountNotActive.status == 403


def test_kinds_of_the_exchange():
    assert {role.value for role in policies.TRADING_ROLES} == {
        "consumer",
        "supplier_owner",
        "supplier_manager",
        "supplier_sales",
    }
    assert not policies.governs(GUEST)
    assert policies.role_of(HOUSE) is None

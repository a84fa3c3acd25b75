"""The back office of the exchange: administrators see all and move it by its services, others nothing."""

import pytest

from common.admin.forms import stamp
from identity.enums import UserRole
from identity.models import StationAuditLog, User
from supply.admin.pages import EXCHANGE
from supply.enums import ComplaintStatus, LinkStatus, OrderStatus
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
from tests.factories.identity import StationFactory, make_staff
from tests.factories.supply import (
    ChatMessageFactory,
    ChatSessionFactory,
    ComplaintFactory,
    ConsumerFactory,
    LinkFactory,
    NotificationFactory,
    OrderFactory,
    OrderItemFactory,
    ProductFactory,
    RecipeFactory,
    SupplierFactory,
    SupplierStaffFactory,
)
from tests.pages import enter, errors_of, found, listed, queries, url

pytestmark = pytest.mark.django_db

MODELS = (
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


@pytest.fixture
def admin():
    return enter(make_staff(UserRole.ADMIN, StationFactory()))


def fill():
    """Add a row of every table, all different."""
    supplier = SupplierFactory()
    consumer = ConsumerFactory(station=StationFactory())
    product = ProductFactory(supplier=supplier)
    member = SupplierStaffFactory(supplier=supplier)
    order = OrderFactory(consumer=consumer, supplier=supplier)
    OrderItemFactory(order=order, product=product)
    RecipeFactory(product=product)
    LinkFactory(consumer=consumer, supplier=supplier)
    ComplaintFactory(order=order)
    session = ChatSessionFactory(consumer=consumer, sales_rep=member.user, order=order)
    ChatMessageFactory(session=session)
    NotificationFactory(recipient=consumer.user)
    return supplier


def do(client, row, action, **data):
    """Send the form of an action from the page of a row, and return what the reader is told."""
    address = url(type(row), "do", row.pk, action)
    answer = client.post(address, {"seen": stamp(row), **data}, follow=True)
    row.refresh_from_db()
    return [str(message) for message in answer.context["messages"]] or answer.context["form"].errors


@pytest.mark.parametrize("kind", [UserRole.ADMIN, UserRole.SUPER_ADMIN])
def test_administrators_see_every_table_whatever_their_station(kind):
    fill()
    client = enter(make_staff(kind))
    assert {model: len(listed(client, model)) for model in MODELS} == dict.fromkeys(MODELS, 1)


@pytest.mark.parametrize("kind", [UserRole.CUSTOMER_SUPPORT, UserRole.STATION_MANAGER])
def test_other_staff_see_nothing_of_the_exchange(kind):
    fill()
    client = enter(make_staff(kind, StationFactory()))
    order = Order.objects.get()
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 403
        assert client.get(url(model, "change", model.objects.get().pk)).status_code == 403
    assert client.post(url(Order, "do", order.pk, "accept"), {"seen": stamp(order)}).status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING


def test_a_station_link_opens_nothing_of_the_exchange():
    """Even the link role of an administrator is a right at a station, not over suppliers."""
    from tests.factories.identity import StationUserFactory

    station = StationFactory()
    manager = make_staff(UserRole.STATION_MANAGER, station)
    StationUserFactory(user=manager, station=StationFactory(), role="admin")
    assert enter(manager).get(url(Supplier, "changelist")).status_code == 403


def test_lists_and_pages_cost_the_same_whatever_they_hold(admin):
    supplier = fill()
    order, session = Order.objects.get(), ChatSession.objects.get()
    consumer = Consumer.objects.get()
    pages = [url(type(row), "change", row.pk) for row in (supplier, order, session, consumer)]
    lists = [url(model, "changelist") for model in MODELS]
    few = {address: queries(admin, address) for address in lists + pages}
    fill()
    fill()
    SupplierStaffFactory.create_batch(2, supplier=supplier)
    OrderItemFactory.create_batch(2, order=order)
    ChatMessageFactory.create_batch(2, session=session)
    for _ in range(2):
        OrderFactory(consumer=consumer)
        LinkFactory(consumer=consumer)
    assert {address: queries(admin, address) for address in few} == few
    assert list(few.values()) == [5, 5, 6, 5, 6, 5, 6, 5, 6, 5, 5, 6, 6, 7, 9, 10]


def test_pages_search_by_name_and_by_pasted_email(admin):
    supplier, consumer = SupplierFactory(company_name="Fish & Co"), ConsumerFactory()
    SupplierFactory()
    ConsumerFactory()
    assert found(admin, Supplier, "fish") == [supplier]
    assert found(admin, Supplier, supplier.user.email) == [supplier]
    assert found(admin, Consumer, consumer.user.email.upper()) == [consumer]
    assert found(admin, Supplier, consumer.user.email) == []


def test_filters_cut_lists_to_what_they_say(admin):
    ours, other = ConsumerFactory(station=StationFactory()), ConsumerFactory()
    low = ProductFactory(stock_qty=9, stock_full_qty=100)
    gone = ProductFactory(stock_qty=0, stock_full_qty=100)
    full = ProductFactory(stock_qty=10, stock_full_qty=100)
    assert listed(admin, Consumer, "whose=ours") == [ours]
    assert listed(admin, Consumer, "whose=others") == [other]
    assert set(listed(admin, Product, "stock=low")) == {low, gone}
    assert listed(admin, Product, "stock=none") == [gone]
    assert set(listed(admin, Product, "is_active__exact=1")) == {low, gone, full}


def test_links_are_moved_by_their_state_machine(admin):
    link = LinkFactory(status=LinkStatus.PENDING)
    assert do(admin, link, "deny") == ["The link was denied."]
    assert do(admin, link, "reopen") == ["The link was reopened."]
    assert do(admin, link, "accept") == ["The link was accepted."]
    assert do(admin, link, "block") == ["The link was blocked."]
    assert do(admin, link, "accept") == {"__all__": ["Not possible from blocked to accepted."]}
    assert link.status == LinkStatus.BLOCKED
    kinds = list(Notification.objects.order_by("pk").values_list("type", "recipient_id"))
    assert kinds == [
        (f"link.{word}", link.consumer.user_id) for word in ("denied", "reopened", "accepted", "blocked")
    ]


def test_an_action_on_what_changed_meanwhile_is_refused(admin):
    link = LinkFactory(status=LinkStatus.PENDING)
    seen = stamp(link)
    link.save()
    answer = admin.post(url(Link, "do", link.pk, "accept"), {"seen": seen})
    assert answer.status_code == 412
    link.refresh_from_db()
    assert link.status == LinkStatus.PENDING


def test_a_link_is_asked_for_on_behalf_of_a_consumer(admin):
    consumer, supplier = ConsumerFactory(), SupplierFactory()
    data = {"consumer": consumer.pk, "supplier": supplier.pk}
    assert admin.post(url(Link, "add"), data).status_code == 302
    link = Link.objects.get()
    assert (link.consumer, link.supplier, link.status) == (consumer, supplier, LinkStatus.PENDING)
    assert Notification.objects.get().recipient_id == supplier.user_id
    assert "__all__" in errors_of(admin.post(url(Link, "add"), data))


def test_orders_are_moved_alone_and_in_bulk(admin):
    product = ProductFactory(stock_qty=5)
    item = OrderItemFactory(product=product, order__supplier=product.supplier, qty=2)
    assert do(admin, item.order, "reject") == ["The order is rejected."]
    product.refresh_from_db()
    assert product.stock_qty == 7
    orders = [OrderFactory(), OrderFactory(), item.order]
    data = {"action": "accept", "_selected_action": [order.pk for order in orders], "confirmed": "1"}
    told = admin.post(url(Order, "changelist"), data, follow=True).context["messages"]
    assert [str(message) for message in told][1:] == ["Accept: 2 of 3 done."]
    for order in orders:
        order.refresh_from_db()
    assert [order.status for order in orders] == ["accepted", "accepted", "rejected"]
    assert do(admin, orders[0], "start") == ["The order is in progress."]
    assert do(admin, orders[0], "complete") == ["The order is completed."]


def test_a_complaint_is_resolved_with_words_only(admin):
    complaint = ComplaintFactory()
    assert do(admin, complaint, "escalate") == ["The complaint is escalated."]
    assert do(admin, complaint, "resolve", resolution=" ") == {"resolution": ["This field is required."]}
    assert do(admin, complaint, "resolve", resolution="New fish.") == ["The complaint is resolved."]
    assert (complaint.status, complaint.resolution) == (ComplaintStatus.RESOLVED, "New fish.")


def test_pages_under_a_state_machine_cannot_be_edited(admin):
    fill()
    for model in (Order, OrderItem, Complaint, ChatSession, ChatMessage, Notification, Link):
        page = admin.get(url(model, "change", model.objects.get().pk))
        assert page.context["has_change_permission"] is False
    for model in (Order, Complaint, ChatSession, ChatMessage, Notification, Supplier, Consumer):
        assert admin.get(url(model, "add")).status_code == 403


def product_form(product=None, **values):
    base = {
        "supplier": "",
        "name": "Salmon",
        "sku": "FISH-1",
        "price_kzt": "4500.00",
        "currency": "KZT",
        "stock_qty": "40",
        "is_active": "on",
    }
    return {**base, **({"seen": stamp(product)} if product else {}), **values}


def test_products_are_written_by_the_services_and_audited(admin):
    supplier = SupplierFactory()
    assert admin.post(url(Product, "add"), product_form(supplier=supplier.pk)).status_code == 302
    product = Product.objects.get()
    assert (product.sku, product.stock_qty, product.stock_full_qty) == ("FISH-1", 40, 40)
    Product.objects.update(stock_qty=38)
    product.refresh_from_db()
    page = url(Product, "change", product.pk)
    changed = product_form(product, stock_qty="38", name="Wild salmon")
    assert admin.post(page, changed).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.stock_qty, product.stock_full_qty) == ("Wild salmon", 38, 40)
    log = StationAuditLog.objects.filter(resource_type="product").order_by("pk")
    assert list(log.values_list("action", "permissions_used")) == [
        ("create", [EXCHANGE]),
        ("update", [EXCHANGE]),
    ]
    taken = admin.post(url(Product, "add"), product_form(supplier=supplier.pk))
    assert "__all__" in errors_of(taken)


def test_a_product_that_was_ordered_is_not_deleted(admin):
    item, free = OrderItemFactory(), ProductFactory()
    reason = {"reason": "Nobody sells it any more."}
    admin.post(url(Product, "delete", item.product_id), reason)
    admin.post(url(Product, "delete", free.pk), reason)
    assert list(Product.objects.all()) == [item.product]


def test_staff_are_hired_and_dismissed_by_the_services(admin):
    supplier = SupplierFactory()
    form = {
        "supplier": supplier.pk,
        "staff_role": "sales",
        "email": "sam@fish.example",
        "password": "weakweak",
    }
    assert "password" in errors_of(admin.post(url(SupplierStaff, "add"), form))
    assert admin.post(url(SupplierStaff, "add"), {**form, "password": "Strong-Sea-77"}).status_code == 302
    member = SupplierStaff.objects.get()
    assert (member.supplier, member.user.role) == (supplier, UserRole.SUPPLIER_SALES)
    admin.post(url(SupplierStaff, "delete", member.pk), {"reason": "Left the company."})
    assert not SupplierStaff.objects.exists()
    assert User.objects.get(email="sam@fish.example").status == "deactivated"


def test_a_supplier_is_taken_off_the_exchange_and_a_consumer_given_a_station(admin):
    supplier, consumer, station = SupplierFactory(), ConsumerFactory(), StationFactory()
    page = url(Supplier, "change", supplier.pk)
    data = {"company_name": "Fish", "seen": stamp(supplier), **inlines(admin, page)}
    assert admin.post(page, data).status_code == 302
    supplier.refresh_from_db()
    assert (supplier.company_name, supplier.is_active) == ("Fish", False)
    owner = enter(make_staff(UserRole.SUPER_ADMIN))
    page = url(Consumer, "change", consumer.pk)
    data = {"organization_name": "Grill", "station": station.pk, "seen": stamp(consumer)}
    assert owner.post(page, {**data, **inlines(owner, page)}).status_code == 302
    consumer.refresh_from_db()
    assert (consumer.organization_name, consumer.station) == ("Grill", station)


def inlines(client, address):
    from tests.pages import empty_inlines

    return empty_inlines(client, address)


def test_choices_name_rows_by_what_people_call_them(admin):
    fill()
    from tests.common.admin.every_row import page_of

    labels = {model: page_of(model).row_label(model.objects.get()) for model in MODELS}
    supplier, consumer, product = Supplier.objects.get(), Consumer.objects.get(), Product.objects.get()
    assert labels[Supplier] == supplier.company_name
    assert labels[Link] == f"{consumer.organization_name} and {supplier.company_name}"
    assert labels[Product] == f"{product.name} ({product.sku}), {supplier.company_name}"
    assert labels[Order] == f"{consumer.organization_name}, 0.00 KZT"
    assert labels[ChatSession].startswith(f"{consumer.organization_name} and ")
    assert labels[SupplierStaff].endswith(", manager")
    assert labels[Recipe] == f"{Recipe.objects.get().menu_item.name}: {product.name}"

"""`draft_supply_orders`: bookings become orders at linked suppliers, changes become differences."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.enums import BookingStatus, MenuCategory
from bookings.models import Booking
from common.actors import GuestActor, SystemActor
from common.exceptions import PermissionDenied
from supply.enums import LinkStatus, OrderStatus
from supply.models import Notification, Order, OrderItem, Product
from supply.services.drafts import draft_orders
from supply.services.orders import move_order
from tests.factories.bookings import BookingFactory, MenuItemFactory
from tests.factories.identity import StationFactory
from tests.factories.supply import (
    ConsumerFactory,
    LinkFactory,
    OrderFactory,
    OrderItemFactory,
    ProductFactory,
    RecipeFactory,
    SupplierFactory,
)
from tests.supply.world import undone

pytestmark = pytest.mark.django_db
HOUSE = SystemActor("test")
TODAY = timezone.now().date()
PARTY, LATER, UNTIL = (TODAY + timedelta(days=days) for days in (5, 8, 30))
CANCELLED = {"cancelled_at": timezone.now(), "cancellation_reason_code": "customer_request"}


class Kitchen:
    """A station that buys salmon by the portion and rice by the guest from one linked supplier."""

    def __init__(self) -> None:
        self.station = StationFactory(code="ST-TEST-001")
        self.consumer = ConsumerFactory(station=self.station)
        self.supplier = SupplierFactory()
        self.link = LinkFactory(consumer=self.consumer, supplier=self.supplier)
        self.salmon = ProductFactory(supplier=self.supplier, sku="SALMON", price_kzt=100)
        self.rice = ProductFactory(supplier=self.supplier, sku="RICE", price_kzt=10)
        self.dish = MenuItemFactory(station=None, code="salmon", category=MenuCategory.SEAFOOD)
        side = MenuItemFactory(station=None, code="rice", category=MenuCategory.SIDE)
        self.salmon_recipe = RecipeFactory(
            menu_item=self.dish, product=self.salmon, qty_per_guest=Decimal("0.5"), buffer_percent=10
        )
        RecipeFactory(menu_item=side, product=self.rice, qty_per_guest=Decimal("0.25"))

    def party(self, *, portions=8, adults=8, kids=0, day=PARTY, status=BookingStatus.CONFIRMED, **values):
        if status == BookingStatus.CANCELLED:
            values.update(CANCELLED)
        menu = [{"kind": "protein", "code": "salmon", "quantity": portions}] if portions else []
        return BookingFactory(
            station=values.pop("station", self.station),
            status=status,
            date=day,
            menu_items=menu,
            party_adults=adults,
            party_kids=kids,
            **values,
        )

    def run(self, **options):
        out = StringIO()
        arguments = {"station": "ST-TEST-001", "until": UNTIL.isoformat(), **options}
        call_command("draft_supply_orders", "--json", stdout=out, **arguments)
        return json.loads(out.getvalue())


@pytest.fixture
def kitchen():
    return Kitchen()


def items():
    """Return sku, day and units of all drafted lines, the oldest first."""
    rows = OrderItem.objects.order_by("demand_date", "product__sku", "pk")
    return list(rows.values_list("product__sku", "demand_date", "qty"))


def test_confirmed_parties_become_a_pending_order_of_demand(kitchen):
    kitchen.party(portions=8, adults=7, kids=2)
    kitchen.party(portions=3, adults=4)
    report = kitchen.run()
    # (8 + 3) × 0.5 × 1.1 = 6.05; (9 + 4) × 0.25 = 3.25
    assert items() == [("RICE", PARTY, 4), ("SALMON", PARTY, 7)]
    order = Order.objects.get()
    assert (order.consumer, order.supplier) == (kitchen.consumer, kitchen.supplier)
    assert (order.status, order.origin, order.total_kzt) == ("pending", "demand", Decimal("740.00"))
    assert dict(Product.objects.values_list("sku", "stock_qty")) == {"SALMON": 93, "RICE": 96}
    assert Notification.objects.filter(type="order.created").get().recipient_id == kitchen.supplier.user_id
    assert report.pop("seconds") >= 0
    made = {"items": 2, "supplier": kitchen.supplier.company_name, "total_kzt": "740.00", "id": str(order.pk)}
    line = {"day": PARTY.isoformat(), "on_hand": 0, "ordered": 0, "short": 0, "surplus": 0}
    assert {**report, "lines": sorted(report["lines"], key=lambda line: line["sku"])} == {
        "bookings": 2,
        "menu_still_to_be_chosen": 0,
        "portions_without_recipe": {},
        "orders": [made],
        "short": [],
        "lines": [
            {**line, "sku": "RICE", "product_id": str(kitchen.rice.pk), "demand": 4, "drafted": 4},
            {**line, "sku": "SALMON", "product_id": str(kitchen.salmon.pk), "demand": 7, "drafted": 7},
        ],
    }


def test_a_second_run_orders_nothing_and_a_change_the_difference(kitchen):
    booking = kitchen.party(portions=8, adults=8)
    kitchen.run()
    first = items()
    assert kitchen.run()["orders"] == []
    Booking.objects.filter(pk=booking.pk).update(
        party_adults=16, menu_items=[{"kind": "protein", "code": "salmon", "quantity": 16}]
    )
    kitchen.run()
    assert first == [("RICE", PARTY, 2), ("SALMON", PARTY, 5)]
    assert items() == [("RICE", PARTY, 2), ("RICE", PARTY, 2), ("SALMON", PARTY, 5), ("SALMON", PARTY, 4)]
    assert kitchen.run()["orders"] == []
    assert Order.objects.count() == 2


def test_a_fall_is_surplus_that_a_later_day_uses_up(kitchen):
    booking = kitchen.party(portions=20, adults=20)
    kitchen.run()
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.CANCELLED, **CANCELLED)
    kitchen.party(portions=24, adults=20, day=LATER)
    lines = kitchen.run()["lines"]
    left = {line["sku"]: line["surplus"] for line in lines if line["day"] == PARTY.isoformat()}
    assert left == {"SALMON": 11, "RICE": 5}
    assert items() == [("RICE", PARTY, 5), ("SALMON", PARTY, 11), ("SALMON", LATER, 3)]


def test_rejected_orders_count_for_nothing(kitchen):
    kitchen.party()
    kitchen.run()
    move_order(order=Order.objects.get(), to=OrderStatus.REJECTED, by=HOUSE, at=timezone.now())
    assert len(kitchen.run()["orders"]) == 1
    assert Order.objects.filter(status=OrderStatus.PENDING).count() == 1


def test_only_what_is_confirmed_within_the_days_at_the_station_is_ordered(kitchen):
    for status in (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING, BookingStatus.CANCELLED):
        kitchen.party(status=status)
    kitchen.party(day=UNTIL + timedelta(days=1))
    kitchen.party(day=TODAY - timedelta(days=2), status=BookingStatus.COMPLETED)
    kitchen.party(station=StationFactory())
    kitchen.party(deleted_at=timezone.now(), delete_reason="A test booking.", deleted_by=None)
    report = kitchen.run()
    assert (report["bookings"], report["orders"], items()) == (0, [], [])


def test_orders_by_hand_and_those_of_others_cover_no_day(kitchen):
    OrderItemFactory(
        order=OrderFactory(consumer=kitchen.consumer, supplier=kitchen.supplier),
        product=kitchen.salmon,
        qty=50,
    )
    OrderItemFactory(
        order=OrderFactory(supplier=kitchen.supplier), product=kitchen.salmon, qty=50, demand_date=PARTY
    )
    kitchen.party(portions=8)
    kitchen.run()
    drafted = OrderItem.objects.filter(order__origin="demand", product=kitchen.salmon)
    assert drafted.get().qty == 5


def test_what_a_past_day_left_is_on_hand(kitchen):
    past = TODAY - timedelta(days=3)
    order = OrderFactory(consumer=kitchen.consumer, supplier=kitchen.supplier, status=OrderStatus.COMPLETED)
    OrderItemFactory(order=order, product=kitchen.salmon, qty=9, demand_date=past)
    kitchen.party(portions=8, day=past, status=BookingStatus.COMPLETED)
    kitchen.party(portions=10)
    lines = {line["sku"]: line for line in kitchen.run()["lines"]}
    # 9 were ordered, 5 taken (8 × 0.55 = 4.4): 4 are left for the 6 (5.5) of the party
    assert (lines["SALMON"]["on_hand"], lines["SALMON"]["drafted"]) == (4, 2)


def close_link(kitchen):
    kitchen.link.status = LinkStatus.BLOCKED
    kitchen.link.save()


def close_product(kitchen):
    Product.objects.filter(pk=kitchen.salmon.pk).update(is_active=False)


def close_supplier(kitchen):
    kitchen.supplier.is_active = False
    kitchen.supplier.save()


def empty_stock(kitchen):
    Product.objects.filter(pk=kitchen.salmon.pk).update(stock_qty=2)


@pytest.mark.parametrize(
    ("close", "because", "units"),
    [
        (close_link, "no_accepted_link", 5),
        (close_product, "inactive_product", 5),
        (close_supplier, "inactive_supplier", 5),
        (empty_stock, "out_of_stock", 3),
    ],
)
def test_what_cannot_be_ordered_is_short(kitchen, close, because, units):
    kitchen.party()
    close(kitchen)
    short = {item["sku"]: item for item in kitchen.run()["short"]}
    assert short["SALMON"] == {
        "day": PARTY.isoformat(),
        "sku": "SALMON",
        "product_id": str(kitchen.salmon.pk),
        "units": units,
        "because": because,
    }
    assert sum(qty for sku, _day, qty in items() if sku == "SALMON") == 5 - units


def test_each_supplier_gets_an_order_of_its_own(kitchen):
    other = ProductFactory(sku="SOY")
    LinkFactory(consumer=kitchen.consumer, supplier=other.supplier)
    RecipeFactory(menu_item=kitchen.dish, product=other, qty_per_guest=1)
    kitchen.party()
    kitchen.run()
    assert set(Order.objects.values_list("supplier", flat=True)) == {kitchen.supplier.pk, other.supplier_id}
    assert sorted(items()) == [("RICE", PARTY, 2), ("SALMON", PARTY, 5), ("SOY", PARTY, 8)]


def test_the_stations_own_dish_stands_before_the_companys(kitchen):
    own = MenuItemFactory(station=kitchen.station, code="salmon", category=MenuCategory.SEAFOOD)
    RecipeFactory(menu_item=own, product=kitchen.salmon, qty_per_guest=1)
    MenuItemFactory(station=kitchen.station, code="rice", category=MenuCategory.SIDE, is_available=False)
    MenuItemFactory(station=StationFactory(), code="salmon", category=MenuCategory.SEAFOOD)
    kitchen.party()
    kitchen.run()
    assert items() == [("SALMON", PARTY, 8)]


def test_menus_that_tell_nothing_are_counted(kitchen):
    kitchen.party(portions=0)
    chosen = [
        {"kind": "extra_protein", "code": "salmon", "quantity": 2},
        {"kind": "protein", "code": "tofu", "quantity": 16},
        {"kind": "addon", "code": "salmon", "quantity": 9},
    ]
    Booking.objects.filter(pk=kitchen.party().pk).update(menu_items=chosen)
    kitchen.salmon_recipe.is_active = True
    report = kitchen.run()
    assert (report["menu_still_to_be_chosen"], report["portions_without_recipe"]) == (1, {"tofu": 16})
    assert items() == [("RICE", PARTY, 4), ("SALMON", PARTY, 2)]


def test_a_dry_run_reports_and_leaves_nothing(kitchen):
    kitchen.party()
    report = kitchen.run(dry_run=True)
    assert (report["dry_run"], len(report["orders"])) == (True, 1)
    assert (Order.objects.count(), OrderItem.objects.count()) == (0, 0)


def test_the_mistakes_of_an_operator_are_told(kitchen):
    StationFactory(code="ST-OTHER-001")
    for code in ("ST-NONE-001", "ST-OTHER-001"):
        with pytest.raises(CommandError, match=f"There is no station {code}, or no consumer"):
            kitchen.run(station=code)
    with pytest.raises(CommandError, match="is no date"):
        call_command("draft_supply_orders", "--station=ST-TEST-001", "--until=tomorrow")


def test_only_the_consumer_and_the_house_may_draft(kitchen):
    with pytest.raises(PermissionDenied):
        draft_orders(consumer=kitchen.consumer, until=UNTIL, by=GuestActor(), at=timezone.now())
    with pytest.raises(ValueError, match="no station"):
        draft_orders(consumer=ConsumerFactory(), until=UNTIL, by=HOUSE, at=timezone.now())


def test_the_number_of_parties_costs_no_statements(kitchen):
    kitchen.party()
    with undone(), CaptureQueriesContext(connection) as few:
        kitchen.run()
    for number in range(10):
        kitchen.party(day=PARTY + timedelta(days=number))
    with CaptureQueriesContext(connection) as many:
        kitchen.run()
    assert (len(few), len(many)) == (16, 16)


changes = st.lists(
    st.tuples(
        st.sampled_from(["book", "resize", "cancel", "restock", "reject"]),
        st.integers(0, 3),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=8,
)


@given(changes)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_conservation_whatever_happens_between_runs(kitchen, story):
    """Demand is what was ordered and is on hand less the surplus, but for what is reported short."""
    with undone():
        parties = []
        for what, which, number in story:
            tell(kitchen, parties, what, which, number)
            report = kitchen.run()
            for line in report["lines"]:
                sold = line["ordered"] + line["drafted"]
                assert line["demand"] == sold + line["on_hand"] - line["surplus"] + line["short"]
                rows = OrderItem.objects.filter(
                    product=line["product_id"], demand_date=date.fromisoformat(line["day"])
                ).exclude(order__status=OrderStatus.REJECTED)
                assert sum(rows.values_list("qty", flat=True)) == sold
            assert kitchen.run()["orders"] == []
            reserved = sum(
                OrderItem.objects.filter(product=kitchen.salmon)
                .exclude(order__status=OrderStatus.REJECTED)
                .values_list("qty", flat=True)
            )
            kitchen.salmon.refresh_from_db()
            assert kitchen.salmon.stock_qty >= 0
            assert kitchen.salmon.stock_qty + reserved == kitchen.salmon.stock_full_qty


def tell(kitchen, parties, what, which, number):
    """Let something happen to the bookings, the stock or an order."""
    if what == "book":
        parties.append(kitchen.party(portions=number, adults=number, day=PARTY + timedelta(days=which)))
    elif what == "restock":
        kitchen.salmon.refresh_from_db()
        kitchen.salmon.stock_qty += number
        kitchen.salmon.stock_full_qty += number
        kitchen.salmon.save()
    elif what == "reject":
        for order in Order.objects.filter(status=OrderStatus.PENDING).order_by("pk")[:1]:
            move_order(order=order, to=OrderStatus.REJECTED, by=HOUSE, at=timezone.now())
    elif parties:
        chosen = Booking.objects.filter(pk=parties[which % len(parties)].pk)
        if what == "cancel":
            chosen.update(status=BookingStatus.CANCELLED, **CANCELLED)
        else:
            menu = [{"kind": "protein", "code": "salmon", "quantity": number}]
            chosen.update(party_adults=number, menu_items=menu)

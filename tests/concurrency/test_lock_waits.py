"""What a write does when somebody else holds its rows: 409 with Retry-After in 3 s, never 500 or for ever."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from bookings.exceptions import SlotContended
from bookings.models import Booking, Chef, Customer
from bookings.services.assignments import assign_chef
from bookings.services.changes import BookingChanges, change_booking
from bookings.services.customers import create_customer
from bookings.services.deposits import confirm_deposit
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show, release_booking
from bookings.services.manual_adjustments import adjust_price
from bookings.services.payments import record_payment
from common.actors import SystemActor
from common.exceptions import Duplicate
from tests.bookings.parties import NOW, make_booking, make_chef, make_station, meet_customer
from tests.concurrency.racing import race, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
BY = SystemActor("race")
REASON = "Waits for the company cheque"
WRITES = [
    partial(change_booking, changes=BookingChanges(notes="x"), expected_version=None),
    partial(confirm_deposit, method="cash", reference="R", expected_version=None),
    partial(record_payment, amount_cents=100, method="cash", reference="R"),
    partial(assign_chef, chef=None, expected_version=None),
    partial(complete_booking, expected_version=None),
    partial(mark_no_show, expected_version=None),
    partial(hold_booking, reason=REASON, expected_version=None),
    partial(release_booking, expected_version=None),
    partial(adjust_price, amount_cents=100, reason=REASON, expected_version=None),
]


@pytest.fixture
def beside():
    """Start works in threads with a connection each."""

    def run(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield partial(pool.submit, run)


def test_d4_every_write_gives_up_on_a_row_that_is_held():
    station = make_station()
    parties = [make_booking(station, lane=lane) for lane in range(1, len(WRITES) + 1)]
    writes = [
        partial(write, booking=party, by=BY, at=NOW) for write, party in zip(WRITES, parties, strict=True)
    ]
    with transaction.atomic():
        list(Booking.objects.select_for_update(no_key=True))
        results = race(writes)
    assert [type(result.answer) for result in results] == [SlotContended] * len(WRITES)
    assert all(2.5 < result.seconds < 5 for result in results)
    assert {result.answer.headers["Retry-After"] for result in results} == {"1"}
    assert set(Booking.objects.values_list("version", "status")) == {(1, "deposit_pending")}


def test_d4_the_first_deadlock_is_tried_again(beside):
    """Somebody locks the chef and then all bookings; the assignment, which waits longer, gives way."""
    booking, chef = make_booking(make_station()), make_chef()
    assign = partial(assign_chef, booking=booking, chef=chef, expected_version=1, by=BY, at=NOW)
    with transaction.atomic():
        Chef.objects.select_for_update(no_key=True).get()
        assigned = beside(assign)
        wait_until_somebody_waits()
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Booking._meta.db_table} IN EXCLUSIVE MODE")
    assert assigned.result(10).chef_id == chef.pk
    booking.refresh_from_db()
    assert (booking.chef_id, booking.version) == (chef.pk, 2)


def meet(station, service=meet_customer):
    return service(
        station=station,
        first_name="Bea",
        last_name="Kim",
        email="bea@example.com",
        phone="5105550142",
        by=BY,
        at=NOW,
    )


@pytest.mark.parametrize(("service", "refused"), [(meet_customer, False), (create_customer, True)])
def test_p8_one_customer_though_the_index_keys_rotate(settings, beside, service, refused):
    """The first is written under the old key, unseen until it commits; the second knows the new one."""
    station = make_station()
    with transaction.atomic():
        first = meet(station)
        key = b64encode(bytes(range(32))).decode()
        settings.BLIND_INDEX_KEYS = [f"i2:{key}", *settings.BLIND_INDEX_KEYS]
        second = beside(partial(meet, station, service))
        wait_until_somebody_waits()
    if refused:
        with pytest.raises(Duplicate):
            second.result(10)
    else:
        assert second.result(10) == first
    assert Customer.objects.get() == first


def test_bk2_a_customer_imported_meanwhile_is_met(beside):
    """Imports write in bulk and take no lock of e-mails: the unique index decides, and the row is used."""
    station = make_station()
    with transaction.atomic():
        imported = Customer(
            station=station, first_name="B", last_name="K", email="bea@example.com", phone="5105550142"
        )
        Customer.objects.bulk_create([imported])
        met = beside(partial(meet, station))
        wait_until_somebody_waits()
    assert met.result(10).pk == imported.pk
    assert Customer.objects.get().first_name == "Bea"

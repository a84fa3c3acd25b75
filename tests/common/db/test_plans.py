"""The tool that tests read plans with tells a plan with an index from one without."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from bookings.models import Chef, Customer
from identity.models import Station
from tests.bookings.parties import make_customer, make_station
from tests.plans import FIRST_INSTANT, fill, index_names, key_of, seq_scans, sorts

pytestmark = pytest.mark.django_db


def file_of(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode(%s::regclass)", [model._meta.db_table])
        return cursor.fetchone()[0]


def test_a_filled_table_is_read_by_index_or_from_end_to_end():
    fill(Chef, zones="ARRAY['zone ' || n % 10]")
    by_key = Chef.objects.filter(station=key_of(Station, 7), is_active=True)
    assert index_names(by_key) == {"ix_chefs_station_active"}
    assert (seq_scans(by_key), sorts(by_key)) == (set(), False)
    by_zone = Chef.objects.filter(zones__contains=["zone 3"]).order_by("name")
    assert index_names(by_zone) == set()
    assert (seq_scans(by_zone), sorts(by_zone)) == ({"chefs"}, True)


def test_rows_differ_and_obey_the_checks_of_their_table():
    fill(Customer, 250, last_name="'Lee ' || n % 5")
    customers = Customer.objects.all()
    assert customers.count() == 250
    assert customers.values("email_bidx").distinct().count() == 250
    assert set(customers.values_list("last_name", flat=True)) == {f"Lee {n}" for n in range(5)}
    assert customers.filter(station=key_of(Station, 7)).count() == 3
    assert customers.filter(station=key_of(Station, 107)).count() == 3
    last = customers.order_by("created_at").last()
    assert last.created_at == parse_datetime(FIRST_INSTANT) + timedelta(minutes=5 * 250)


def test_the_rollback_gives_the_old_file_back():
    customer = make_customer(make_station())
    before = file_of(Customer)
    with transaction.atomic():
        fill(Customer, 10)
        assert (Customer.objects.count(), file_of(Customer) == before) == (11, False)
        transaction.set_rollback(True)
    assert (list(Customer.objects.all()), file_of(Customer)) == ([customer], before)

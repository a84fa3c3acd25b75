import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db


def tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('supply')")
        return sorted(name for (name,) in cursor.fetchall())


def test_the_tables_go_to_zero_without_a_trace_and_come_back():
    before = tables()
    call_command("migrate", "supply", "zero", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('supply')")
        assert cursor.fetchone() == (None,)
    call_command("migrate", "supply", verbosity=0)
    assert tables() == before

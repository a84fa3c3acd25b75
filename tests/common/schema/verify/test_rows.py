"""P-8: a sample of every blind index is recomputed."""

from uuid import UUID

import pytest
from django.db import connection

from common.schema.verify import engine
from common.schema.verify.rows import row_findings
from tests.crypto_app.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Person]:
    """Nine rows whose keys lie equally far apart, as a sample is drawn from the range of the keys."""
    return [
        Person.objects.create(pk=UUID(int=n << 80), email=f"p{n}@example.com", phone=f"+1916555{n:04}")
        for n in range(1, 10)
    ]


def spoil(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_lab.people SET email_bidx = %s WHERE id = %s", [b"x" * 32, person.pk])


def found(wanted, sample: int) -> list[tuple[str, ...]]:
    live = engine.live(connection, wanted)
    return [
        (f.truth, f.kind, f.table, f.name, f.found, *f.run) for f in row_findings(connection, live, sample)
    ]


def test_rows_that_fit_are_no_findings(wanted, people):
    assert found(wanted, 50) == []


@pytest.mark.parametrize("place", [0, -1])
def test_a_wrong_index_is_named_by_its_row(wanted, people, place):
    """The first rows are always in the sample, and with one row from elsewhere the last may be."""
    spoil(people[place])
    said = (
        "rows", "blind index value", "crypto_lab.people", "email_bidx",
        f"row {people[place].pk}: index does not fit its value",
        "manage.py rebuild_blind_index --model crypto_app.Person",
    )  # fmt: skip
    assert found(wanted, 50) == [said]
    assert found(wanted, 16) == [said]


def test_a_sample_of_none_reads_no_row(wanted, people):
    spoil(people[0])
    assert found(wanted, 0) == []


def test_a_small_sample_takes_rows_from_elsewhere(wanted, people):
    """One of the first row, one of some later one: in the end every row had its turn."""
    spoil(people[-1])
    tries = (found(wanted, 2) for _ in range(500))
    assert any(tries)


def test_a_table_that_lacks_a_column_is_left_to_its_findings(wanted, people):
    spoil(people[0])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crypto_lab.people DROP COLUMN phone_bidx")
    assert found(wanted, 50) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE crypto_lab.people CASCADE")
    assert found(wanted, 50) == []

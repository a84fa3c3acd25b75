"""Savepoints cost no message to be released, and mean what they always meant."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.engine_app.models import Kind

pytestmark = pytest.mark.django_db(transaction=True)


def names() -> list[str]:
    return sorted(Kind.objects.values_list("name", flat=True))


def commands(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"].split(" ")[0] for query in queries.captured_queries]


def test_a_release_travels_with_the_next_savepoint_or_not_at_all() -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        with transaction.atomic(), transaction.atomic():
            Kind.objects.create(name="a")
        with transaction.atomic():
            Kind.objects.create(name="b")
    assert commands(queries) == ["BEGIN", "SAVEPOINT", "SAVEPOINT", "INSERT", "RELEASE", "INSERT", "COMMIT"]
    assert queries.captured_queries[4]["sql"].count("RELEASE SAVEPOINT") == 2
    assert names() == ["a", "b"]


def test_what_a_released_savepoint_held_is_undone_with_the_outer_one() -> None:
    @transaction.atomic
    def twice() -> None:
        with transaction.atomic():
            Kind.objects.create(name="undone")
        Kind.objects.create(name="kept")

    with transaction.atomic():
        Kind.objects.create(name="kept")
        with pytest.raises(IntegrityError):
            twice()
        with transaction.atomic():
            Kind.objects.create(name="after")
    assert names() == ["after", "kept"]


def test_nothing_is_left_over_for_the_next_transaction() -> None:
    for end in ("commit", "rollback", "close"):
        with transaction.atomic(), transaction.atomic():
            Kind.objects.create(name=end)
        if end == "close":
            connection.close()
    with transaction.atomic():
        with transaction.atomic():
            Kind.objects.create(name="gone")
        transaction.set_rollback(True)
    with transaction.atomic(), transaction.atomic():
        Kind.objects.create(name="last")
    assert names() == ["close", "commit", "last", "rollback"]


def test_a_swallowed_error_is_told_at_the_end_of_its_block() -> None:
    @transaction.atomic
    def swallow() -> None:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with transaction.atomic():
        with pytest.raises(DatabaseError):
            swallow()
        Kind.objects.create(name="usable")
    assert names() == ["usable"]

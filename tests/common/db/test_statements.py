"""Statements kept prepared: what they return, and that they leave nothing where they may not."""

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from common.db.statements import QueryStatement, RowStatement, Statement, WrittenRows
from tests.common.db.test_pooler import backends, pooled
from tests.crypto_app.models import Person
from tests.engine_app.models import DepotItem, Kind

__all__ = ["pooled"]

SUM = Statement(
    """
    SELECT %(left)s::int + %(right)s::int,
           'percent %%'
    """
)
BY_CODE = RowStatement(DepotItem, "WHERE code = ANY(%(codes)s) ORDER BY code")
RAISED = WrittenRows(
    DepotItem,
    'UPDATE "engine_depot"."items" item SET amount = amount + %(by)s WHERE amount >= %(floor)s',
    alias="item",
)
BY_NICKNAME = RowStatement(Person, "WHERE nickname = %(nickname)s")


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_statement_is_prepared_once_per_connection() -> None:
    statement = Statement("SELECT %(number)s::int AS a_text_of_its_own_1")
    assert [statement.rows({"number": number}) for number in (1, 2)] == [[(1,)], [(2,)]]
    assert [text for text in prepared() if "own_1" in text] == ["SELECT $1::int AS a_text_of_its_own_1"]


@pytest.mark.django_db
def test_rows_row_and_run() -> None:
    assert SUM.row({"left": 1, "right": 2}) == (3, "percent %")
    assert SUM.rows({"left": None, "right": 2}) == [(None, "percent %")]
    kind = Kind.objects.create(name="a")
    rename = Statement('UPDATE "engine_depot"."kinds" SET name = %(name)s WHERE id = %(id)s')
    assert rename.run({"name": "b", "id": kind.pk}) == 1
    assert rename.run({"name": "b", "id": -1}) == 0
    assert Statement('SELECT name FROM "engine_depot"."kinds" WHERE id = %(id)s').row({"id": -1}) is None


@pytest.mark.django_db
def test_statements_are_counted_and_refused_like_others(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1) as queries:
        SUM.row({"left": 1, "right": 2})
    assert queries.captured_queries[0]["sql"] == "SELECT 1::int + 2::int, 'percent %'"
    insert = Statement('INSERT INTO "engine_depot"."kinds" (name) VALUES (%(name)s)')
    with CaptureQueriesContext(connection) as refused, pytest.raises(DataError), transaction.atomic():
        insert.run({"name": "nul \x00"})
    assert insert.sql in [query["sql"] for query in refused.captured_queries]
    Kind.objects.create(name="twice")
    with pytest.raises(IntegrityError):
        insert.run({"name": "twice"})


@pytest.mark.django_db
def test_row_statements_return_instances_as_the_orm_does() -> None:
    kind = Kind.objects.create(name="a")
    DepotItem.objects.bulk_create(
        [DepotItem(kind=kind, code=code, amount=len(code), details={"a": [1]}) for code in ("y", "xx", "zzz")]
    )
    items = BY_CODE.all({"codes": ["y", "xx"]})
    assert [(item.code, item.details, item.doubled, item.kind, item._state.adding) for item in items] == [
        ("xx", {"a": [1]}, 4, kind, False),
        ("y", {"a": [1]}, 2, kind, False),
    ]
    assert BY_CODE.first({"codes": ["zzz"]}) == DepotItem.objects.get(code="zzz")
    assert BY_CODE.first({"codes": ["none"]}) is None


@pytest.mark.django_db
def test_written_rows_are_as_the_command_left_them() -> None:
    kind = Kind.objects.create(name="a")
    DepotItem.objects.bulk_create([DepotItem(kind=kind, code=code, amount=len(code)) for code in ("y", "xx")])
    [item] = RAISED.all({"by": 5, "floor": 2})
    assert (item.code, item.amount, item.doubled, item.kind, item._state.adding) == ("xx", 7, 14, kind, False)
    item.amount = 3
    item.save()
    assert sorted(DepotItem.objects.values_list("code", "amount")) == [("xx", 3), ("y", 1)]


@pytest.mark.django_db
def test_query_statements_run_what_the_queryset_says() -> None:
    for name in ("a%b", "a%c", "d"):
        Kind.objects.create(name=name)
    kinds = Kind.objects.filter(name__startswith="a%", parent=None).order_by("-name").values_list("name")
    assert QueryStatement(kinds).rows() == list(kinds) == [("a%c",), ("a%b",)]
    assert QueryStatement(Kind.objects.values_list("name").order_by("name")).rows()[0] == ("a%b",)
    with pytest.raises(EmptyResultSet):
        QueryStatement(Kind.objects.filter(pk__in=[]))


@pytest.mark.django_db
def test_row_statements_leave_personal_data_sealed() -> None:
    Person.objects.create(nickname="jay", email="Jay@Example.com")
    person = BY_NICKNAME.first({"nickname": "jay"})
    assert person is not None
    assert repr(person.email_encrypted) == "<Sealed crypto_lab.people.email_encrypted>"
    assert (person.email, person.name) == ("jay@example.com", None)
    person.save()
    assert Person.objects.get().email_bidx == person.email_bidx


@pytest.mark.django_db(transaction=True)
def test_nothing_is_prepared_behind_a_pooler(pooled: object) -> None:
    connection.close()
    connection.settings_dict["OPTIONS"]["prepare_threshold"] = None
    for _ in range(6):
        assert SUM.row({"left": 1, "right": 2}) == (3, "percent %")
    assert {left for _pid, left, _timeout in backends(4)} == {0}

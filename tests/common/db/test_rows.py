"""Rows of several tables in one statement."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model
from pytest_django.fixtures import DjangoAssertNumQueries

from common.db.rows import _plain, insert_rows, new_row
from tests.crypto_app.models import Contact, Person
from tests.engine_app.models import DepotItem, Kind, Remark, ShopItem

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def stored(model: type[Model]) -> list[dict[str, object]]:
    return list(model._default_manager.order_by("pk").values())


def test_rows_of_several_tables_go_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kind = Kind(pk=7, name='odd "name" \\ \t %s')
    item = DepotItem(
        pk=8, kind=kind, code="c", added_at=AT, amount=3, details={"é": [None, True, 1.5, {"a": "b"}]}
    )
    shop_item = ShopItem(pk=9, depot_item=item, code="s")
    with django_assert_num_queries(1):
        insert_rows(shop_item, item, kind)
    assert [row._state.adding for row in (kind, item, shop_item)] == [False, False, False]
    assert Kind.objects.get() == kind
    assert Kind.objects.get().name == kind.name
    assert stored(DepotItem) == [
        {
            "id": 8,
            "kind_id": 7,
            "code": "c",
            "added_at": AT,
            "details": {"é": [None, True, 1.5, {"a": "b"}]},
            "amount": 3,
            "doubled": 6,
            "is_active": True,
        }
    ]
    assert stored(ShopItem) == [
        {"id": 9, "depot_item_id": 8, "kind_id": None, "code": "s", "replaced_by_id": None}
    ]


def test_what_the_database_makes_is_left_to_it() -> None:
    """An identity, and a default that only the database knows."""
    insert_rows(Kind(name="a"), Kind(name="b"))
    kinds = list(Kind.objects.order_by("name"))
    assert kinds[0].pk != kinds[1].pk
    insert_rows(*(DepotItem(kind=kind, code=kind.name) for kind in kinds))
    assert {item.added_at.tzinfo is not None for item in DepotItem.objects.all()} == {True}


def test_many_rows_of_one_table_keep_their_order() -> None:
    insert_rows(*(Kind(name=f"kind {number}") for number in range(30)))
    assert list(Kind.objects.order_by("pk").values_list("name", flat=True)) == [
        f"kind {number}" for number in range(30)
    ]


def test_a_new_row_is_what_the_model_makes() -> None:
    kind = Kind.objects.create(name="a")
    given = {"kind": kind, "code": "c", "amount": 2}
    made, usual = new_row(DepotItem, **given), DepotItem(**given)
    names = ("pk", "kind_id", "kind", "code", "details", "amount", "is_active")
    assert [getattr(made, name) for name in names] == [getattr(usual, name) for name in names]
    assert made._state.adding is True
    assert made.details is not new_row(DepotItem).details
    insert_rows(made)
    usual.code, usual.amount = "d", 3
    usual.save()
    assert DepotItem.objects.get(code="c").added_at is not None
    sealed = new_row(Person, nickname="jay", email="Jay@Example.com")
    assert (sealed.pk is not None, sealed.email_bidx) == (True, Person(email="jay@example.com").email_bidx)
    with pytest.raises(TypeError, match="DepotItem has no field colour"):
        new_row(DepotItem, colour="red")


def test_no_row_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert_rows()


def test_personal_data_is_sealed_and_indexed() -> None:
    person = Person(nickname="jay", email=" Jay@Example.COM", phone="(510) 555-0100", request={"a": 1})
    insert_rows(person, Contact(person=person, channel="email", address="Ann@Example.com"))
    found = Person.objects.get()
    assert (found.email, found.phone, found.request, found.name) == (
        "jay@example.com",
        "+15105550100",
        {"a": 1},
        None,
    )
    saved = Person(nickname="two", email="jay@example.com", phone="+15105550100")
    with pytest.raises(IntegrityError, match="uq_people_email"), transaction.atomic():
        saved.save()
    assert (found.email_bidx, found.phone_bidx) == (saved.email_bidx, saved.phone_bidx)
    assert Contact.objects.get().address == "Ann@Example.com"
    with connection.cursor() as cursor:
        cursor.execute('SELECT p::text FROM "crypto_lab"."people" p')
        assert "jay@example" not in str(cursor.fetchall())


def test_one_bad_row_writes_none() -> None:
    with pytest.raises(IntegrityError, match="kinds_name"), transaction.atomic():
        insert_rows(Kind(name="a"), Remark(shop_item_id=1, text="x"), Kind(name="a"))
    assert (Kind.objects.count(), Remark.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["x" * 41, "nul \x00"])
def test_what_a_column_cannot_hold_is_a_data_error(name: str) -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(Kind(name=name))
    assert Kind.objects.count() == 0


def test_numbers_without_a_word_in_json() -> None:
    assert _plain(Decimal("1.10")) == "1.10"
    with pytest.raises(TypeError, match="SimpleNamespace"):
        _plain(SimpleNamespace())

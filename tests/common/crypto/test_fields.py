"""P-1: encrypted attributes of instances, from assignment to column and back."""

import copy
import pickle
import uuid

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from common.crypto.blind_index import blind_index
from common.crypto.exceptions import DecryptionError
from common.crypto.sealed import Sealed
from tests.crypto_app.models import Namesake, Person
from tests.crypto_app.people import index, jane, plant, stored

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3),
    max_leaves=8,
)


class TestRoundTrip(TestCase):
    @given(TEXT)
    def test_text(self, clear: str) -> None:
        person = Person.objects.create(name=clear, email="j@example.com")
        assert Person.objects.get(pk=person.pk).name == clear
        person.delete()

    @given(JSON)
    def test_json(self, clear: object) -> None:
        person = Person.objects.create(request=clear, email="j@example.com")
        assert Person.objects.get(pk=person.pk).request == clear
        person.delete()


def test_columns_hold_tokens_and_indexes() -> None:
    row = stored(jane(request={"adults": 12}))
    assert list(row) == [
        "id",
        "nickname",
        "name_encrypted",
        "email_encrypted",
        "email_bidx",
        "phone_encrypted",
        "phone_bidx",
        "request_encrypted",
        "ip_hash",
    ]
    assert bytes(row["email_bidx"]) == index("jane@example.com")
    assert bytes(row["phone_bidx"]) == blind_index("+19165550123", kind="phone")
    for column, clear in (("name", "Jane Doe"), ("email", "jane@example.com"), ("phone", "+19165550123")):
        field = Person._meta.get_field(column)
        token = bytes(row[f"{column}_encrypted"])
        assert field.decrypt(token) == clear
        assert clear.encode() not in token


def test_saving_writes_the_normal_spelling_back() -> None:
    person = jane()
    assert (person.email, person.phone) == ("jane@example.com", "+19165550123")


def test_null_and_empty_differ() -> None:
    empty, null = jane(name="", phone=""), jane(name=None, phone=None, email="null@example.com")
    assert [(p.name, p.phone, p.phone_bidx) for p in Person.objects.order_by("pk")] == [
        ("", "", None),
        (None, None, None),
    ]
    assert stored(empty)["name_encrypted"] is not None
    assert stored(null)["name_encrypted"] is None


def test_forgotten_value_is_refused_not_encrypted_empty() -> None:
    with pytest.raises(Exception, match='null value in column "email_encrypted"'):
        Person.objects.create(nickname="J")


def test_unread_columns_cost_nothing() -> None:
    """A row whose tokens nobody could open is read, changed and saved as long as nobody asks for them."""
    person = jane()
    plant(person, name_encrypted=b"broken", email_encrypted=b"broken")
    loaded = Person.objects.get(pk=person.pk)
    loaded.nickname = "Janie"
    loaded.full_clean()
    loaded.save()
    loaded.refresh_from_db()
    row = stored(person)
    assert (row["nickname"], bytes(row["email_encrypted"])) == ("Janie", b"broken")
    assert loaded.email_bidx == index("jane@example.com")
    with pytest.raises(DecryptionError, match=r"^crypto_lab.people.email_encrypted: token under key"):
        _ = loaded.email


def test_read_value_is_saved_under_its_old_token() -> None:
    person = jane()
    before = stored(person)
    loaded = Person.objects.get(pk=person.pk)
    assert loaded.email == "jane@example.com"
    loaded.save()
    assert stored(person) == before


def test_assigned_value_is_encrypted_anew() -> None:
    person = jane()
    loaded = Person.objects.get(pk=person.pk)
    loaded.email = "doe@example.com"
    loaded.save()
    row = stored(person)
    assert bytes(row["email_bidx"]) == index("doe@example.com")
    assert Person.objects.get(pk=person.pk).email == "doe@example.com"


def test_json_changed_in_place_is_saved() -> None:
    person = jane(request={"adults": 12})
    loaded = Person.objects.get(pk=person.pk)
    loaded.request["adults"] = 13
    loaded.save()
    assert Person.objects.get(pk=person.pk).request == {"adults": 13}


def test_json_that_was_read_alone_keeps_its_token() -> None:
    person = jane(request={"adults": 12})
    before = stored(person)
    for row in (person, Person.objects.get(pk=person.pk)):
        assert row.request == {"adults": 12}
        row.save()
        assert stored(person) == before


def test_json_takes_what_json_has() -> None:
    key = uuid.uuid4()
    assert Person.objects.get(pk=jane(request={"id": key}).pk).request == {"id": str(key)}
    for impossible, error in (({"x": object()}, TypeError), ({"x": float("nan")}, ValueError)):
        with pytest.raises(error, match=r"^crypto_lab.people.request_encrypted takes JSON values.$"):
            jane(request=impossible)


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (5, TypeError, "crypto_lab.people.name_encrypted takes text, not int."),
        (
            "jane \ud800",
            ValueError,
            "crypto_lab.people.name_encrypted takes Unicode text without lone surrogates.",
        ),
    ],
)
def test_text_takes_text(value: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        jane(name=value)
    assert str(caught.value) == words


def test_deferred_columns_load_when_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = jane()
    with django_assert_num_queries(2):
        loaded = Person.objects.only("nickname").get(pk=person.pk)
        assert loaded.get_deferred_fields() >= {"email_encrypted", "email_bidx"}
        assert loaded.email == "jane@example.com"
    with django_assert_num_queries(2):
        loaded = Person.objects.defer("email", "email_bidx").get(pk=person.pk)
        assert loaded.email_bidx == index("jane@example.com")
    loaded = Person.objects.only("nickname").get(pk=person.pk)
    loaded.nickname = "Janie"
    loaded.save()
    assert Person.objects.get(pk=person.pk).email == "jane@example.com"


def test_refresh_from_db() -> None:
    person = jane()
    stale = Person.objects.get(pk=person.pk)
    person.email = "doe@example.com"
    person.save()
    stale.refresh_from_db()
    assert (stale.email, stale.email_bidx) == (
        "doe@example.com",
        index("doe@example.com"),
    )
    stale.email = "else@example.com"
    stale.refresh_from_db(fields=["email", "email_bidx"])
    assert (stale.email, stale.email_bidx) == (
        "doe@example.com",
        index("doe@example.com"),
    )


def test_pickle_holds_no_clear_text() -> None:
    person = jane(request={"who": "Jane Doe"})
    assert (person.name, person.request) == ("Jane Doe", {"who": "Jane Doe"})
    fresh = Person(name="Jane Doe", email="jane@example.com")
    for instance in (person, Person.objects.get(pk=person.pk), fresh):
        frozen = pickle.dumps(instance)
        assert b"Jane Doe" not in frozen
        assert b"jane@example.com" not in frozen
        thawed = pickle.loads(frozen)  # noqa: S301 -- our own bytes
        assert (thawed.name, thawed.email, thawed.email_bidx) == (
            "Jane Doe",
            "jane@example.com",
            index("jane@example.com"),
        )


def test_copies_are_independent() -> None:
    person = jane(request={"adults": 12})
    twin, deep = copy.copy(person), copy.deepcopy(person)
    twin.email = "twin@example.com"
    deep.request["adults"] = 1
    assert (person.email, person.request) == ("jane@example.com", {"adults": 12})
    assert (twin.email, deep.email, deep.request) == ("twin@example.com", "jane@example.com", {"adults": 1})
    sealed = person.__dict__["email_encrypted"]
    assert copy.copy(sealed) is copy.deepcopy(sealed) is sealed


def test_traces_of_an_instance_hold_no_clear_text() -> None:
    person = jane()
    assert (person.name, person.email) == ("Jane Doe", "jane@example.com")
    assert "Jane" not in repr(person.__dict__)
    assert "jane@example.com" not in repr(person.__dict__)
    assert repr(person.__dict__["email_encrypted"]) == "<Sealed crypto_lab.people.email_encrypted>"


def test_sealed_value_moves_to_its_own_column_as_it_is_and_to_another_encrypted_anew() -> None:
    source = jane()
    sealed = Person.objects.values_list("email", flat=True).get()
    same, other = Person(email=sealed), Namesake(email=sealed)
    assert same.email_bidx == index("jane@example.com")
    assert same.__dict__["email_encrypted"].token() == bytes(stored(source)["email_encrypted"])
    other.save()
    assert Namesake.objects.get().email == "jane@example.com"
    other.email_encrypted = sealed
    other.save()
    assert Namesake.objects.get().email == "jane@example.com"


def test_stolen_token_does_not_open_elsewhere() -> None:
    person = jane()
    Namesake.objects.create(email="x@example.com")
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "crypto_lab"."namesakes" SET email_encrypted = p.email_encrypted '
            'FROM "crypto_lab"."people" p'
        )
    with pytest.raises(DecryptionError, match=r"^crypto_lab.namesakes.email_encrypted: .* another column$"):
        _ = Namesake.objects.get().email
    plant(person, name_encrypted=bytes(stored(person)["email_encrypted"]))
    with pytest.raises(DecryptionError, match=r"^crypto_lab.people.name_encrypted: "):
        _ = Person.objects.get().name


def test_class_access_and_foreign_sealed() -> None:
    assert not isinstance(Person.email, str)
    assert not isinstance(Person.email_bidx, bytes)
    sealed = Sealed.of(Person._meta.get_field("email"), "jane@example.com")
    assert Namesake(email=sealed).email == "jane@example.com"


def test_historical_models_read_the_same_tokens() -> None:
    from django.db.migrations.loader import MigrationLoader

    person = jane()
    historical = MigrationLoader(connection).project_state().apps.get_model("crypto_app", "Person")
    old = historical.objects.get(pk=person.pk)
    assert old.email == "jane@example.com"
    old.email = "doe@example.com"
    old.save()
    person.refresh_from_db()
    assert (person.email, person.email_bidx) == (
        "doe@example.com",
        index("doe@example.com"),
    )

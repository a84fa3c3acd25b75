"""P-1, P-2: encrypted attributes through every way Django writes and reads a row."""

import copy
import pickle
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Case, F, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from common.crypto.blind_index import blind_index, blind_indexes
from common.crypto.exceptions import DecryptionError, EncryptedLookupError
from common.crypto.sealed import Sealed
from common.crypto.tombstone import tombstone
from tests.crypto_app.models import Contact, Namesake, Person

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3),
    max_leaves=8,
)


def jane(**values: Any) -> Person:
    contacts = {"email": "Jane@Example.com", "phone": "(916) 555-0123"}
    return Person.objects.create(**{"nickname": "J", "name": "Jane Doe", **contacts, **values})


def index(email: str) -> bytes:
    return blind_index(email, kind="email")


def stored(person: Person) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT * FROM "crypto_lab"."people" WHERE id = %s', [person.pk])
        row = cursor.fetchone()
        assert row is not None
        assert cursor.description is not None
        return {column.name: value for column, value in zip(cursor.description, row, strict=True)}


def plant(person: Person, **columns: bytes) -> None:
    with connection.cursor() as cursor:
        for column, value in columns.items():
            cursor.execute(
                f'UPDATE "crypto_lab"."people" SET {column} = %s WHERE id = %s', [value, person.pk]
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


def test_values_are_sealed_and_masked() -> None:
    jane(request={"adults": 12})
    row = Person.objects.values("name", "email", "phone", "request").get()
    assert {name: str(sealed) for name, sealed in row.items()} == {
        "name": "[hidden]",
        "email": "j•••@e•••.com",
        "phone": "•••• 23",
        "request": "[hidden]",
    }
    assert {name: sealed.reveal() for name, sealed in row.items()} == {
        "name": "Jane Doe",
        "email": "jane@example.com",
        "phone": "+19165550123",
        "request": {"adults": 12},
    }
    (annotated,) = Person.objects.annotate(contact=F("email")).values_list("contact", flat=True)
    assert annotated.reveal() == "jane@example.com"
    related = Contact.objects.create(person=Person.objects.get(), channel="email", address="a@example.com")
    assert (
        Contact.objects.values_list("person__email", flat=True).get(pk=related.pk).reveal()
        == "jane@example.com"
    )


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


def test_bulk_create_and_bulk_update() -> None:
    people = Person.objects.bulk_create(
        Person(name=f"P{n}", email=f"P{n}@Example.com", request={"n": n}) for n in range(3)
    )
    assert [p.email_bidx for p in Person.objects.order_by("pk")] == [
        index(f"p{n}@example.com") for n in range(3)
    ]
    for person in people:
        person.email, person.name, person.request["n"] = f"new-{person.email}", None, 7
    Person.objects.bulk_update(people, ["email", "email_bidx", "name", "request"])
    assert [(p.email, p.email_bidx, p.name, p.request) for p in Person.objects.order_by("pk")] == [
        (f"new-p{n}@example.com", index(f"new-p{n}@example.com"), None, {"n": 7}) for n in range(3)
    ]


def test_bulk_create_with_update_conflicts() -> None:
    jane()
    Person.objects.bulk_create(
        [Person(email="jane@example.com", name="Jane Roe")],
        update_conflicts=True,
        unique_fields=["email_bidx"],
        update_fields=["name"],
    )
    assert [(p.email, p.name) for p in Person.objects.all()] == [("jane@example.com", "Jane Roe")]


def test_update_names_both_columns() -> None:
    person = jane()
    Person.objects.update(email=" Doe@Example.com", email_bidx=index("doe@example.com"), name=None)
    person.refresh_from_db()
    assert (person.email, person.name) == ("doe@example.com", None)
    Person.objects.update(name=Case(When(nickname="J", then=Value("Jane", Person._meta.get_field("name")))))
    person.refresh_from_db()
    assert person.name == "Jane"
    Person.objects.update(name=F("name"))
    person.refresh_from_db()
    assert person.name == "Jane"


def test_get_or_create_by_index() -> None:
    key = index("jane@example.com")
    made = [
        Person.objects.get_or_create(email_bidx=key, defaults={"email": "Jane@example.com", "name": "Jane"})
        for _ in range(2)
    ]
    assert [created for _, created in made] == [True, False]
    assert {person.email for person, _ in made} == {"jane@example.com"}
    person, created = Person.objects.update_or_create(email_bidx=key, defaults={"name": "Jane Doe"})
    assert (person.name, created) == ("Jane Doe", False)


@pytest.mark.parametrize(
    "expression",
    [F("phone"), Concat("phone", Value("x")), Coalesce("phone", Value("x")), Value("clear")],
    ids=["F", "Concat", "Coalesce", "Value"],
)
def test_expressions_are_refused(expression: Any) -> None:
    person = jane()
    words = "^crypto_app.Person.name is encrypted: assign a value, not a .* expression.$"
    with pytest.raises(EncryptedLookupError, match=words):
        person.name = expression
    with pytest.raises(EncryptedLookupError, match=words):
        Person(name=expression)
    with pytest.raises(EncryptedLookupError, match=words), transaction.atomic():
        Person.objects.update(name=expression)
    person.name_encrypted = expression
    with pytest.raises(EncryptedLookupError, match=words), transaction.atomic():
        person.save()
    person.__dict__["name_encrypted"] = None
    assert Person.objects.get().name == "Jane Doe"


def test_subquery_of_another_column_is_refused() -> None:
    jane()
    with pytest.raises(EncryptedLookupError), transaction.atomic():
        Person.objects.update(name=Subquery(Namesake.objects.values("email")[:1]))
    with pytest.raises(EncryptedLookupError), transaction.atomic():
        Person.objects.update(name=Case(When(nickname="J", then=F("phone")), default=Value(None)))


class TestLookups:
    @pytest.fixture(autouse=True)
    def person(self) -> Iterator[Person]:
        yield jane(phone=None)  # noqa: PT022 -- no tear-down; pytest-django rolls back

    @pytest.mark.parametrize(
        "lookup",
        ["exact", "iexact", "contains", "icontains", "in", "gt", "startswith", "regex", "range", "length"],
    )
    def test_only_isnull(self, lookup: str) -> None:
        with pytest.raises(EncryptedLookupError) as caught:
            Person.objects.filter(**{f"email__{lookup}": ["jane@example.com"]})
        assert str(caught.value) == (
            f"crypto_app.Person.email is encrypted and knows only __isnull, not __{lookup}; "
            "look it up by its blind index: email_bidx__in=blind_indexes(value, kind=...)."
        )

    @pytest.mark.parametrize(
        "query",
        [{"name": "Jane Doe"}, {"name": None}, {"name_encrypted": b"x"}, {"name__upper__exact": "X"}],
        ids=str,
    )
    def test_without_index(self, query: dict[str, Any]) -> None:
        with pytest.raises(EncryptedLookupError, match=r"it has no blind index to look it up by.$"):
            Person.objects.filter(**query)

    def test_through_a_relation(self) -> None:
        with pytest.raises(EncryptedLookupError, match=r"^crypto_app.Person.email is encrypted"):
            Contact.objects.filter(person__email="jane@example.com")
        with pytest.raises(EncryptedLookupError):
            Person.objects.exclude(email="jane@example.com")
        with pytest.raises(EncryptedLookupError):
            Person.objects.get_or_create(email="jane@example.com")

    def test_json_keys(self) -> None:
        with pytest.raises(EncryptedLookupError, match="not __adults;"):
            Person.objects.filter(request__adults=12)

    def test_isnull(self) -> None:
        assert Person.objects.filter(email__isnull=False, phone__isnull=True).count() == 1
        assert Person.objects.filter(email__isnull=True).count() == 0

    def test_by_blind_index(self, person: Person) -> None:
        found = Person.objects.filter(email_bidx__in=blind_indexes("JANE@example.com", kind="email"))
        assert list(found) == [person]
        assert Person.objects.filter(email_bidx=index("jane@example.com")).get() == person
        with pytest.raises(TypeError, match=r"^email_bidx holds hashes: look up with __in=blind_indexes"):
            Person.objects.filter(email_bidx="jane@example.com").get()


def test_index_follows_every_assignment() -> None:
    person = jane()
    person.email = "doe@example.com"
    assert person.email_bidx == index("doe@example.com")
    person.phone = None
    assert person.phone_bidx is None
    person.email = tombstone()
    person.save()
    loaded = Person.objects.get()
    assert (loaded.email_bidx, loaded.phone_bidx, loaded.phone) == (None, None, None)
    assert loaded.email.startswith("erased-")


def test_impossible_contact() -> None:
    person = jane()
    person.phone = "12345"
    assert person.phone_bidx is None
    with pytest.raises(ValueError, match=r"^Not a possible phone number\.$"), transaction.atomic():
        person.save()
    with pytest.raises(ValidationError) as caught:
        person.full_clean()
    assert caught.value.message_dict == {"phone": ["Not a possible phone number."]}
    with pytest.raises(ValueError, match=r"^Not a possible phone number\.$"):
        Person.objects.bulk_update([person], ["phone", "phone_bidx"])


def test_saving_a_source_without_its_index_is_refused() -> None:
    person = jane()
    person.email = "doe@example.com"
    words = re.escape("save(update_fields=...) names 'email' without its index 'email_bidx'.")
    for update_fields in (["email"], ["email_encrypted", "nickname"]):
        with pytest.raises(ValueError, match=words), transaction.atomic():
            person.save(update_fields=update_fields)
    person.save(update_fields=["nickname"])
    person.save(update_fields=["email", "email_bidx"])
    loaded = Person.objects.get()
    assert (loaded.email, loaded.email_bidx) == (
        "doe@example.com",
        index("doe@example.com"),
    )
    loaded.save(update_fields=["email"])


def test_kind_of_another_column() -> None:
    person = jane()
    for channel, address, kind in (
        ("email", "A@Example.com", "email"),
        ("sms", "(916) 555-0199", "phone"),
        ("facebook", "facebook:Jane", "handle"),
    ):
        contact = Contact.objects.create(person=person, channel=channel, address=address)
        assert contact.address_bidx == blind_index(address, kind=kind)
        assert Contact.objects.get(pk=contact.pk).address == address


def test_index_without_source_is_what_was_assigned() -> None:
    person = jane(ip_hash=b"x" * 32)
    assert Person.objects.get(pk=person.pk).ip_hash == b"x" * 32


def test_implied_check_holds_the_length() -> None:
    person = jane()
    with pytest.raises(Exception, match="ck_crypto_lab_people_email_bidx"):
        plant(person, email_bidx=b"short")


def test_constraints_are_validated_on_the_new_index() -> None:
    jane()
    twin = Person(email=" JANE@example.com")
    with pytest.raises(ValidationError, match="already exists"):
        twin.full_clean()


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

"""P-1, P-2: what a QuerySet does with encrypted columns, and what it refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Case, F, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from common.crypto.blind_index import blind_indexes
from common.crypto.exceptions import EncryptedLookupError
from tests.crypto_app.models import Contact, Namesake, Person
from tests.crypto_app.people import index, jane

pytestmark = pytest.mark.django_db


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

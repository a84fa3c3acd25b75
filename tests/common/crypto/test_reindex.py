"""P-8: blind indexes are recomputed from clear text, and proved right."""

import io
import json
import os
from base64 import b64encode
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from common.crypto.blind_index import blind_index, blind_indexes
from common.crypto.tombstone import tombstone
from tests.crypto_app.models import Contact, Person

pytestmark = pytest.mark.django_db
EMAIL, PHONE, ADDRESS = (
    "crypto_app.Person.email_bidx",
    "crypto_app.Person.phone_bidx",
    "crypto_app.Contact.address_bidx",
)


def run(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rebuild_blind_index", "--json", *args, stdout=out)
    return lab(json.loads(out.getvalue()))


def lab(report: dict[str, Any]) -> dict[str, Any]:
    """Leave the (empty) tables of the house out of a report."""
    for figures in ("rows", "rebuilt"):
        report[figures] = {name: n for name, n in report[figures].items() if name.startswith("crypto_app.")}
    return report


def run_with_findings(*args: str) -> tuple[str, dict[str, Any]]:
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("rebuild_blind_index", "--json", *args, stdout=out)
    assert caught.value.returncode == 1
    return str(caught.value), lab(json.loads(out.getvalue()))


@pytest.fixture
def people() -> list[Person]:
    rows = [Person.objects.create(email=f"p{n}@example.com", phone=f"+1916555{n:04}") for n in range(3)]
    rows[2].email, rows[2].phone = tombstone(), None
    rows[2].save()
    Contact.objects.create(person=rows[0], channel="sms", address="+19165550199")
    Contact.objects.create(person=rows[0], channel="facebook", address="facebook:jane")
    return rows


@pytest.fixture
def new_ring(people: list[Person], settings: Settings) -> None:
    """A newer index key than the one the rows were written under."""
    settings.BLIND_INDEX_KEYS = [f"i2:{b64encode(os.urandom(32)).decode()}", *settings.BLIND_INDEX_KEYS]


@pytest.mark.usefixtures("people")
def test_right_indexes_stay() -> None:
    assert run("--batch", "2") == {
        "rows": {ADDRESS: 2, EMAIL: 3, PHONE: 3},
        "rebuilt": {ADDRESS: 0, EMAIL: 0, PHONE: 0},
        "busy": 0,
        "failed": 0,
        "failures": [],
    }


@pytest.mark.usefixtures("new_ring")
def test_new_index_key(settings: Settings) -> None:
    found = Person.objects.filter(email_bidx__in=blind_indexes("p1@example.com", kind="email"))
    assert found.get().email == "p1@example.com"
    assert run("--batch", "2")["rebuilt"] == {ADDRESS: 2, EMAIL: 2, PHONE: 2}
    settings.BLIND_INDEX_KEYS = settings.BLIND_INDEX_KEYS[:1]
    assert [(p.email_bidx, p.phone_bidx) for p in Person.objects.order_by("pk")] == [
        *(
            (blind_index(f"p{n}@example.com", kind="email"), blind_index(f"+1916555{n:04}", kind="phone"))
            for n in range(2)
        ),
        (None, None),
    ]
    assert [contact.address_bidx for contact in Contact.objects.order_by("pk")] == [
        blind_index("+19165550199", kind="phone"),
        blind_index("facebook:jane", kind="handle"),
    ]
    assert run("--verify")["failed"] == 0


@pytest.mark.usefixtures("new_ring")
def test_one_model_and_dry_run() -> None:
    before = list(Person.objects.order_by("pk").values_list("email_bidx", flat=True))
    report = run("--model", "crypto_app.Person", "--dry-run")
    assert (report["rebuilt"], report["dry_run"]) == ({EMAIL: 2, PHONE: 2}, True)
    assert list(Person.objects.order_by("pk").values_list("email_bidx", flat=True)) == before


def test_verify_finds_what_update_left_behind(people: list[Person]) -> None:
    Person.objects.filter(pk=people[0].pk).update(email="moved@example.com")
    words, report = run_with_findings("--verify")
    assert words == "1 indexes are wrong or were in use: run again"
    assert report == {
        "rows": {ADDRESS: 2, EMAIL: 3, PHONE: 3},
        "rebuilt": {ADDRESS: 0, EMAIL: 0, PHONE: 0},
        "busy": 0,
        "failed": 1,
        "failures": [{"column": EMAIL, "pk": str(people[0].pk), "reason": "index does not fit its value"}],
    }
    assert run()["rebuilt"][EMAIL] == 1
    assert Person.objects.filter(email_bidx=blind_index("moved@example.com", kind="email")).get() == people[0]


def test_two_rows_of_one_contact_are_reported(people: list[Person]) -> None:
    """Rows under two index keys can hold one contact twice; only one of them may get the index."""
    for person in people[:2]:
        Person.objects.filter(pk=person.pk).update(email="same@example.com")
    words, report = run_with_findings("--model", "crypto_app.Person")
    assert words == "1 indexes are wrong or were in use: run again"
    assert (report["rebuilt"][EMAIL], report["failures"]) == (
        1,
        [{"column": EMAIL, "pk": str(people[1].pk), "reason": "another row has this index"}],
    )


def test_values_that_do_not_open_or_are_no_contacts(people: list[Person]) -> None:
    other = Contact._meta.get_field("address").encrypt("not a phone")
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "crypto_lab"."people" SET email_encrypted = %s WHERE id = %s', [b"junk", people[0].pk]
        )
        cursor.execute(
            'UPDATE "crypto_lab"."contacts" SET address_encrypted = %s WHERE channel = \'sms\'', [other]
        )
    words, report = run_with_findings()
    assert (words, report["failures"]) == (
        "2 indexes are wrong or were in use: run again",
        [
            {
                "column": ADDRESS,
                "pk": str(Contact.objects.get(channel="sms").pk),
                "reason": "Not a phone number.",
            },
            {
                "column": EMAIL,
                "pk": str(people[0].pk),
                "reason": "crypto_lab.people.email_encrypted: token under key (unreadable): not a token",
            },
        ],
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--model", "crypto_app.Nobody"], "--model: no model 'crypto_app.Nobody'; write app.Model"),
        (["--model", "nonsense"], "--model: no model 'nonsense'; write app.Model"),
    ],
)
def test_operator_mistakes(args: list[str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*args)
    assert (str(caught.value), caught.value.returncode) == (words, 1)

"""P-8: rotation goes on where it was stopped, overwrites nobody's work, and finds what does not open."""

import io
import json
import os
import threading
from base64 import b64encode
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from common.crypto.cipher import split
from common.crypto.rotation import EncryptedTable, encrypted_tables
from common.crypto.tables import walk
from tests.crypto_app.models import Contact, Namesake, Person

PEOPLE = "crypto_app.Person"


def key(key_id: str) -> str:
    return f"{key_id}:{b64encode(os.urandom(32)).decode()}"


def run(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_keys", "--json", *args, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def run_with_findings(*args: str) -> tuple[str, dict[str, Any]]:
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("rotate_keys", "--json", *args, stdout=out)
    assert caught.value.returncode == 1
    return str(caught.value), json.loads(out.getvalue())


def people(count: int) -> list[Person]:
    return [
        Person.objects.create(name=f"Person {n}", email=f"p{n}@example.com", phone=f"+1916555{n:04}")
        for n in range(count)
    ]


def key_ids(column: str = "email_encrypted") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM "crypto_lab"."people" ORDER BY id')
        return [(split(bytes(token)) or ("?",))[0] for (token,) in cursor.fetchall()]


def people_table() -> EncryptedTable:
    return next(table for table in encrypted_tables() if table.label == PEOPLE)


@pytest.fixture
def old_and_new(settings: Settings) -> tuple[list[str], list[str]]:
    """Work under k1; the test changes to the ring k2, k1 when it has written its rows."""
    old = [key("k1")]
    settings.CRYPTO_KEYS = old
    return old, [key("k2"), *old]


@pytest.mark.django_db
def test_rotation_renews_every_column_and_changes_no_value(
    settings: Settings, old_and_new: tuple[list[str], list[str]]
) -> None:
    rows = people(5)
    Person.objects.filter(pk=rows[0].pk).update(name=None, phone=None, phone_bidx=None)
    Namesake.objects.create(email="n@example.com")
    Contact.objects.create(person=rows[0], channel="email", address="")
    settings.CRYPTO_KEYS = old_and_new[1]
    assert run("--batch", "2") == {
        "newest_key": "k2",
        "rotated_rows": {PEOPLE: 5, "crypto_app.Namesake": 1, "crypto_app.Contact": 1},
        "busy": 0,
        "failed": 0,
        "failures": [],
    }
    settings.CRYPTO_KEYS = old_and_new[1][:1]
    assert [(p.name, p.email, p.phone) for p in Person.objects.order_by("pk")] == [
        (None, "p0@example.com", None),
        *((f"Person {n}", f"p{n}@example.com", f"+1916555{n:04}") for n in range(1, 5)),
    ]
    assert (Namesake.objects.get().email, Contact.objects.get().address) == ("n@example.com", "")


@pytest.mark.django_db
def test_finished_rows_cost_nothing(
    settings: Settings,
    old_and_new: tuple[list[str], list[str]],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """An interruption loses the running batch alone; going on reads no finished row."""
    people(5)
    settings.CRYPTO_KEYS = old_and_new[1]
    table = people_table()
    first = table.rotate_batch(None, 2)
    assert (first.seen, first.written) == (2, 2)
    assert key_ids() == ["k2", "k2", "k1", "k1", "k1"]
    assert people_table().count_stale() == 3
    assert run("--resume", "--batch", "2")["rotated_rows"] == {PEOPLE: 3}
    assert key_ids() == ["k2"] * 5
    with django_assert_num_queries(len(list(encrypted_tables()))):
        assert run("--resume")["rotated_rows"] == {}


@pytest.mark.django_db
def test_dry_run_writes_nothing(settings: Settings, old_and_new: tuple[list[str], list[str]]) -> None:
    people(3)
    settings.CRYPTO_KEYS = old_and_new[1]
    report = run("--dry-run", "--batch", "2")
    assert (report["rotated_rows"], report["busy"], report["dry_run"]) == ({PEOPLE: 3}, 0, True)
    assert key_ids() == ["k1"] * 3


@pytest.mark.django_db
def test_verify_names_keys_in_use_and_keys_to_remove(
    settings: Settings, old_and_new: tuple[list[str], list[str]]
) -> None:
    people(3)
    settings.CRYPTO_KEYS = old_and_new[1]
    people_table().rotate_batch(None, 2)
    report = run("--verify", "--batch", "2")
    assert report == {
        "newest_key": "k2",
        "keys_in_use": {
            f"crypto_lab.people.{column}_encrypted": {"k1": 1, "k2": 2}
            for column in ("email", "name", "phone")
        },
        "keys_unused": [],
        "failed": 0,
        "failures": [],
    }
    run()
    assert run("--verify")["keys_unused"] == ["k1"]


@pytest.mark.django_db
def test_tokens_that_do_not_open_are_reported_and_kept(
    settings: Settings, old_and_new: tuple[list[str], list[str]]
) -> None:
    rows = people(4)
    settings.CRYPTO_KEYS = [key("k0")]
    stranger = Person.objects.create(email="stranger@example.com")
    settings.CRYPTO_KEYS = old_and_new[1]
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "crypto_lab"."people" SET email_encrypted = %s WHERE id = %s', [b"junk", rows[1].pk]
        )
        cursor.execute(
            'UPDATE "crypto_lab"."people" SET name_encrypted = phone_encrypted WHERE id = %s', [rows[2].pk]
        )
    failures = [
        {
            "column": "crypto_lab.people.email_encrypted",
            "pk": str(rows[1].pk),
            "reason": "key (unreadable): not a token",
        },
        {
            "column": "crypto_lab.people.email_encrypted",
            "pk": str(stranger.pk),
            "reason": "key k0: unknown key",
        },
        {
            "column": "crypto_lab.people.name_encrypted",
            "pk": str(rows[2].pk),
            "reason": "key k1: damaged, or written for another column",
        },
    ]
    words, report = run_with_findings("--batch", "2")
    assert words == "3 values or rows left"
    assert report == {
        "newest_key": "k2",
        "rotated_rows": {PEOPLE: 4},
        "busy": 0,
        "failed": 3,
        "failures": failures,
    }
    words, report = run_with_findings("--verify", "--batch", "2")
    assert report["failures"] == failures
    assert report["keys_in_use"]["crypto_lab.people.email_encrypted"] == {"(unreadable)": 1, "k0": 1, "k2": 3}
    assert report["keys_in_use"]["crypto_lab.people.name_encrypted"] == {"k1": 1, "k2": 3}


@pytest.mark.django_db(transaction=True)
def test_write_between_reading_and_writing_is_kept(
    settings: Settings, old_and_new: tuple[list[str], list[str]]
) -> None:
    """The row that changed after its batch was read keeps its new value; the others are rotated."""
    rows = people(3)
    settings.CRYPTO_KEYS = old_and_new[1]
    table = people_table()
    read = table.select(None, 10)
    rows[1].email = "changed@example.com"
    rows[1].save()
    with transaction.atomic():
        renewed = [(pk, *tokens, *tokens) for pk, *tokens in read]
        assert table.replace(table.columns, table.columns, renewed) == 2
    assert Person.objects.get(pk=rows[1].pk).email == "changed@example.com"


@pytest.mark.django_db(transaction=True)
def test_rows_held_by_a_transaction_are_left_to_the_next_run(
    settings: Settings, old_and_new: tuple[list[str], list[str]]
) -> None:
    """Rotation waits for nobody: the held row is reported as busy, the rest is done, the next run ends it."""
    rows = people(3)
    settings.CRYPTO_KEYS = old_and_new[1]
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            locked = Person.objects.select_for_update().get(pk=rows[1].pk)
            held.set()
            assert done.wait(20)
            locked.email = "held@example.com"
            locked.save()
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(20)
        words, report = run_with_findings()
    finally:
        done.set()
        holder.join(20)
    assert (words, report["rotated_rows"], report["busy"]) == ("1 values or rows left", {PEOPLE: 2}, 1)
    assert run()["rotated_rows"] == {PEOPLE: 1}
    assert [p.email for p in Person.objects.order_by("pk")] == [
        "p0@example.com",
        "held@example.com",
        "p2@example.com",
    ]
    assert key_ids("name_encrypted") == ["k2"] * 3


@pytest.mark.django_db(transaction=True)
def test_each_batch_commits_alone(settings: Settings, old_and_new: tuple[list[str], list[str]]) -> None:
    people(4)
    settings.CRYPTO_KEYS = old_and_new[1]
    table = people_table()
    batches = walk(lambda last: table.rotate_batch(last, 2))
    with transaction.atomic():
        next(batches)
    with transaction.atomic():
        assert next(batches).written == 2
        transaction.set_rollback(True)
    assert key_ids() == ["k2", "k2", "k1", "k1"]


@pytest.mark.django_db
def test_wrong_flags() -> None:
    with pytest.raises(CommandError, match="--batch: '0' is no whole number from 1 on"):
        run("--batch", "0")


@pytest.mark.django_db
def test_every_encrypted_table_of_the_house_is_found() -> None:
    labels = [table.label for table in encrypted_tables()]
    assert labels == sorted(labels)
    assert {"crypto_app.Contact", "crypto_app.Namesake", PEOPLE} <= set(labels)

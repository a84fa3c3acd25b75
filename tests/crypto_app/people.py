"""Rows for the tests of common.crypto, and what lies in their columns."""

from typing import Any

from django.db import connection

from common.crypto.blind_index import blind_index
from tests.crypto_app.models import Person


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

"""A row of any table for either station of the world, with a canary in every column that must stay masked."""

import re
from hashlib import sha256
from itertools import count
from typing import Any

from django.contrib import admin
from django.db.models import Model

from common.admin.options import HouseModelAdmin
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedField,
    EncryptedJSONField,
    EncryptedPhoneField,
)
from common.fields import HexField
from identity.models import Station
from tests.factories.every import find_factory

_numbers = count(1000)
LEAK = re.compile(r"canary\d{4}|\+1510777\d{4}|\(?510\)?[ -]777[ -]\d{4}")
"""What a page shows that reveals an encrypted or secret column."""
FEW_WORDS = 16
SHOWN_NOWHERE: set[str] = set()
"""Secret hashes, and contacts whose kind another column tells: there the factory knows a valid one."""


def leaks_of(text: str) -> list[str]:
    """Return the canaries that stand on a page."""
    return LEAK.findall(text) + [word for word in SHOWN_NOWHERE if word in text]


def page_of(model: type[Model]) -> HouseModelAdmin[Any]:
    """Return the admin page of a model."""
    page = admin.site._registry[model]
    assert isinstance(page, HouseModelAdmin)
    return page


def make_row(model: type[Model], station: Station) -> Any:
    """Return a new row of the station, or one of no station where the table or its factory knows none."""
    factory = find_factory(model)
    assert factory is not None, model
    values = canaries_of(model)
    for path in page_of(model).station_lookups[:1]:
        root, *rest = path.split("__")
        if root in {"id", "pk"}:
            return station
        if rest and root not in factory._meta.declarations:
            continue
        values[path] = station.pk if path.endswith("_id") else station
    row = factory(**values)
    SHOWN_NOWHERE.update(str(getattr(row, name)) for name in contacts_of(model) - values.keys())
    return row


def contacts_of(model: type[Model]) -> set[str]:
    """Return the encrypted columns whose blind index depends on another column."""
    indexes = [field for field in model._meta.local_concrete_fields if isinstance(field, BlindIndexField)]
    return {field.source for field in indexes if field.source and callable(field.kind)}


def canaries_of(model: type[Model]) -> dict[str, Any]:
    """Return a clear text that must not be seen for each encrypted and each secret column."""
    number = next(_numbers)
    values: dict[str, Any] = {}
    for field in model._meta.local_concrete_fields:
        secret = model.privacy.of(field.name) == "secret"  # type: ignore[attr-defined]  # every model of the house has one
        if isinstance(field, EncryptedEmailField):
            values[field.name] = f"canary{number}@leaks.example"
        elif isinstance(field, EncryptedPhoneField):
            values[field.name] = f"+1510777{number % 10_000:04}"
        elif isinstance(field, EncryptedJSONField):
            values[field.name] = {"canary": f"canary{number}"}
        elif isinstance(field, EncryptedField) and field.name not in contacts_of(model):
            values[field.name] = f"canary{number}"
        elif secret and isinstance(field, HexField):
            values[field.name] = sha256(f"{field} {number}".encode()).hexdigest()
            SHOWN_NOWHERE.add(values[field.name])
        elif secret and (field.max_length or FEW_WORDS) >= FEW_WORDS:
            values[field.name] = f"canary{number}"
    return values

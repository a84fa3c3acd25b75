"""API-4: keyset pages that concurrent inserts neither shift nor repeat.

A cursor holds the ordering values of a boundary row. They may be personal (a name), and cursors travel in
URLs, so they are encrypted; the signature binds them to the list, its filters and its ordering.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.exceptions import InvalidCursor, pointer
from common.canonical import canonical_json
from common.crypto.cipher import column_cipher
from common.crypto.exceptions import DecryptionError
from common.exceptions import FieldError, ValidationFailed

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MAX_CURSOR = 2000
CURSOR_COLUMN = "common.api.cursor"
PARAMETERS = frozenset({"limit", "cursor"})
KINDS: Mapping[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "UUID": UUID,
    "Decimal": Decimal,
}


@dataclass(frozen=True, slots=True)
class Key:
    """One term of the ordering; PostgreSQL sorts NULL last ascending and first descending."""

    name: str
    descending: bool
    nullable: bool

    @classmethod
    def of(cls, term: str, model: type[Model]) -> "Key":
        name = term.lstrip("-")
        return cls("pk" if name in {"id", "pk"} else name, term.startswith("-"), _is_nullable(model, name))

    @property
    def term(self) -> str:
        return ("-" if self.descending else "") + self.name

    def reverse(self) -> "Key":
        return Key(self.name, not self.descending, self.nullable)

    def value(self, row: Any) -> Any:
        """Return the row's value of this term."""
        for part in self.name.split(LOOKUP_SEP):
            if isinstance(row, Mapping):
                row = row["id" if part == "pk" and part not in row else part]
            else:
                row = getattr(row, part)
            if row is None:
                return None
        return row

    def equals(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def behind(self, value: Any) -> Q | None:
        """Return the condition of rows strictly behind the value, None when there can be none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.descending else None
        if self.descending:
            return Q(**{f"{self.name}__lt": value})
        beyond = Q(**{f"{self.name}__gt": value})
        return beyond | Q(**{f"{self.name}__isnull": True}) if self.nullable else beyond

    def from_here(self, value: Any) -> Q:
        """Return the bound that lets an index start at the value; empty where NULLs get in its way."""
        if value is None or self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})


def _is_nullable(model: type[Model], name: str) -> bool:
    current: Any = model
    for part in name.split(LOOKUP_SEP):
        if part == "pk":
            return False
        try:
            field = current._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if field.null:
            return True
        current = field.related_model
    return False


def rows_behind(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Return the condition of all rows behind the boundary row in this ordering."""
    behind, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        condition = key.behind(value)
        if condition is not None:
            behind |= equal & condition
        equal &= key.equals(value)
    return keys[0].from_here(values[0]) & behind


class CursorPagination(BasePagination):
    """`results`, `next` and `previous`; `limit` 1–100, an opaque `cursor`."""

    def paginate_queryset(  # type: ignore[override]  # keysets need a queryset
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return one page of a queryset that is ordered by field names; its key is added as the last term."""
        self.request = request
        limit = self.get_limit(request)
        keys = self._keys(queryset)
        self._signer = Signer(salt=self._salt(keys))
        boundary = self._read(request.query_params.get("cursor"), len(keys))
        backwards = boundary is not None and boundary[0] == "p"
        walk = [key.reverse() for key in keys] if backwards else keys
        if boundary is not None:
            queryset = queryset.filter(rows_behind(walk, boundary[1]))
        rows = list(queryset.order_by(*(key.term for key in walk))[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        self._next = self._link("n", keys, rows[-1]) if rows and (more or backwards) else None
        self._previous = (
            self._link("p", keys, rows[0]) if rows and (more if backwards else boundary) else None
        )
        return rows

    def first_page(
        self, rows: Sequence[Any], request: Request, *, model: type[Model], ordering: Sequence[str]
    ) -> Sequence[Any]:
        """Return the first page of rows that the caller has read: `limit` + 1 of them in that ordering."""
        self.request = request
        limit = self.get_limit(request)
        keys = [Key.of(term, model) for term in ordering]
        self._signer = Signer(salt=self._salt(keys))
        self._next = self._link("n", keys, rows[limit - 1]) if len(rows) > limit else None
        self._previous = None
        return rows[:limit]

    def paginate_sorted(
        self, rows: Sequence[Mapping[str, Any]], request: Request, *, terms: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Return one page of rows in memory, sorted downwards by the terms, which tell them apart."""
        self.request = request
        limit = self.get_limit(request)
        keys = [Key(term, descending=True, nullable=False) for term in terms]
        self._signer = Signer(salt=self._salt(keys))
        boundary = self._read(request.query_params.get("cursor"), len(keys))
        backwards = boundary is not None and boundary[0] == "p"
        if boundary is not None:
            mark = boundary[1]
            places = ((row, [row[term] for term in terms]) for row in rows)
            rows = [row for row, place in places if (place > mark if backwards else place < mark)]
        more = len(rows) > limit
        rows = rows[-limit:] if backwards else rows[:limit]
        self._next = self._link("n", keys, rows[-1]) if rows and (more or backwards) else None
        self._previous = (
            self._link("p", keys, rows[0]) if rows and (more if backwards else boundary) else None
        )
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self._next, "previous": self._previous})

    @staticmethod
    def get_limit(request: Request) -> int:
        """Return `limit`; 400 unless it is a number from 1 to 100."""
        raw = request.query_params.get("limit")
        if raw is None:
            return DEFAULT_LIMIT
        if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:4]) <= MAX_LIMIT):
            raise ValidationFailed([FieldError(pointer("limit"), "invalid", f"Must be 1 to {MAX_LIMIT}.")])
        return int(raw)

    @staticmethod
    def _keys(queryset: QuerySet[Any]) -> list[Key]:
        terms = [str(term) for term in queryset.query.order_by]
        keys = [Key.of(term, queryset.model) for term in terms]
        if not any(key.name == "pk" for key in keys):
            keys.append(Key("pk", descending=bool(keys) and keys[-1].descending, nullable=False))
        return keys

    def _salt(self, keys: Sequence[Key]) -> str:
        """Return what a cursor belongs to: path, filters and ordering."""
        filters = sorted(
            (name, value) for name, value in self.request.query_params.items() if name not in PARAMETERS
        )
        scope = canonical_json([self.request.path, filters, [key.term for key in keys]])
        return "cursor:" + hashlib.sha256(scope).hexdigest()

    def _link(self, direction: str, keys: Sequence[Key], row: Any) -> str:
        values = [_encode(key.value(row)) for key in keys]
        token = column_cipher(CURSOR_COLUMN).encrypt(orjson.dumps([direction, values]))
        cursor = self._signer.sign(base64.urlsafe_b64encode(token).decode())
        parameters = {**self.request.query_params.dict(), "cursor": cursor}
        return f"{self.request.build_absolute_uri(self.request.path)}?{urlencode(parameters)}"

    def _read(self, cursor: str | None, length: int) -> tuple[str, list[Any]] | None:
        if cursor is None:
            return None
        if len(cursor) > MAX_CURSOR:
            raise InvalidCursor
        try:
            token = base64.urlsafe_b64decode(self._signer.unsign(cursor))
            direction, values = orjson.loads(column_cipher(CURSOR_COLUMN).decrypt(token))
        except (BadSignature, DecryptionError, binascii.Error, ValueError):
            raise InvalidCursor from None
        if len(values) != length:
            raise InvalidCursor
        return direction, [_decode(value) for value in values]

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe `limit` and `cursor` to OpenAPI."""
        return [
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "Rows per page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Opaque position, taken from `next` or `previous`.",
                "schema": {"type": "string"},
            },
        ]

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Describe a page to OpenAPI."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def _encode(value: Any) -> Any:
    kind = type(value).__name__
    return (
        [kind, value.isoformat() if hasattr(value, "isoformat") else str(value)] if kind in KINDS else value
    )


def _decode(value: Any) -> Any:
    return KINDS[value[0]](value[1]) if isinstance(value, list) else value

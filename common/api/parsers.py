"""JSON by orjson, with the limits that keep bad input from getting any further."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.parsers import BaseParser

from common.api.exceptions import MalformedJSON, PayloadTooLarge, pointer
from common.exceptions import FieldError, ValidationFailed

MAX_DEPTH = 32
NUL = "\x00"
CHUNK = 64 * 1024
MAX_DRAINED = 64 * 1024 * 1024
"""How much of a body that is too large is read to its end; whoever sends more is cut off."""


class JSONParser(BaseParser):
    """Refuses bodies over the limit, NaN, broken UTF-8, lone surrogates, deep nesting and NUL characters.

    Integers beyond 64 bits arrive as floats, which strict serializers refuse.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            _drain(stream)
            raise PayloadTooLarge(f"At most {limit} bytes.")
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise MalformedJSON(
                f"The body is no valid JSON: line {error.lineno}, column {error.colno}."
            ) from None
        errors = [
            FieldError(where, "null_characters_not_allowed", "NUL characters are not allowed.")
            for where in _nul_pointers(data)
        ]
        if errors:
            raise ValidationFailed(errors)
        return data


def _drain(stream: IO[Any]) -> None:
    """Read on without keeping anything: a client that is still sending would miss the answer."""
    for _chunk in range(MAX_DRAINED // CHUNK):
        if not stream.read(CHUNK):
            return


def _nul_pointers(data: Any) -> list[str]:
    """Return where strings or names hold a NUL; raises MalformedJSON below MAX_DEPTH."""
    found: list[str] = []
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(data, ())]
    while stack:
        value, path = stack.pop()
        if isinstance(value, str):
            if NUL in value:
                found.append(pointer(*path))
        elif isinstance(value, dict | list):
            if len(path) >= MAX_DEPTH:
                raise MalformedJSON(f"The body is nested deeper than {MAX_DEPTH} levels.")
            if isinstance(value, dict):
                found.extend(pointer(*path, name) for name in value if NUL in name)
                stack.extend((item, (*path, name)) for name, item in value.items())
            else:
                stack.extend((item, (*path, index)) for index, item in enumerate(value))
    return found

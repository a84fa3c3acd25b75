"""Mapping files: TOML that says which foreign columns mean what, read into dataclasses."""

import tomllib
from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from common.exceptions import FieldError, ValidationFailed

Part = TypeVar("Part")


def read_mapping(text: str, kind: type[Part]) -> Part:
    """Return the dataclass that a TOML text holds, its tables as dataclasses too.

    Raises ValidationFailed (validation_error) that names the key of what is missing, unknown or of another
    type than the field's.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong_mapping("", str(error)) from error
    mapping: Part = _part(kind, document, "")
    return mapping


def wrong_mapping(pointer: str, message: str) -> ValidationFailed:
    """Return the complaint about one key of a mapping file."""
    return ValidationFailed([FieldError(pointer, "invalid", f"The mapping file: {message}.")])


def _part(kind: Any, values: Any, pointer: str) -> Any:
    if not isinstance(values, dict):
        raise wrong_mapping(pointer, "has to be a table")
    known = {item.name: item for item in fields(kind)}
    for name in values:
        if name not in known:
            raise wrong_mapping(f"{pointer}/{name}", "is no key of a mapping")
    values = {name: _value(known[name].type, value, f"{pointer}/{name}") for name, value in values.items()}
    for name, item in known.items():
        if item.default is MISSING and item.default_factory is MISSING and name not in values:
            raise wrong_mapping(f"{pointer}/{name}", "is missing")
    return kind(**values)


def _value(wanted: Any, value: Any, pointer: str) -> Any:
    table = next((kind for kind in (wanted, *get_args(wanted)) if is_dataclass(kind)), None)
    if table is not None:
        return _part(table, value, pointer)
    plain = wanted if isinstance(wanted, UnionType) else get_origin(wanted) or wanted
    if not isinstance(value, plain) or (plain is Sequence and isinstance(value, str)):
        raise wrong_mapping(pointer, f"has to be of type {getattr(wanted, '__name__', wanted)}")
    return value

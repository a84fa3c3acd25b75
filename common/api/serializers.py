"""Strict input: unknown members are refused and nothing is coerced ("5" is no integer, 1.0 neither)."""

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

from common.reasons import REASON_MAX, REASON_MIN

if TYPE_CHECKING:
    AnyField = serializers.Field[Any, Any, Any, Any]

UNKNOWN = ErrorDetail("This field is not known here.", code="unknown_field")

FORMATS: "tuple[tuple[type[AnyField], re.Pattern[str], str], ...]" = (
    (
        serializers.DateTimeField,
        re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)"),
        "Must be an RFC 3339 time with its zone, such as 2026-03-08T18:00:00Z.",
    ),
    (serializers.DateField, re.compile(r"\d{4}-\d\d-\d\d"), "Must be a date such as 2026-03-08."),
    (
        serializers.TimeField,
        re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"),
        "Must be a time of day such as 18:00.",
    ),
    (
        serializers.UUIDField,
        re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        "Must be a valid UUID.",
    ),
)
"""Kinds of text whose lenient parsers would guess."""

JSON_KINDS: "tuple[tuple[type[AnyField] | tuple[type[AnyField], ...], Callable[[Any], bool], str], ...]" = (
    (serializers.BooleanField, lambda raw: isinstance(raw, bool), "Must be true or false."),
    (
        serializers.IntegerField,
        lambda raw: isinstance(raw, int) and not isinstance(raw, bool),
        "Must be an integer.",
    ),
    (
        (serializers.FloatField, serializers.DecimalField),
        lambda raw: isinstance(raw, int | float) and not isinstance(raw, bool),
        "Must be a number.",
    ),
    (serializers.MultipleChoiceField, lambda raw: isinstance(raw, list), "Must be a list."),
)
TEXTS = (
    serializers.CharField,
    serializers.UUIDField,
    serializers.DateField,
    serializers.TimeField,
    serializers.DateTimeField,
    serializers.IPAddressField,
)


def wrong_kind(field: "AnyField", raw: Any) -> Any:
    """Return the errors of a value whose JSON kind does not fit the field, None when it fits."""
    if raw is None or raw is empty:
        return None
    if isinstance(field, serializers.ListField):
        return _wrong_items(field, raw)
    if isinstance(field, serializers.DictField):
        if not isinstance(raw, Mapping):
            return None
        found = {name: wrong_kind(field.child, item) for name, item in raw.items()}
        return {name: error for name, error in found.items() if error} or None
    message = _wrong_scalar(field, raw)
    return [ErrorDetail(message, code="invalid")] if message else None


def _wrong_items(field: serializers.ListField, raw: Any) -> Any:
    if not isinstance(raw, list):
        return None
    found = {index: wrong_kind(field.child, item) for index, item in enumerate(raw)}
    return {index: error for index, error in found.items() if error} or None


def _wrong_scalar(field: "AnyField", raw: Any) -> str | None:
    for kinds, fits, message in JSON_KINDS:
        if isinstance(field, kinds):
            return None if fits(raw) else message
    if isinstance(field, serializers.ChoiceField):
        known = tuple({str if isinstance(key, str) else type(key) for key in field.choices})
        return None if isinstance(raw, known) else "Must be one of the choices."
    if isinstance(field, TEXTS) and not isinstance(raw, str):
        return "Must be a string."
    return wrong_format(field, raw)


def wrong_format(field: "AnyField", raw: Any) -> str | None:
    """Return what is wrong with the spelling of a date, time or UUID, None when nothing is."""
    for kind, pattern, message in FORMATS:
        if isinstance(field, kind) and isinstance(raw, str):
            return None if pattern.fullmatch(raw) else message
    return None


class SharedFields(serializers.Serializer[Any]):
    """Builds its fields once per class instead of once per request, which costs more than their use.

    Validating and showing change nothing in a field. Only a field that asks for its context, such as a
    SerializerMethodField, cannot be shared, and is refused.
    """

    @cached_property
    def fields(self) -> Any:
        return _fields_of(type(self))


@cache
def _fields_of(serializer: type[SharedFields]) -> Any:
    fields = super(SharedFields, serializer()).fields
    for name, field in fields.items():
        if isinstance(field, serializers.SerializerMethodField | serializers.HiddenField):
            raise TypeError(f"{serializer.__name__}.{name} depends on the request and cannot be shared.")
    return fields


class StrictSerializer(SharedFields):
    """A request body: refuses unknown members and wrong JSON kinds, at every depth; never saves."""

    ignores_unknown: ClassVar[bool] = False
    """True: unknown members are left out instead of refused."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            fields = {name: field for name, field in self.fields.items() if not field.read_only}
            if not self.ignores_unknown:
                errors = {name: [UNKNOWN] for name in data if name not in fields}
            for name, field in fields.items():
                found = wrong_kind(field, data.get(name, empty))
                if found:
                    errors[name] = found
        try:
            value = super().to_internal_value(data)
        except ValidationError as refused:
            if not isinstance(refused.detail, Mapping):
                raise
            errors = {**refused.detail, **errors}
        if errors:
            raise ValidationError(errors)
        return value


class EmptyInput(StrictSerializer):
    """No members."""


class ReasonField(serializers.CharField):
    """Why: 10 to 500 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=REASON_MIN, max_length=REASON_MAX, **kwargs)


class ReasonInput(StrictSerializer):
    """Why; 10 to 500 characters."""

    reason = ReasonField()


class QuerySerializer(SharedFields):
    """A query string: values are text in strict spelling, parsed; unknown names are the view's business."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        for name, field in self.fields.items():
            message = wrong_format(field, data.get(name))
            if message:
                errors[name] = [ErrorDetail(message, code="invalid")]
        if errors:
            raise ValidationError(errors)
        return super().to_internal_value(data)

"""JSON that people type into forms: text that can be stored, and shown again whatever it was."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

NUL = "\x00"


class StorableJSONField(forms.JSONField):
    """Refuses escapes that are no text, lone surrogates and NUL, and shows them again as they were typed."""

    default_error_messages = {
        "unstorable": "Half of a character pair (such as \\ud800) or a NUL (\\u0000) is no text."
    }

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if not is_storable(found):
            raise ValidationError(self.error_messages["unstorable"], code="unstorable")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the form shows again: a lone surrogate cannot be sent to a browser."""
        found = super().bound_data(data, initial)
        return found if is_storable(found) else InvalidJSONInput(data)


def is_storable(value: Any) -> bool:
    """Tell whether PostgreSQL can hold the JSON value and UTF-8 can carry it."""
    try:
        return all(NUL.encode() not in text.encode() for text in _texts(value))
    except UnicodeEncodeError:
        return False


def _texts(value: Any) -> Iterator[str]:
    """Yield every name and text of a JSON value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item

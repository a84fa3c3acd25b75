"""What texts must look like; no queries."""

import re
from collections.abc import Iterator
from uuid import UUID

from common.exceptions import FieldError, NotFound
from supply.exceptions import PasswordPolicy

ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def parse_id(text: str) -> UUID:
    """Return an id; a text that is none names nothing: NotFound."""
    if not ID.fullmatch(text):
        raise NotFound
    return UUID(text)


def require_password_policy(password: str) -> None:
    """Refuse a password of the exchange that lacks a kind of character, naming every kind it lacks."""
    errors = [FieldError("/password", code, message) for code, message in _lacking(password)]
    if errors:
        raise PasswordPolicy(errors)


def _lacking(password: str) -> Iterator[tuple[str, str]]:
    if not any(character.isupper() for character in password):
        yield "no_upper", "Use an upper-case letter."
    if not any(character.islower() for character in password):
        yield "no_lower", "Use a lower-case letter."
    if not any(character.isdecimal() for character in password):
        yield "no_digit", "Use a digit."

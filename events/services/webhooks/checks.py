"""What an endpoint may be told: checks of single values, no queries."""

import re
from collections.abc import Sequence
from typing import NoReturn

from django.conf import settings

from common.exceptions import FieldError, ValidationFailed
from events.receivers import is_allowed, literal_address, parse_url

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
EVERYTHING = "*"
EVENT_TYPES = re.compile(r"\*|[a-z][a-z0-9_]*\.(?:\*|[a-z][a-z0-9_]*)")
TYPE_LENGTH, URL_LENGTH, REASON_LENGTH, MOST_TYPES = 100, 500, 200, 100


def check_name(name: str) -> str:
    """Return the name; refuse what cannot stand in an address or a log."""
    if not NAME.fullmatch(name):
        _refuse("/name", "1 to 100 of a-z, 0-9, dot, dash and underscore are needed.")
    return name


def check_url(url: str) -> str:
    """Return the address; refuse one that no webhook would ever be sent to.

    What a name leads to is seen at each delivery; an address in figures is judged here already.
    """
    if len(url) > URL_LENGTH:
        _refuse("/url", f"An address has at most {URL_LENGTH} characters.")
    try:
        receiver = parse_url(url)
    except ValueError as error:
        _refuse("/url", str(error))
    listed = settings.WEBHOOK_PRIVATE_NETWORKS
    address = literal_address(receiver.host)
    if address is not None and not is_allowed(address, scheme=receiver.scheme, listed=listed):
        _refuse("/url", "This address is not public (or not https), and no setting lists it.")
    if address is None and receiver.scheme != "https" and not listed:
        _refuse("/url", "An address begins with https://.")
    return url


def check_event_types(types: Sequence[str]) -> list[str]:
    """Return the types without repetitions, sorted; refuse none at all and what is no type."""
    if not types:
        _refuse("/event_types", "Name at least one type; * stands for all.")
    if len(types) > MOST_TYPES:
        _refuse("/event_types", f"At most {MOST_TYPES} types; booking.* stands for all of bookings.")
    wrong = sorted(text for text in types if len(text) > TYPE_LENGTH or not EVENT_TYPES.fullmatch(text))
    if wrong:
        _refuse("/event_types", "A type is booking.confirmed, booking.* or *; not " + ", ".join(wrong))
    return sorted(set(types))


def _refuse(pointer: str, words: str) -> NoReturn:
    raise ValidationFailed([FieldError(pointer, "invalid", words)])

"""P-2: a pasted e-mail address or phone number is looked up by its blind index."""

import re

from django.db.models import Q

from common.crypto.blind_index import blind_indexes

_PHONE = re.compile(r"\+?[\d\s().\-/]{7,25}")


def find_contact_condition(text: str, *, path: str = "") -> Q | None:
    """Return the condition that finds a contact below `path`, or None when the text is no contact."""
    text = text.strip()
    if "@" in text:
        kind = "email"
    elif _PHONE.fullmatch(text):
        kind = "phone"
    else:
        return None
    try:
        indexes = blind_indexes(text, kind=kind)
    except ValueError:
        return None
    return Q(**{f"{path}{kind}_bidx__in": indexes})

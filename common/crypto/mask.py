"""What a person without the right to clear text sees (P-3)."""

import re

HIDDEN = "[hidden]"
_DOTS = "•••"
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_PHONE_DIGITS_SHOWN = 2


def mask_email(value: str) -> str:
    """`jane@example.com` → `j•••@e•••.com`."""
    local, at, domain = value.rpartition("@")
    if not (at and local and domain):
        return HIDDEN
    host, dot, top = domain.rpartition(".")
    return f"{local[0]}{_DOTS}@{(host or top)[0]}{_DOTS}{dot + top if host else ''}"


def mask_phone(value: str) -> str:
    """`+19165550167` → `•••• 67`."""
    digits = [character for character in value if character.isdigit()]
    if len(digits) <= _PHONE_DIGITS_SHOWN:
        return HIDDEN
    return f"•••• {''.join(digits[-_PHONE_DIGITS_SHOWN:])}"


def mask_address(value: str) -> str:
    """`1 Elm St, Fremont, CA 94536` → `94536`: the last five-digit group, which is the ZIP code."""
    codes = _ZIP.findall(value)
    return str(codes[-1]) if codes else HIDDEN

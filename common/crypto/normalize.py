"""One spelling per contact, so that equal contacts have equal blind indexes (P-2)."""

import ipaddress
import re
import unicodedata

import phonenumbers

DEFAULT_REGION = "US"
_E164_US = re.compile(r"\+1[2-9]\d{9}")


def normalize_email(value: str) -> str:
    """Return the stripped lower-case NFC form; validity is the caller's affair."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).lower()).strip()


def normalize_phone(value: str, *, region: str = DEFAULT_REGION) -> str:
    """Return E.164; a number without country code is one of the region. ValueError names no digits."""
    if _E164_US.fullmatch(value):
        return value
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise ValueError("Not a phone number.") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("Not a possible phone number.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normalize_handle(value: str) -> str:
    """Return `platform:handle` in lower case without the usual @; ValueError without platform."""
    platform, colon, handle = unicodedata.normalize("NFC", value).strip().lower().partition(":")
    handle = handle.strip().removeprefix("@")
    if not (colon and platform.strip() and handle):
        raise ValueError("A handle is written platform:handle.")
    return unicodedata.normalize("NFC", f"{platform.strip()}:{handle}")


def normalize_ip(value: str) -> str:
    """Return the canonical text of an IPv4 or IPv6 address; mapped IPv4 as IPv4. ValueError for others."""
    try:
        address = ipaddress.ip_address(value.strip())
    except ValueError:
        raise ValueError("Not an IP address.") from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)

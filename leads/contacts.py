"""How the contacts of leads are spelled, so that equal ones have equal blind indexes (L-2).

An e-mail address is stored in lower case, a phone number as E.164, any other contact as `channel:handle`.
"""

from common.crypto.blind_index import blind_indexes
from common.crypto.normalize import normalize_email, normalize_handle, normalize_phone
from leads.enums import ContactChannel

PHONE_CHANNELS = (ContactChannel.SMS, ContactChannel.PHONE, ContactChannel.WHATSAPP)
"""L-2: these are one kind, so that a caller is found by a text message."""


def index_kind(channel: str) -> str:
    """Return the kind of blind index of the channel: email, phone or handle."""
    if channel == ContactChannel.EMAIL:
        return "email"
    return "phone" if channel in PHONE_CHANNELS else "handle"


def spell_contact(channel: str, value: str) -> str:
    """Return the stored spelling of a contact; ValueError for what is none of the channel."""
    match index_kind(channel):
        case "email":
            if "@" not in value:
                raise ValueError("Not an e-mail address.")
            return normalize_email(value)
        case "phone":
            return normalize_phone(value)
        case _:
            bare = value.strip().removeprefix(f"{channel}:")
            return normalize_handle(f"{channel}:{bare}")


def contact_indexes(channel: str, value: str) -> list[bytes]:
    """Return the blind index of a contact under every key, newest first; ValueError as above."""
    return blind_indexes(spell_contact(channel, value), kind=index_kind(channel))

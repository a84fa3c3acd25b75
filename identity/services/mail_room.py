"""How many mails of one kind anybody may cause to one address (AU-7), known or not."""

from datetime import datetime

from common.crypto.blind_index import blind_index
from common.ports import counters

PER_HOUR = 3
HOUR = 3_600


def has_room(kind: str, *, email: str, at: datetime) -> bool:
    """Count a mail to the address; False when it is one too many for the sliding hour. Keys hold hashes."""
    key = f"mails:{kind}:{blind_index(email, kind='email').hex()}"
    hits, earlier = counters.get().hit(keys={key: HOUR}, at=at)[key]
    share_left = 1 - (int(at.timestamp()) % HOUR) / HOUR
    return hits + earlier * share_left <= PER_HOUR

"""What accounts were told by mail, in the words that would be sent."""

import re
from dataclasses import dataclass

from events.models import OutboxMessage
from events.registry import message_kind_of


@dataclass(frozen=True)
class Letter:
    kind: str
    to: str
    subject: str
    body: str

    @property
    def token(self):
        return re.search(r"#token=(\S+)", self.body).group(1)


def letters():
    """Return every mail in the outbox, oldest first."""
    found = []
    for row in OutboxMessage.objects.filter(target="email").order_by("sequence"):
        subject, body = message_kind_of(row.destination).compose(row)
        found.append(Letter(row.destination, row.private_payload["to"], subject, body))
    return found


def last_letter():
    return letters()[-1]

"""Questions of the events floor, answered from above."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from common.ports import Port


class Decision(StrEnum):
    """What the gate says about one message (N-6)."""

    ALLOW = "allow"
    DEFER = "defer"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer; `until` stands with a deferral, all reasons are listed, the first decided."""

    decision: Decision
    reasons: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One message at the gate: channel (email, sms), clear contact, purpose, the row it comes from."""

    channel: str
    contact: str
    purpose: str
    source_id: UUID
    station_id: UUID | None


class MessageGate(Protocol):
    """N-6: may this message go to this contact now? Asked at every send, under the contact's lock."""

    def judge(self, dispatch: Dispatch, *, at: datetime) -> Verdict:
        """Judge one message and, when it is allowed, log it in the caller's transaction."""


class TransactionalMailOnly:
    """Default while no newsletter app answers: nobody's consent to anything else is known."""

    def judge(self, dispatch: Dispatch, *, at: datetime) -> Verdict:
        del at
        if not dispatch.contact:
            return Verdict(Decision.REFUSE, ("no_address",))
        if dispatch.channel != "email" or dispatch.purpose != "transactional":
            return Verdict(Decision.REFUSE, ("no_consent",))
        return Verdict(Decision.ALLOW)


message_gate: Port[MessageGate] = Port("message_gate", default=TransactionalMailOnly())

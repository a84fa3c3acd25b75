"""Signed tokens of one purpose each: they travel in links and mails, and no table keeps them.

A voucher names an account, ends at an instant, and carries a stamp of what its use changes: the password for
a reset, the verification for a confirmed e-mail. Using it, or whatever else changes that, makes it old.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from identity.models import User
from identity.tokens import instant, numeric_date

MAX_LENGTH = 500
STAMP_LENGTH = 32


class Purpose(StrEnum):
    """What a voucher is good for; none passes for another."""

    MFA = "mfa"
    EMAIL = "email"
    RESET = "reset"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What a well-signed token says."""

    purpose: Purpose
    user_id: UUID
    expires_at: datetime
    stamp: str

    def holds_for(self, user: User) -> bool:
        """Tell whether nothing has happened to the account that makes the voucher old."""
        return constant_time_compare(self.stamp, _stamp(self.purpose, user))


class UnreadableVoucher(Exception):
    """The text is no voucher of that purpose."""


def _text(at: datetime | None) -> str:
    return str(numeric_date(at)) if at else ""


STATES: Mapping[Purpose, Callable[[User], tuple[str, ...]]] = {
    Purpose.MFA: lambda user: (user.password, _text(user.tokens_valid_after)),
    Purpose.EMAIL: lambda user: (user.email, user.password, user.status, _text(user.email_verified_at)),
    Purpose.RESET: lambda user: (user.password, user.status, _text(user.tokens_valid_after)),
    Purpose.INVITATION: lambda user: (
        user.status,
        _text(user.invited_at),
        _text(user.invitation_expires_at),
    ),
}
"""What a change of makes the vouchers of a purpose old."""


def issue_voucher(purpose: Purpose, user: User, *, at: datetime, lifetime: timedelta) -> str:
    """Return a token of the purpose for the account as it stands."""
    claims = {"u": user.pk.hex, "e": numeric_date(at + lifetime), "s": _stamp(purpose, user)}
    return signing.dumps(claims, salt=_salt(purpose))


def read_voucher(purpose: Purpose, token: str) -> Voucher:
    """Return what the token says, expired or not; raises UnreadableVoucher."""
    if len(token) > MAX_LENGTH:
        raise UnreadableVoucher
    try:
        claims = signing.loads(token, salt=_salt(purpose))
    except signing.BadSignature as error:
        raise UnreadableVoucher from error
    return Voucher(
        purpose=purpose, user_id=UUID(claims["u"]), expires_at=instant(claims["e"]), stamp=claims["s"]
    )


def _salt(purpose: Purpose) -> str:
    return f"identity.voucher.{purpose}"


def _stamp(purpose: Purpose, user: User) -> str:
    state = "|".join(STATES[purpose](user))
    return salted_hmac(_salt(purpose), state, algorithm="sha256").hexdigest()[:STAMP_LENGTH]

from datetime import datetime

from common.exceptions import LinkExpired, NotFound
from identity.models import User
from identity.services.sessions import lock_user
from identity.vouchers import Purpose, UnreadableVoucher, read_voucher


def redeem(purpose: Purpose, token: str, *, at: datetime) -> User:
    """Return the account of a link's token, locked; the caller makes the change that uses the token up.

    Raises NotFound for what is no token of the purpose, LinkExpired for one that is used, void or too old.
    """
    try:
        voucher = read_voucher(purpose, token)
    except UnreadableVoucher:
        raise NotFound("There is no such link.") from None
    user = lock_user(voucher.user_id)
    if user is None or user.deleted_at is not None or at >= voucher.expires_at or not voucher.holds_for(user):
        raise LinkExpired
    return user

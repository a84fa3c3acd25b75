"""AU-7: a new password for whoever reads the mails of the account."""

from datetime import datetime, timedelta

from django.db import transaction

from common.actors import GuestActor
from common.crypto.normalize import normalize_email
from events.services.publish import publish
from identity.actors import UserActor
from identity.enums import AuditAction
from identity.models import User
from identity.services.accounts import record_account
from identity.services.change_password import set_password
from identity.services.mail_room import has_room
from identity.services.mails import mail_to
from identity.services.passwords import require_good_password
from identity.services.redeeming import redeem
from identity.vouchers import Purpose, issue_voucher

LINK_LIFETIME = timedelta(hours=1)


def forget_password(*, email: str, at: datetime) -> None:
    """Mail a link for a new password to an active account; nobody learns whether there is one.

    Over three per hour and e-mail are dropped in silence. Emits user.password_reset_requested.
    """
    normalized = normalize_email(email)
    if not has_room("reset", email=normalized, at=at):
        return
    with transaction.atomic():
        user = User.objects.active().select_for_update(no_key=True).filter(email=normalized).first()
        if user is None:
            return
        token = issue_voucher(Purpose.RESET, user, at=at, lifetime=LINK_LIFETIME)
        mail = mail_to(user, "account_password_reset", at=at, token=token)
        publish("user.password_reset_requested", subject=user, by=GuestActor(), at=at, deliveries=[mail])


@transaction.atomic
def reset_password(*, token: str, password: str, at: datetime) -> User:
    """Set a new password by the mailed link, log out everywhere and mail a notice (AU-7).

    The link also shows that the e-mail is the owner's. Emits user.password_reset. Raises NotFound,
    LinkExpired, ValidationFailed (AU-6), after which the link still works.
    """
    user = redeem(Purpose.RESET, token, at=at)
    require_good_password(password, user=user, pointer="/password")
    if user.email_verified_at is None:
        user.email_verified_at = at
        user.save(update_fields=["email_verified_at", "updated_at"])
    set_password(user, password, at=at)
    by = UserActor(id=user.pk, role=user.role)
    record_account(AuditAction.UPDATE, user, by=by, details={"changed": ["password"], "by": "mailed link"})
    mail = mail_to(user, "account_password_changed", at=at)
    publish("user.password_reset", subject=user, by=by, at=at, deliveries=[mail])
    return user

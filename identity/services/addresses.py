"""AU-15: a log-in from an address that the account has never used."""

from datetime import datetime

from common import context
from common.actors import Actor
from common.crypto.blind_index import blind_indexes
from events.services.publish import publish
from identity.enums import AuditAction
from identity.models import StationAuditLog, User
from identity.services.mails import mail_to


def note_new_address(*, user: User, by: Actor, at: datetime) -> None:
    """Tell of a log-in from an address hash new for the account: emits user.new_address and mails the owner.

    The upper floor makes a `warning` of it. To be called before the log-in is audited, under the account's
    lock; outside of a request there is no address.
    """
    address = context.client_ip()
    if not address:
        return
    try:
        hashes = blind_indexes(address, kind="ip")
    except ValueError:
        return
    log_ins = StationAuditLog.objects.filter(action=AuditAction.LOGIN, user=user, ip_hash__in=hashes)
    if log_ins.exists():
        return
    mail = mail_to(user, "account_new_log_in", at=at, user_agent=context.user_agent()[:200])
    publish("user.new_address", subject=user, by=by, at=at, deliveries=[mail])

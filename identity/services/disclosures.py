"""P-3: reading the contact data of an account leaves an audit row."""

from common.actors import Actor
from identity.enums import AuditAction
from identity.models import User
from identity.services.accounts import record_account

FIELDS = ("email", "full_name", "phone", "avatar_url", "approval_notes")


def disclose_account(*, user: User, by: Actor) -> None:
    """Note that somebody reads the contact data of an account."""
    record_account(AuditAction.VIEW, user, by=by, details={"fields": list(FIELDS)}, permissions=["user.read"])

from common.actors import GuestActor
from identity.enums import AuditAction
from identity.models import User
from identity.services.audit import audit_log


def note_refusal(*, outcome: str, user: User | None) -> None:
    """Audit a refused log-in; nobody is named as its actor, since nobody has shown who they are."""
    audit_log.record(
        action=AuditAction.LOGIN,
        resource_type="user",
        resource_id=str(user.pk) if user else "",
        by=GuestActor(),
        details={"outcome": outcome},
        success=False,
        error_message=outcome,
    )

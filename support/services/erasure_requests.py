"""P-6: a customer's wish to be forgotten is an escalation that staff settle within 30 days."""

from datetime import datetime
from uuid import UUID

from bookings.enums import PriorityLevel
from bookings.models import Customer
from bookings.services.privacy.requests import DUE_WITHIN
from common.actors import SystemActor
from common.db.locks import advisory_xact_locks, lock_key
from events.services import publish
from support.enums import EscalationMethod
from support.models import Escalation

REASON = "The customer asks for the erasure of all personal data."


def open_for(
    *,
    account_id: str,
    customer_id: str | None,
    station_id: UUID | None,
    name: str,
    email: str,
    phone: str,
    at: datetime,
) -> Escalation:
    """Open the escalation of an account's request, in the caller's transaction; emits support.opened.

    While one is open it is returned instead. `phone` may be blank.
    """
    conversation = f"erasure:{account_id}"
    advisory_xact_locks([lock_key("escalation", conversation)])
    known = Escalation.objects.of_conversation(conversation).open().first()
    if known is not None:
        return known
    escalation = Escalation.objects.create(  # type: ignore[misc]  # the plugin knows the encrypted columns only
        conversation_id=conversation,
        station_id=station_id,
        customer=Customer.objects.filter(pk=customer_id).first() if customer_id else None,
        customer_name=name,
        customer_email=email,
        customer_phone=phone,
        reason=REASON,
        priority=PriorityLevel.LOW,
        method=EscalationMethod.EMAIL,
        escalated_at=at,
        sla_due_at=at + DUE_WITHIN,
        solution_due_at=at + DUE_WITHIN,
    )
    publish(
        "support.opened",
        subject=escalation,
        by=SystemActor("erasure_request"),
        at=at,
        payload={"priority": str(escalation.priority), "cause": "erasure_request"},
        station_id=station_id,
    )
    return escalation

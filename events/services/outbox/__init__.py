"""The outbox: claimed by a lease, delivered outside the claim, settled by whoever still holds the lease."""

from events.services.outbox.claims import LEASE, claim_due, free_expired_leases
from events.services.outbox.operations import cancel_message, edit_message, retry_message
from events.services.outbox.relay import deliver_all, dispatch_outbox

__all__ = [
    "LEASE",
    "cancel_message",
    "claim_due",
    "deliver_all",
    "dispatch_outbox",
    "edit_message",
    "free_expired_leases",
    "retry_message",
]

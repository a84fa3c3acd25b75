"""P-7: the append-only log of who did what; fills the port `audit_trail`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from common import context
from common.actors import Actor
from common.crypto.blind_index import ip_hash as hash_of_ip
from common.db.rows import insert_rows, new_row
from common.ports import AuditEntry
from common.reasons import check_reason
from identity.actors import UserActor
from identity.enums import AuditAction
from identity.models import StationAuditLog

MAX_LABEL = 100
MAX_RESOURCE = 50
MAX_AGENT = 500


class AuditLog:
    """Writes `station_audit_logs`; address, user agent and request id come from the running request."""

    def record(
        self,
        *,
        action: str,
        resource_type: str,
        resource_id: str,
        by: Actor,
        station_id: UUID | None = None,
        permissions: Sequence[str] = (),
        details: Mapping[str, Any] | None = None,
        reason: str = "",
        success: bool = True,
        error_message: str = "",
        ip_hash: bytes | None = None,
        user_agent: str = "",
    ) -> None:
        """Append one row in the caller's transaction; a deletion needs a reason of 10 characters."""
        entry = AuditEntry(
            action=action,
            resource_type=resource_type,
            resource_id=resource_id,
            by=by,
            station_id=station_id,
            permissions=permissions,
            details=details,
            reason=reason,
            success=success,
            error_message=error_message,
            ip_hash=ip_hash,
            user_agent=user_agent,
        )
        insert_rows(*self.rows_of([entry]))

    def rows_of(self, entries: Sequence[AuditEntry]) -> Sequence[StationAuditLog]:
        """Return a new row for each entry, to be inserted with the others of the caller's transaction."""
        hashed = hash_of_ip(context.client_ip())
        return [_row(entry, request_ip_hash=hashed) for entry in entries]


def _row(entry: AuditEntry, *, request_ip_hash: bytes | None) -> StationAuditLog:
    if entry.action == AuditAction.DELETE:
        check_reason(entry.reason)
    by = entry.by
    agent = entry.user_agent or context.user_agent()
    return new_row(
        StationAuditLog,
        station_id=entry.station_id,
        user_id=by.id,
        actor_label=by.label[:MAX_LABEL],
        user_role=by.role if isinstance(by, UserActor) else None,
        session_id=by.session_id if isinstance(by, UserActor) else None,
        action=AuditAction(entry.action),
        resource_type=entry.resource_type[:MAX_RESOURCE],
        resource_id=entry.resource_id[:MAX_RESOURCE],
        permissions_used=list(entry.permissions),
        details=dict(entry.details or {}),
        reason=entry.reason or None,
        success=entry.success,
        error_message=entry.error_message or None,
        ip_hash=entry.ip_hash or request_ip_hash,
        user_agent=agent[:MAX_AGENT] or None,
        request_id=context.request_id(),
    )


audit_log = AuditLog()
"""What the services of this app write to; everybody else goes through the port."""

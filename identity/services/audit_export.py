"""The audit log as CSV; taking it out is audited itself (P-7)."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO
from uuid import UUID

from common.actors import Actor
from common.exceptions import PermissionDenied
from identity.enums import AuditAction
from identity.models import StationAuditLog
from identity.selectors.audit import list_audit_of_period
from identity.services.audit import audit_log

CODE = "audit.export"
COLUMNS = (
    "created_at",
    "station",
    "user_id",
    "actor_label",
    "user_role",
    "session_id",
    "action",
    "resource_type",
    "resource_id",
    "permissions_used",
    "details",
    "reason",
    "success",
    "error_message",
    "request_id",
)
CHUNK = 1_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_audit(
    *,
    out: TextIO,
    by: Actor,
    start: datetime | None = None,
    end: datetime | None = None,
    station_id: UUID | None = None,
) -> int:
    """Write the rows within the actor's reach to `out`; returns how many. Raises PermissionDenied."""
    scope = by.scope(CODE)
    if not scope or not (station_id is None or scope.includes(station_id)):
        raise PermissionDenied
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rows = list_audit_of_period(by, start=start, end=end, station_id=station_id)
    count = 0
    for line in _lines(rows.iterator(chunk_size=CHUNK)):
        writer.writerow(line)
        count += 1
    audit_log.record(
        action=AuditAction.EXPORT,
        resource_type="stationauditlog",
        resource_id="",
        by=by,
        station_id=station_id,
        permissions=[CODE],
        details={
            "rows": count,
            "from": start.isoformat() if start else None,
            "to": end.isoformat() if end else None,
        },
    )
    return count


def _lines(rows: Iterable[StationAuditLog]) -> Iterator[list[str]]:
    for row in rows:
        values = {
            **{name: getattr(row, name) for name in COLUMNS if name != "station"},
            "created_at": row.created_at.isoformat(),
            "station": row.station.code if row.station else "",
            "permissions_used": " ".join(row.permissions_used),
            "details": json.dumps(row.details, sort_keys=True, ensure_ascii=False),
        }
        yield [_cell(values[name]) for name in COLUMNS]


def _cell(value: object) -> str:
    """Return the text of a cell; what a spreadsheet would take for a formula is kept from being one."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

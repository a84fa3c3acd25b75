"""Section 14: rows that have served their time go, table by table, from the top floor down."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from common.db.errors import first_line
from events.registry import JobReport, retentions
from events.retention import Retention

BATCH = 1_000
PURGE_ON = "SET LOCAL app.purge = 'on'"
PURGE_OFF = "SET LOCAL app.purge = 'off'"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of one table's due rows: dealt with, failed (each is logged)."""

    name: str
    done: int
    failed: int


def purge_retention(*, at: datetime, only: Collection[str] = (), batch: int = BATCH) -> Iterator[Purged]:
    """Deal with what is due at the instant, each batch in a transaction; yields the counts table by table.

    `only` names rules. Rows of a batch that fails are tried one by one, and those that fail then stay.
    """
    for rule in retentions:
        if not only or rule.name in only:
            yield _purge(rule, at=at, batch=batch)


def run_purge(*, at: datetime) -> JobReport:
    """Deal with all that is due: the daily job."""
    purged = list(purge_retention(at=at))
    return JobReport(done=sum(table.done for table in purged), failed=sum(table.failed for table in purged))


def _purge(rule: Retention, *, at: datetime, batch: int) -> Purged:
    done = failed = 0
    last: Any = None
    while keys := _next_keys(rule, at=at, last=last, batch=batch):
        last = keys[-1]
        ended, missed = _end_all(rule, keys, at=at)
        done, failed = done + ended, failed + missed
    return Purged(rule.name, done, failed)


def _next_keys(rule: Retention, *, at: datetime, last: Any, batch: int) -> list[Any]:
    due = rule.due_at(at)
    if last is not None:
        due = due.filter(pk__gt=last)
    return list(due.order_by("pk").values_list("pk", flat=True)[:batch])


def _end_all(rule: Retention, keys: list[Any], *, at: datetime) -> tuple[int, int]:
    """End a batch; row by row when one of them stands in the way. Returns (done, failed)."""
    try:
        return _end(rule, keys, at=at), 0
    except Exception as error:
        if not connection.is_usable():
            raise
        if len(keys) == 1:
            log.warning(
                "retention_failed",
                rule=rule.name,
                item=str(keys[0]),
                error=type(error).__name__,
                message=first_line(error),
            )
            return 0, 1
    outcomes = [_end_all(rule, [key], at=at) for key in keys]
    return sum(done for done, _failed in outcomes), sum(failed for _done, failed in outcomes)


@transaction.atomic
def _end(rule: Retention, keys: list[Any], *, at: datetime) -> int:
    rows = rule.model._default_manager.filter(pk__in=keys)
    if not rule.is_frozen:
        return rule.end(rows, at)
    with connection.cursor() as cursor:
        cursor.execute(PURGE_ON)
        done = rule.end(rows, at)
        cursor.execute(PURGE_OFF)
    return done

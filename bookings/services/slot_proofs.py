"""D-8 by the clock: occupancy is recounted every day, and whoever is in charge hears of differences."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from bookings.selectors.slot_proof import SlotFinding, prove_slots
from common.canonical import fingerprint
from common.ports import alerts
from events.registry import JobReport


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read everything as of one instant: parties booked meanwhile are seen whole or not at all."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def run_slot_proof(*, at: datetime) -> JobReport:
    """Recount all stations; counts rows and differences. Each station hears once of the same ones (M-8)."""
    with one_snapshot():
        proof = prove_slots()
    by_station: dict[UUID, list[SlotFinding]] = defaultdict(list)
    for finding in proof.findings:
        by_station[finding.station_id].append(finding)
    for station_id, findings in by_station.items():
        _alert(station_id, findings, at=at)
    return JobReport(done=proof.bookings + proof.holds + proof.claims, failed=len(proof.findings))


@transaction.atomic
def _alert(station_id: UUID, findings: Sequence[SlotFinding], *, at: datetime) -> None:
    first = findings[0]
    alerts.get().raise_alert(
        cause="slots_differ",
        subject_type="station",
        subject_id=station_id,
        station_id=station_id,
        message=(
            f"{len(findings)} differences between claims and what occupies. The first: {first.kind}, "
            f"{first.owner} on {first.date} {first.slot:%H:%M} lane {first.lane}: {first.detail}."
        ),
        at=at,
        step=fingerprint([finding.as_json() for finding in findings]),
    )

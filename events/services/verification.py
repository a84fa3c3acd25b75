"""The daily look at all chains; what it finds is told once (E-2, N-1, M-8)."""

from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction

from common.canonical import fingerprint
from common.ports import alerts
from events.registry import Finding, JobReport
from events.selectors import verify_chains


def run_verification(*, at: datetime) -> JobReport:
    """Recompute every chain; counts rows and findings. The same findings are alerted of once."""
    done = failed = 0
    for verified in verify_chains():
        done, failed = done + verified.rows, failed + len(verified.findings)
        if verified.findings:
            _alert(verified.name, verified.findings, at=at)
    return JobReport(done=done, failed=failed)


@transaction.atomic
def _alert(name: str, findings: list[Finding], *, at: datetime) -> None:
    first = findings[0]
    told = [(finding.subject, finding.row, finding.problem) for finding in findings]
    alerts.get().raise_alert(
        cause="chain_broken",
        subject_type="chain",
        subject_id=uuid5(NAMESPACE_OID, name),
        station_id=None,
        message=(
            f"{len(findings)} findings in the chain of {name}. "
            f"The first: {first.subject}, {first.row}: {first.problem}."
        ),
        at=at,
        step=fingerprint(told),
    )

"""Which index answers which question, by the plan on 100,000 rows."""

from datetime import UTC, datetime

import pytest

from marketing.models import QrCode, QrScan
from tests.plans import fill, index_names, key_of, seq_scans

pytestmark = pytest.mark.django_db


def test_qr1_codes_are_read_by_index():
    fill(QrCode, code="'CODE' || n")
    typed = QrCode.objects.with_code("code77")
    assert (index_names(typed), seq_scans(typed)) == ({"uq_qr_codes_code"}, set())


def test_qr4_qr5_scans_are_read_by_index():
    fill(QrScan, scanned_at="timestamptz '2026-01-01' + n * interval '5 minutes'")
    session = QrScan.objects.attributable("0" * 64, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert index_names(session) == {"ix_qr_scans_session"}
    scans = QrScan.objects.of_code(QrCode(pk=key_of(QrCode, 7)))[:50]
    assert index_names(scans) == {"ix_qr_scans_code_time"}
    assert seq_scans(session) | seq_scans(scans) == set()

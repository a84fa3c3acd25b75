"""QR-4, R-4: which rows the reads return, with rows beside them that must not come."""

from datetime import UTC, datetime, timedelta

import pytest

from common.actors import SystemActor
from identity.enums import UserRole
from marketing.models import QrCode, QrScan
from tests.factories.identity import make_actor
from tests.factories.marketing import QrCodeFactory, QrScanFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 19, tzinfo=UTC)
SESSION = "a" * 64


def test_qr4_the_last_scan_of_the_session_within_thirty_days():
    def scan(days, **values):
        return QrScanFactory(session_id=SESSION, scanned_at=AT - timedelta(days=days), **values)

    first, last = scan(29), scan(1)
    scan(30)
    scan(-1)
    scan(2, is_bot=True)
    QrScanFactory(scanned_at=AT)
    assert list(QrScan.objects.attributable(SESSION, at=AT)) == [last, first]
    assert list(QrScan.objects.of_code(last.qr_code)) == [last]


def test_qr1_a_code_is_found_however_it_was_typed():
    code = QrCodeFactory(code="SPRING26")
    QrCodeFactory()
    assert QrCode.objects.with_code("spring26").get() == code


def test_r9_scans_follow_their_code():
    mine, theirs, company = QrCodeFactory(), QrCodeFactory(), QrCodeFactory(station=None)
    scans = {code: QrScanFactory(qr_code=code) for code in (mine, theirs, company)}
    manager = make_actor(UserRole.STATION_MANAGER, mine.station)
    assert set(QrCode.objects.visible_to(manager)) == {mine, company}
    assert set(QrScan.objects.visible_to(manager)) == {scans[mine], scans[company]}
    assert set(QrScan.objects.visible_to(SystemActor("test"))) == set(scans.values())
    assert not QrScan.objects.visible_to(make_actor(UserRole.CUSTOMER_SUPPORT, mine.station)).exists()

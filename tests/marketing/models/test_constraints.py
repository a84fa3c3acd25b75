"""What the tables of schema marketing refuse, whoever writes (data model, section 10)."""

from uuid import uuid4

import pytest

from marketing.models import QrCode, QrScan
from tests.bookings.parties import make_booking
from tests.common.db import catalogue
from tests.factories.marketing import QrCodeFactory, QrScanFactory
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_qr_codes_code", {"code": "ABC"}),
        ("ck_qr_codes_code", {"code": "abcd"}),
        ("ck_qr_codes_code", {"code": "AB CD"}),
        ("ck_marketing_qr_codes_type", {"type": "tattoo"}),
    ],
)
def test_qr1_codes(name, values):
    assert broken_by(update(QrCodeFactory(), **values)) == name


def test_qr1_a_code_is_unique():
    code = QrCodeFactory()
    assert broken_by(lambda: QrCodeFactory(code=code.code)) == "uq_qr_codes_code"
    assert str(code) == code.code


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_marketing_qr_scans_device_type", {"device_type": "fridge"}),
        ("ck_marketing_qr_scans_ip_hash", {"ip_hash": b"short"}),
        ("ck_marketing_qr_scans_currency", {"currency": "us"}),
    ],
)
def test_scans(name, values):
    assert broken_by(update(QrScanFactory(), **values)) == name


def test_qr4_a_lead_and_a_booking_count_once():
    first, second = QrScanFactory.create_batch(2)
    lead, booking = uuid4(), make_booking(first.qr_code.station)
    update(first, lead_ref=lead, booking=booking)()
    assert broken_by(update(second, lead_ref=lead)) == "uq_qr_scans_lead"
    assert broken_by(update(second, booking=booking)) == "uq_qr_scans_booking"


def test_rows_made_by_hand_in_sql_get_the_defaults():
    assert catalogue.rows(
        "INSERT INTO marketing.qr_codes (code, type, name, destination_url) "
        "VALUES ('HAND', 'other', 'n', '/') RETURNING is_active, scan_count, metadata::text, "
        "station_id, updated_at = statement_timestamp()"
    ) == [(True, 0, "{}", None, True)]
    assert catalogue.rows(
        "INSERT INTO marketing.qr_scans (qr_code_id, session_id) SELECT id, %s FROM marketing.qr_codes "
        "RETURNING scanned_at = statement_timestamp(), device_type, is_bot, "
        "converted_to_lead, converted_to_booking, currency, metadata::text",
        "0" * 64,
    ) == [(True, "unknown", False, False, False, "USD", "{}")]


def test_a_deleted_code_takes_its_scans_along():
    scan = QrScanFactory()
    catalogue.rows("DELETE FROM marketing.qr_codes WHERE id = %s RETURNING 1", scan.qr_code_id)
    assert (QrCode.objects.count(), QrScan.objects.count()) == (0, 0)
    assert catalogue.foreign_keys("marketing", "qr_scans") == {
        "qr_code_id": ("marketing.qr_codes", "CASCADE", True),
        "booking_id": ("core.bookings", "SET NULL", True),
    }

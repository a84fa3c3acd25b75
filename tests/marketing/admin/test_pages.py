"""QR-1 to QR-5 in the back office: what staff of one station see, write and cannot break."""

import pytest

from common.admin.forms import stamp
from identity.enums import UserRole
from identity.models import StationAuditLog
from marketing.models import QrCode, QrScan
from tests.bookings.parties import make_booking
from tests.factories.identity import StationFactory, make_staff
from tests.factories.marketing import QrCodeFactory, QrScanFactory
from tests.pages import enter, errors_of, found, listed, queries, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


@pytest.fixture
def manager(station):
    return enter(make_staff(UserRole.STATION_MANAGER, station))


def form(station, **values):
    return {
        "station": station.pk,
        "code": "SPRING26",
        "type": "flyer",
        "name": "Spring flyer",
        "destination_url": "/quote",
        "is_active": "on",
        **values,
    }


def test_r4_staff_see_codes_and_scans_of_their_station(manager, admin, station):
    mine, company, theirs = (
        QrCodeFactory(station=station),
        QrCodeFactory(station=None),
        QrCodeFactory(),
    )
    scans = [QrScanFactory(qr_code=code) for code in (mine, company, theirs)]
    assert listed(manager, QrCode) == [company, mine]
    assert listed(manager, QrScan) == [scans[1], scans[0]]
    assert found(manager, QrCode, theirs.code) == []
    assert manager.get(url(QrCode, "change", theirs.pk)).status_code == 302
    assert manager.get(url(QrCode, "add")).status_code == 403
    support = enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))
    assert support.get(url(QrCode, "changelist")).status_code == 403
    assert listed(admin, QrCode, f"station__id__exact={station.pk}") == [mine]


def test_lists_cost_the_same_whatever_they_hold(manager, station):
    def fill(rows):
        for code in QrCodeFactory.create_batch(rows, station=station):
            QrScanFactory(qr_code=code, booking=make_booking(station, status="completed"))

    fill(1)
    few = {model: queries(manager, url(model, "changelist")) for model in (QrCode, QrScan)}
    fill(2)
    assert {model: queries(manager, url(model, "changelist")) for model in (QrCode, QrScan)} == few
    assert few == {QrCode: 6, QrScan: 6}


def test_qr1_a_code_is_made_in_capitals_by_its_maker(admin, station):
    assert admin.post(url(QrCode, "add"), form(station, code="spring26")).status_code == 302
    code = QrCode.objects.get()
    assert (code.code, code.station, code.destination_url) == ("SPRING26", station, "/quote")
    assert code.created_by is not None
    audited = StationAuditLog.objects.get(resource_type="qrcode")
    assert (audited.action, audited.resource_id, audited.user_id) == (
        "create",
        str(code.pk),
        code.created_by_id,
    )


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"code": "A B C"}, {"__all__": ["A code has 4 to 20 capitals and digits."]}),
        ({"code": "ABC"}, {"__all__": ["A code has 4 to 20 capitals and digits."]}),
        ({"code": "taken"}, {"__all__": ["This code is in use."]}),
        ({"code": "A" * 21}, {"code": ["Ensure this value has at most 20 characters (it has 21)."]}),
        (
            {"type": "tattoo"},
            {"type": ["Select a valid choice. tattoo is not one of the available choices."]},
        ),
        (
            {"destination_url": "http://example.com"},
            {"destination_url": ["Give an https address, or a path of our site such as /quote."]},
        ),
    ],
)
def test_qr1_what_is_wrong_is_said_in_the_form(admin, station, values, errors):
    QrCodeFactory(code="TAKEN")
    assert errors_of(admin.post(url(QrCode, "add"), form(station, **values))) == errors
    assert QrCode.objects.count() == 1


def test_qr1_a_printed_code_never_changes(admin, station):
    code = QrCodeFactory(station=station)
    change = url(QrCode, "change", code.pk)
    changed = form(
        station, seen=stamp(code), code="OTHER", name="Renamed", destination_url="https://a.example/b"
    )
    assert admin.post(change, changed).status_code == 302
    code.refresh_from_db()
    assert (code.code.startswith("FLYER"), code.name, code.destination_url, code.created_by) == (
        True,
        "Renamed",
        "https://a.example/b",
        None,
    )
    assert admin.get(url(QrCode, "delete", code.pk)).status_code == 403


def test_a_scan_is_read_only_and_hides_its_visitor(manager, station):
    booking = make_booking(station, status="completed")
    scan = QrScanFactory(
        qr_code__station=station, session_id="e" * 64, booking=booking, conversion_value_cents=60_000
    )
    page = manager.get(url(QrScan, "change", scan.pk))
    text = page.content.decode()
    assert ("e" * 64 in text, "$600.00" in text, page.context["has_change_permission"]) == (
        False,
        True,
        False,
    )
    listing = manager.get(url(QrScan, "changelist")).content.decode()
    assert (booking.reference in listing, scan.qr_code.code in listing) == (True, True)
    assert found(manager, QrScan, booking.reference) == [scan]

"""Recordings in the back office: for whoever may listen; only the legal hold is written by hand."""

import pytest

from common.admin.forms import stamp
from communications.enums import RecordingStatus
from communications.models import CallRecording
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.factories.bookings import BookingFactory
from tests.factories.communications import CALLED_AT, CallRecordingFactory
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter, found, listed, queries, url


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


@pytest.fixture
def owner(db):
    return enter(make_staff(UserRole.SUPER_ADMIN))


def stored(**fields):
    return CallRecordingFactory(
        **{"status": RecordingStatus.AVAILABLE, "storage_key": "secretcanary.mp3", **fields}
    )


def test_m5_recordings_are_for_whoever_may_listen(admin, station):
    mine, theirs, company = (stored(station=each) for each in (station, StationFactory(), None))
    assert listed(admin, CallRecording) == [company, mine]
    assert admin.get(url(CallRecording, "change", theirs.pk)).status_code == 302
    for role in (UserRole.CUSTOMER_SUPPORT, UserRole.STATION_MANAGER):
        client = enter(make_staff(role, station))
        assert client.get(url(CallRecording, "changelist")).status_code == 403


def test_m4_the_owner_puts_a_recording_on_hold_and_nothing_else(owner, admin, station):
    recording = stored(station=station, duration_seconds=65)
    page = url(CallRecording, "change", recording.pk)
    assert admin.get(page).context["has_change_permission"] is False
    data = {"seen": stamp(recording), "legal_hold": "on", "status": "deleted", "retention_days": 1}
    assert admin.post(page, data).status_code == 403
    assert owner.post(page, data).status_code == 302
    recording.refresh_from_db()
    assert (recording.legal_hold, recording.status, recording.retention_days) == (True, "available", 90)
    audited = StationAuditLog.objects.get(resource_type="callrecording")
    assert audited.details == {"changed": {"legal_hold": {"old": False, "new": True}}}
    assert "1:05" in owner.get(page).content.decode()


def test_m4_there_is_nothing_to_hold_of_a_purged_recording(owner):
    purged = CallRecordingFactory(status=RecordingStatus.DELETED, deleted_at=CALLED_AT)
    page = url(CallRecording, "change", purged.pk)
    assert owner.get(page).context["has_change_permission"] is False
    assert owner.post(page, {"seen": stamp(purged), "legal_hold": "on"}).status_code == 403
    assert owner.get(url(CallRecording, "add")).status_code == 403
    assert owner.get(url(CallRecording, "delete", purged.pk)).status_code == 403


def test_p3_what_was_said_and_where_it_lies_stays_hidden(admin, station):
    recording = stored(station=station, transcript="The canary sings.", rc_recording_uri="secretcanary")
    for address in (url(CallRecording, "changelist"), url(CallRecording, "change", recording.pk)):
        assert "canary" not in admin.get(address).content.decode(), address
    reveal = {"fields_wanted": ["transcript"], "reason": "A complaint about the call."}
    text = admin.post(url(CallRecording, "reveal", recording.pk), reveal).content.decode()
    assert ("The canary sings." in text, "secretcanary" in text) == (True, False)


def test_p2_recordings_are_found_by_customer_booking_and_call(admin, station):
    booking = BookingFactory(station=station)
    wanted = stored(station=station, booking=booking, customer=booking.customer, rc_call_id="call-of-ann")
    stored(station=station)
    terms = (booking.customer.email, booking.customer.phone, booking.reference, "call-of-ann")
    for term in terms:
        assert found(admin, CallRecording, term) == [wanted], term


def test_the_list_costs_the_same_whatever_it_holds(admin, station):
    def one_more():
        booking = BookingFactory(station=station)
        return stored(station=station, booking=booking, customer=booking.customer)

    first = one_more()
    address = url(CallRecording, "changelist")
    one, page = queries(admin, address), queries(admin, url(CallRecording, "change", first.pk))
    one_more()
    one_more()
    assert queries(admin, address) == one
    assert (one, page) == (6, 7)


def test_filters_cut_the_list(admin, station):
    held = stored(station=station, legal_hold=True)
    failed = CallRecordingFactory(station=station, status=RecordingStatus.ERROR)
    assert listed(admin, CallRecording, "legal_hold__exact=1") == [held]
    assert listed(admin, CallRecording, "status__exact=error") == [failed]

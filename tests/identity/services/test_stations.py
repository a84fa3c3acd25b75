"""Opening, changing and closing stations (R-8)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from common.exceptions import Duplicate, NotFound, PermissionDenied, ValidationFailed, VersionConflict
from identity.exceptions import StationInUse
from identity.models import Station, StationAuditLog, StationUser
from identity.services.station_tokens import issue_station_token
from identity.services.stations import create_station, delete_station, update_station
from tests.factories.identity import StationFactory, StationUserFactory, make_actor

pytestmark = pytest.mark.django_db

REASON = "moved to another city"
FIELDS = {"name": "South Bay", "postal_code": "94536", "phone": "+15105550100", "address_line1": "1 Main St"}


@pytest.fixture
def owner(roles):
    """Return the actor of a super_admin."""
    return make_actor("super_admin")


def errors(refused):
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_a_new_station_takes_place_zone_and_point_from_its_zip(owner, at):
    station = create_station(fields=FIELDS, by=owner, at=at)
    station.refresh_from_db()
    assert (station.code, station.city, station.state) == ("ST-FREMONT-001", "Fremont", "CA")
    assert (station.timezone, station.status, station.display_name) == (
        "America/Los_Angeles",
        "active",
        "South Bay",
    )
    assert station.email == "st-fremont-001@stations.invalid"
    assert (station.geocode_status, station.geocoded_at) == ("located", at)
    assert abs(station.latitude - Decimal("37.5")) < 1
    row = StationAuditLog.objects.get()
    assert (row.action, row.station, row.details) == ("create", station, {"code": "ST-FREMONT-001"})


def test_codes_count_per_city(owner, at):
    zips = ["94536", "94538", "90001", "94536"]
    codes = [create_station(fields=FIELDS | {"postal_code": code}, by=owner, at=at).code for code in zips]
    assert codes == ["ST-FREMONT-001", "ST-FREMONT-002", "ST-LOSANGELES-001", "ST-FREMONT-003"]
    long_name = FIELDS | {"city": "San Buenaventura del Mar"}
    assert create_station(fields=long_name, by=owner, at=at).code == "ST-SANBUENAVENT-001"


def test_given_values_win_over_those_of_the_zip(owner, at):
    given = {
        "timezone": "America/Denver",
        "latitude": Decimal("37.1"),
        "longitude": Decimal(-122),
        "email": "s@b.example",
    }
    station = create_station(fields=FIELDS | given, by=owner, at=at)
    station.refresh_from_db()
    assert (station.timezone, station.email) == ("America/Denver", "s@b.example")
    assert (station.latitude, station.longitude, station.geocode_status) == (Decimal("37.1"), -122, "located")


def test_a_zip_without_point_fails_to_geocode(owner, at):
    fields = FIELDS | {"postal_code": "09009", "status": "maintenance"}
    station = create_station(fields=fields, by=owner, at=at)
    assert (station.latitude, station.geocode_status, station.geocoded_at) == (None, "failed", None)


def test_q9_an_active_station_has_a_place(owner, station, at):
    """Q-9, S-10: every quote of a station starts at its point."""
    nowhere = FIELDS | {"postal_code": "09009"}
    with pytest.raises(ValidationFailed) as refused:
        create_station(fields=nowhere, by=owner, at=at)
    assert errors(refused) == [("/postal_code", "invalid")]
    placed = nowhere | {"latitude": Decimal("37.1"), "longitude": Decimal(-122)}
    assert create_station(fields=placed, by=owner, at=at).status == "active"
    with pytest.raises(ValidationFailed) as refused:
        update_station(station=station, changes={"postal_code": "09009"}, by=owner, at=at)
    assert errors(refused) == [("/postal_code", "invalid")]
    asleep = create_station(fields=nowhere | {"status": "maintenance"}, by=owner, at=at)
    with pytest.raises(ValidationFailed) as refused:
        update_station(station=asleep, changes={"status": "active"}, by=owner, at=at)
    assert errors(refused) == [("/postal_code", "invalid")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"settings": {"slots": ["x"]}}, [("/settings/slots", "invalid")]),
        ({"business_hours": {"monday": 1}}, [("/business_hours/monday", "invalid")]),
        ({"branding_config": []}, [("/branding_config", "invalid")]),
        ({"timezone": "Mars/Olympus"}, [("/timezone", "invalid")]),
        ({"slot_capacity": "many"}, [("/slot_capacity", "invalid")]),
        ({"state": "California"}, [("/state", "max_length")]),
        ({"latitude": Decimal(1)}, [("/longitude", "invalid")]),
        ({"code": "ST-MINE-001"}, [("/code", "unknown")]),
        ({"postal_code": "00000"}, [("/city", "blank"), ("/state", "blank"), ("/postal_code", "invalid")]),
        ({"phone": ""}, [("/phone", "blank")]),
    ],
)
def test_wrong_values_are_named(owner, at, fields, found):
    with pytest.raises(ValidationFailed) as refused:
        create_station(fields=FIELDS | fields, by=owner, at=at)
    assert errors(refused) == found
    assert not Station.objects.exists()


def test_emails_are_unique(owner, at):
    create_station(fields=FIELDS | {"email": "a@b.example"}, by=owner, at=at)
    other = create_station(fields=FIELDS, by=owner, at=at)
    with pytest.raises(Duplicate):
        create_station(fields=FIELDS | {"email": "a@b.example"}, by=owner, at=at)
    with pytest.raises(Duplicate):
        update_station(station=other, changes={"email": "a@b.example"}, by=owner, at=at)


def test_only_super_admin_opens_and_closes(station, at):
    admin = make_actor("admin", station)
    with pytest.raises(PermissionDenied):
        create_station(fields=FIELDS, by=admin, at=at)
    with pytest.raises(PermissionDenied):
        delete_station(station=station, reason=REASON, by=admin, at=at)


def test_changes_are_audited_with_old_and_new_value(station, at):
    admin = make_actor("admin", station)
    changes = {"slot_capacity": 2, "settings": {"card_fee": False}, "name": station.name}
    changed = update_station(station=station, changes=changes, by=admin, at=at)
    assert (changed.slot_capacity, changed.settings) == (2, {"card_fee": False})
    assert StationAuditLog.objects.get().details == {
        "changed": {
            "slot_capacity": {"old": 1, "new": 2},
            "settings": {"old": {}, "new": {"card_fee": False}},
        }
    }


def test_a_new_zip_moves_the_point(station, at):
    changed = update_station(
        station=station, changes={"postal_code": "90001"}, by=make_actor("super_admin"), at=at
    )
    assert abs(changed.latitude - 34) < 1


def test_changes_that_are_refused(station, other_station, at):
    admin = make_actor("admin", station)
    with pytest.raises(PermissionDenied):
        update_station(station=other_station, changes={"name": "x"}, by=admin, at=at)
    with pytest.raises(ValidationFailed) as refused:
        update_station(station=station, changes={"status": "inactive"}, by=admin, at=at)
    assert errors(refused) == [("/status", "invalid")]
    with pytest.raises(VersionConflict):
        update_station(
            station=station,
            changes={"name": "x"},
            by=admin,
            at=at,
            expected=station.updated_at - timedelta(microseconds=1),
        )
    assert update_station(
        station=station, changes={"status": "maintenance"}, by=admin, at=at, expected=station.updated_at
    )
    with pytest.raises(NotFound):
        update_station(station=StationFactory.build(), changes={}, by=make_actor("super_admin"), at=at)


def test_r8_closing_keeps_the_row_and_ends_its_tokens(owner, station, at):
    issue_station_token(station_id=station.pk, by=owner, at=at)
    StationUserFactory(station=station, is_active=False)
    StationUserFactory(station=station, expires_at=at)
    closed = delete_station(station=station, reason=REASON, by=owner, at=at)
    assert closed.status == "inactive"
    assert station.station_access_tokens.get().revoked_at == at
    row = StationAuditLog.objects.get(action="delete")
    assert (row.reason, row.details) == (REASON, {"status": "inactive"})
    assert update_station(station=closed, changes={"status": "active"}, by=owner, at=at).status == "active"


def test_r8_a_station_with_live_links_stays(owner, station, at):
    StationUserFactory(station=station)
    with pytest.raises(StationInUse) as refused:
        delete_station(station=station, reason=REASON, by=owner, at=at)
    assert (refused.value.status, refused.value.code) == (409, "station_in_use")
    assert refused.value.extra == {"counts": {"live_links": 1}}
    StationUser.objects.all().delete()
    with pytest.raises(ValidationFailed):
        delete_station(station=station, reason="short", by=owner, at=at)


def test_r8_the_port_tells_what_else_is_in_use(owner, station, at):
    from identity.ports import StationUnused, station_use

    class TwoBookings:
        def counts(self, *, station_id, at):
            return {"occupying_bookings": 2, "live_holds": 0}

    filler, owners = station_use.get(), list(station_use.fillers)
    assert StationUnused().counts(station_id=station.pk, at=at) == {}
    station_use.fill(TwoBookings(), owner=(owners or ["test"])[0])
    try:
        with pytest.raises(StationInUse) as refused:
            delete_station(station=station, reason=REASON, by=owner, at=at)
    finally:
        station_use.fill(filler, owner=(owners or ["test"])[0])
    assert refused.value.detail == "The station is in use: 2 occupying bookings."

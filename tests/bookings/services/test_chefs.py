from base64 import b64encode
from datetime import timedelta

import pytest

from bookings.models import Chef
from bookings.services.chefs import ChefChanges, create_chef, deactivate_chef, update_chef
from common.exceptions import Duplicate, InUse, NotFound, ValidationFailed, VersionConflict
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, after_start, make_actor, make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db
REASON = "Moved to another city"


@pytest.fixture
def new_index_key(settings):
    """Start a rotation of the index keys: what is stored has the hash of the older key (P-8)."""

    def rotate():
        key = b64encode(bytes(range(32))).decode()
        settings.BLIND_INDEX_KEYS = [f"i2:{key}", *settings.BLIND_INDEX_KEYS]

    return rotate


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


def test_create_stores_every_value_in_one_spelling(station, manager):
    chef = create_chef(
        station=station,
        details=ChefChanges(
            name="Ken Ito",
            email=" Ken@Example.com",
            phone="510 555 0199",
            zones=("primary",),
            skills=("beef", "seafood"),
            google_calendar_id="ken@calendar",
            buffer_setup_minutes=40,
            buffer_teardown_minutes=20,
        ),
        by=manager,
    )
    chef = Chef.objects.get(pk=chef.pk)
    assert (
        chef.station,
        chef.name,
        chef.email,
        chef.phone,
        chef.zones,
        chef.skills,
        chef.google_calendar_id,
        chef.buffer_setup_minutes,
        chef.buffer_teardown_minutes,
        chef.is_active,
    ) == (
        station,
        "Ken Ito",
        "ken@example.com",
        "+15105550199",
        ["primary"],
        ["beef", "seafood"],
        "ken@calendar",
        40,
        20,
        True,
    )
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.resource_type, audit.station_id) == ("create", "chef", station.pk)
    assert "ken@example.com" not in str(audit.details)


def test_an_email_serves_one_chef(station, manager):
    make_chef(station, email="ken@example.com")
    with pytest.raises(Duplicate):
        create_chef(station=None, details=ChefChanges(name="Ken", email="KEN@example.com"), by=manager)


def test_an_email_of_a_deleted_chef_is_free(station, manager):
    make_chef(station, email="ken@example.com", deleted_at=NOW, delete_reason="Left the company")
    create_chef(station=station, details=ChefChanges(name="Ken", email="ken@example.com"), by=manager)
    assert Chef.objects.live().count() == 1


def test_wrong_contacts_are_named(station, manager):
    with pytest.raises(ValidationFailed) as refusal:
        create_chef(station=station, details=ChefChanges(name="Ken", email="ken", phone="x"), by=manager)
    assert [error.pointer for error in refusal.value.errors] == ["/email", "/phone"]


def test_update_writes_what_changed(station, manager):
    chef = make_chef(station)
    update_chef(
        chef=chef,
        changes=ChefChanges(name=chef.name, email="new@example.com", skills=("beef",)),
        by=manager,
        at=NOW,
        expected_updated_at=chef.updated_at,
    )
    chef = Chef.objects.get()
    assert (chef.email, chef.skills) == ("new@example.com", ["beef"])
    assert StationAuditLog.objects.get().details == {"changed": ["email", "skills"]}
    create_chef(station=station, details=ChefChanges(name="K", email="old@example.com"), by=manager)
    with pytest.raises(Duplicate):
        update_chef(chef=chef, changes=ChefChanges(email="old@example.com"), by=manager, at=NOW)


def test_update_without_change_writes_nothing(station, manager):
    chef = make_chef(station)
    update_chef(chef=chef, changes=ChefChanges(name="Ken"), by=manager, at=NOW)
    assert not StationAuditLog.objects.exists()
    assert Chef.objects.get().updated_at == chef.updated_at


def test_stale_row_is_refused(station, manager):
    chef = make_chef(station)
    with pytest.raises(VersionConflict):
        update_chef(
            chef=chef,
            changes=ChefChanges(name="X"),
            by=manager,
            at=NOW,
            expected_updated_at=chef.updated_at - timedelta(seconds=1),
        )


def test_bk15_deactivates_with_a_reason(station, manager):
    deactivate_chef(chef=make_chef(station), reason=REASON, by=manager, at=NOW)
    assert Chef.objects.get().is_active is False
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.reason) == ("delete", REASON)


def test_bk15_not_deactivated_with_parties_ahead(station, manager):
    chef = make_chef(station)
    booking = make_booking(station, chef=chef, status="confirmed")
    for refuse in (
        lambda: deactivate_chef(chef=chef, reason=REASON, by=manager, at=NOW),
        lambda: update_chef(chef=chef, changes=ChefChanges(is_active=False), by=manager, at=NOW),
    ):
        with pytest.raises(InUse) as refusal:
            refuse()
        assert refusal.value.extra == {"bookings": 1}
    deactivate_chef(chef=chef, reason=REASON, by=manager, at=after_start(booking, hours=3))


def test_a_deleted_chef_is_not_there(station, manager):
    chef = make_chef(station, deleted_at=NOW, delete_reason="Left the company")
    with pytest.raises(NotFound):
        deactivate_chef(chef=chef, reason=REASON, by=manager, at=NOW)


def test_p8_an_email_is_known_under_every_index_key(station, manager, new_index_key):
    make_chef(station, email="ken@example.com")
    other = make_chef(station, email="mia@example.com")
    new_index_key()
    with pytest.raises(Duplicate):
        create_chef(station=station, details=ChefChanges(name="Ken", email="Ken@example.com"), by=manager)
    with pytest.raises(Duplicate):
        update_chef(chef=other, changes=ChefChanges(email="ken@example.com"), by=manager, at=NOW)
    update_chef(chef=other, changes=ChefChanges(email="joe@example.com"), by=manager, at=NOW)
    assert sorted(chef.email for chef in Chef.objects.all()) == ["joe@example.com", "ken@example.com"]

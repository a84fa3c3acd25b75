from base64 import b64encode
from datetime import timedelta

import pytest

from bookings.models import Customer
from bookings.services.customers import (
    CustomerChanges,
    create_customer,
    delete_customer,
    update_customer,
)
from common.actors import GuestActor, SystemActor
from common.exceptions import Duplicate, InUse, NotFound, ValidationFailed, VersionConflict
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import (
    NOW,
    events_of,
    make_actor,
    make_booking,
    make_customer,
    make_station,
    make_user,
    meet_customer,
)

pytestmark = pytest.mark.django_db
REASON = "Asked by phone to be removed"


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


def upsert(station, by, **values):
    return meet_customer(
        **{
            "station": station,
            "first_name": "Bea",
            "last_name": "Kim",
            "email": "BEA@example.com",
            "phone": "(510) 555-0142",
            "by": by,
            "at": NOW,
            **values,
        }
    )


def shown(customer):
    row = Customer.objects.get(pk=customer.pk)
    return row.first_name, row.last_name, row.email, row.phone


def test_bk2_creates_a_customer_without_consents(station):
    customer = upsert(station, GuestActor())
    row = Customer.objects.get()
    assert shown(customer) == ("Bea", "Kim", "bea@example.com", "+15105550142")
    assert (row.station, row.consent_sms, row.consent_email) == (station, False, False)
    assert events_of(customer.pk) == [("customer.created", {"changed": []})]


def test_bk2_the_same_email_is_the_same_customer_of_the_station(station):
    first = upsert(station, GuestActor())
    again = upsert(station, GuestActor(), email="bea@EXAMPLE.com ")
    elsewhere = upsert(make_station(), GuestActor())
    assert first.pk == again.pk != elsewhere.pk
    assert len(events_of(first.pk)) == 1


def test_bk2_a_guest_overwrites_name_and_phone_of_nobodys_row(station):
    customer = upsert(station, GuestActor())
    upsert(station, GuestActor(), first_name="Beatrice", phone="510-555-0143")
    assert shown(customer) == ("Beatrice", "Kim", "bea@example.com", "+15105550143")
    assert events_of(customer.pk)[1] == ("customer.updated", {"changed": ["first_name", "phone"]})


def test_bk2_an_unverified_account_owns_nothing(station):
    customer = upsert(station, GuestActor())
    make_user(UserRole.CUSTOMER, email="bea@example.com")
    upsert(station, GuestActor(), first_name="Mallory")
    assert shown(customer)[0] == "Mallory"


def test_bk2_a_verified_account_keeps_its_row(station):
    owner = make_user(UserRole.CUSTOMER, email="bea@example.com", email_verified_at=NOW)
    customer = upsert(station, GuestActor())
    stranger = make_actor(UserRole.CUSTOMER)
    for by in (GuestActor(), stranger):
        upsert(station, by, first_name="Mallory", phone="510-555-0100")
        assert shown(customer) == ("Bea", "Kim", "bea@example.com", "+15105550142")
    upsert(station, make_actor(UserRole.CUSTOMER, user=owner), first_name="Beatrice")
    assert shown(customer)[0] == "Beatrice"


def test_bk2_staff_and_jobs_may_correct_a_row_of_an_account(station, manager):
    make_user(UserRole.CUSTOMER, email="bea@example.com", email_verified_at=NOW)
    customer = upsert(station, GuestActor())
    upsert(station, manager, first_name="Staff")
    assert shown(customer)[0] == "Staff"
    upsert(station, SystemActor("import"), first_name="Import")
    assert shown(customer)[0] == "Import"


def test_bk2_a_deleted_customer_is_not_met_again(station):
    gone = make_customer(station, email="bea@example.com", deleted_at=NOW, delete_reason=REASON)
    assert upsert(station, GuestActor()).pk != gone.pk


def test_bk2_wrong_contacts_are_refused(station):
    with pytest.raises(ValidationFailed) as refusal:
        upsert(station, GuestActor(), email="bea@", phone="12")
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/email", "invalid"),
        ("/phone", "invalid"),
    ]


def test_create_with_details(station, manager):
    customer = create_customer(
        station=station,
        first_name="Bea",
        last_name="Kim",
        email="bea@example.com",
        phone="5105550142",
        details=CustomerChanges(
            timezone="America/Denver", preferred_contact="sms", tags=("vip",), notes="Has a dog"
        ),
        by=manager,
        at=NOW,
    )
    row = Customer.objects.get(pk=customer.pk)
    assert (row.timezone, row.preferred_contact, row.tags, row.notes) == (
        "America/Denver",
        "sms",
        ["vip"],
        "Has a dog",
    )
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.permissions_used, audit.details) == (
        "create",
        ["customer.create"],
        {"event": "customer.created", "changed": []},
    )


def test_create_refuses_a_known_email(station, manager):
    make_customer(station, email="bea@example.com")
    with pytest.raises(Duplicate):
        create_customer(
            station=station,
            first_name="B",
            last_name="K",
            email="Bea@example.com",
            phone="5105550142",
            by=manager,
            at=NOW,
        )


def test_update_moves_the_index_with_the_email(station, manager):
    customer = make_customer(station, email="old@example.com")
    update_customer(
        customer=customer,
        changes=CustomerChanges(email="New@example.com", tags=("vip",), last_name=customer.last_name),
        by=manager,
        at=NOW,
        expected_updated_at=customer.updated_at,
    )
    assert upsert(station, SystemActor("import"), email="new@example.com").pk == customer.pk
    assert events_of(customer.pk)[0] == ("customer.updated", {"changed": ["email", "tags"]})


def test_update_refuses_an_email_in_use_and_a_stale_row(station, manager):
    make_customer(station, email="bea@example.com")
    customer = make_customer(station)
    with pytest.raises(Duplicate):
        update_customer(
            customer=customer, changes=CustomerChanges(email="bea@example.com"), by=manager, at=NOW
        )
    with pytest.raises(VersionConflict):
        update_customer(
            customer=customer,
            changes=CustomerChanges(notes="x"),
            by=manager,
            at=NOW,
            expected_updated_at=customer.updated_at + timedelta(microseconds=1),
        )


def test_update_without_change_writes_nothing(station, manager):
    customer = make_customer(station)
    update_customer(customer=customer, changes=CustomerChanges(first_name="Ann"), by=manager, at=NOW)
    assert Customer.objects.get().updated_at == customer.updated_at
    assert events_of(customer.pk) == []


def test_bk19_soft_delete(station):
    admin = make_actor(UserRole.ADMIN, stations=[station])
    customer = make_customer(station)
    make_booking(station, customer=customer, status="completed")
    delete_customer(customer=customer, reason=REASON, by=admin, at=NOW)
    row = Customer.objects.get()
    assert (row.deleted_at, row.deleted_by_id, row.delete_reason) == (NOW, admin.id, REASON)
    assert events_of(customer.pk) == [("customer.deleted", {"changed": []})]
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.reason, audit.permissions_used) == ("delete", REASON, ["customer.delete"])
    with pytest.raises(NotFound):
        update_customer(customer=customer, changes=CustomerChanges(notes="x"), by=admin, at=NOW)


def test_bk19_not_with_an_occupying_booking(station, manager):
    customer = make_customer(station)
    make_booking(station, customer=customer)
    with pytest.raises(InUse) as refusal:
        delete_customer(customer=customer, reason=REASON, by=manager, at=NOW)
    assert refusal.value.extra == {"bookings": 1}


def test_bk19_delete_needs_a_reason(station, manager):
    with pytest.raises(ValidationFailed):
        delete_customer(customer=make_customer(station), reason="gone", by=manager, at=NOW)


def test_p8_an_email_is_known_under_every_index_key(station, manager, new_index_key):
    make_customer(station, email="bea@example.com")
    other = make_customer(station, email="cy@example.com")
    new_index_key()
    with pytest.raises(Duplicate):
        create_customer(
            station=station,
            first_name="Bea",
            last_name="Kim",
            email="BEA@example.com",
            phone="5105550142",
            by=manager,
            at=NOW,
        )
    with pytest.raises(Duplicate):
        update_customer(customer=other, changes=CustomerChanges(email="bea@example.com"), by=manager, at=NOW)
    update_customer(customer=other, changes=CustomerChanges(email="dee@example.com"), by=manager, at=NOW)
    assert sorted(row.email for row in Customer.objects.all()) == ["bea@example.com", "dee@example.com"]


def test_p7_who_is_met_by_a_booking_was_written_by_its_code(station):
    owner = make_user(UserRole.CUSTOMER, email="bea@example.com", email_verified_at=NOW)
    host = make_actor(UserRole.CUSTOMER, user=owner)
    upsert(station, host)
    upsert(station, host, first_name="Beatrice")
    upsert(station, make_actor(stations=[station]), first_name="Bee", permission="hold.manage")
    rows = StationAuditLog.objects.filter(resource_type="customer").order_by("created_at", "pk")
    assert [row.permissions_used for row in rows] == [["booking.create"], ["booking.create"], ["hold.manage"]]

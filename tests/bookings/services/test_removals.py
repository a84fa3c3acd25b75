"""BK-19: deleted softly, restored within thirty days."""

from datetime import timedelta

import pytest

from bookings.exceptions import RestoreWindowPassed
from bookings.models import Booking, Customer
from bookings.services.customers import delete_customer
from bookings.services.removals import delete_booking, restore_booking, restore_customer
from common.actors import SystemActor
from common.exceptions import Duplicate, InUse, InvalidTransition, NotFound, ValidationFailed, VersionConflict
from identity.enums import UserRole
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_customer, make_station

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
REASON = "Entered twice by mistake"
MONTH = timedelta(days=30)


@pytest.fixture
def station():
    return make_station()


def delete(booking, at=NOW, version=None, reason=REASON):
    return delete_booking(booking=booking, reason=reason, expected_version=version, by=SYSTEM, at=at)


def restore(booking, at=NOW, version=None):
    return restore_booking(booking=booking, expected_version=version, by=SYSTEM, at=at)


def make_cancelled(station):
    return make_booking(station, status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")


@pytest.mark.parametrize("status", ["completed", "no_show", "cancelled"])
def test_bk19_what_is_over_can_be_hidden_and_shown_again(station, status):
    values = {"cancelled_at": NOW, "cancellation_reason_code": "other"} if status == "cancelled" else {}
    booking = make_booking(station, status=status, **values)
    owner = make_actor(UserRole.SUPER_ADMIN)
    gone = delete_booking(booking=booking, reason=REASON, expected_version=1, by=owner, at=NOW)
    gone.refresh_from_db()
    assert (gone.deleted_at, gone.deleted_by_id, gone.delete_reason, gone.version, gone.status) == (
        NOW,
        owner.id,
        REASON,
        2,
        status,
    )
    assert not Booking.objects.live().exists()
    with pytest.raises(NotFound):
        delete(booking)
    back = restore(booking, at=NOW + MONTH, version=2)
    back.refresh_from_db()
    assert (back.deleted_at, back.deleted_by_id, back.delete_reason, back.version, back.status) == (
        None,
        None,
        None,
        3,
        status,
    )
    facts = {"reference": booking.reference, "status": status}
    assert events_of(booking.pk) == [("booking.deleted", facts), ("booking.restored", facts)]


@pytest.mark.parametrize("status", ["new", "deposit_pending", "confirmed"])
def test_bk19_not_while_it_occupies(station, status):
    with pytest.raises(InvalidTransition):
        delete(make_booking(station, status=status))


@pytest.mark.parametrize("reason", ["too short", "x" * 501])
def test_bk19_a_reason_of_10_to_500_characters(station, reason):
    with pytest.raises(ValidationFailed):
        delete(make_cancelled(station), reason=reason)


def test_bk19_thirty_days(station):
    booking = delete(make_cancelled(station))
    with pytest.raises(RestoreWindowPassed) as refusal:
        restore(booking, at=NOW + MONTH + timedelta(seconds=1))
    assert (refusal.value.status, refusal.value.code) == (410, "restore_window_passed")
    with pytest.raises(VersionConflict):
        restore(booking, version=1)
    restore(booking)
    with pytest.raises(InvalidTransition, match="not deleted"):
        restore(booking)
    with pytest.raises(NotFound):
        restore(Booking(id=station.pk))


def gone_customer(station, **values):
    customer = make_customer(station, **values)
    delete_customer(customer=customer, reason=REASON, by=SYSTEM, at=NOW)
    return customer


def test_bk19_customers_come_back_too(station):
    customer = gone_customer(station)
    back = restore_customer(customer=customer, by=SYSTEM, at=NOW + MONTH)
    back.refresh_from_db()
    assert (back.deleted_at, back.deleted_by_id, back.delete_reason) == (None, None, None)
    assert events_of(customer.pk)[-1] == ("customer.restored", {})
    with pytest.raises(InvalidTransition):
        restore_customer(customer=customer, by=SYSTEM, at=NOW)


def test_bk19_customers_guards(station):
    with pytest.raises(InUse):
        delete_customer(customer=make_booking(station).customer, reason=REASON, by=SYSTEM, at=NOW)
    customer = gone_customer(station, email="ann@example.com")
    with pytest.raises(RestoreWindowPassed):
        restore_customer(customer=customer, by=SYSTEM, at=NOW + MONTH + timedelta(seconds=1))
    with pytest.raises(VersionConflict):
        restore_customer(customer=customer, by=SYSTEM, at=NOW, expected_updated_at=NOW)
    make_customer(station, email="ann@example.com")
    with pytest.raises(Duplicate):
        restore_customer(customer=customer, by=SYSTEM, at=NOW)
    with pytest.raises(NotFound):
        restore_customer(customer=Customer(id=station.pk), by=SYSTEM, at=NOW)

"""P-6 against whoever acts for the same person at the same instant: one connection per thread."""

from datetime import timedelta
from functools import partial

import pytest

from bookings.exceptions import ErasureBlocked
from bookings.models import Booking, Customer
from bookings.services.bookings import create_booking
from bookings.services.privacy import Receipt, erase_customer
from bookings.services.removals import delete_booking
from common.actors import GuestActor, SystemActor
from events.models import DomainEvent
from tests.concurrency.racing import race
from tests.factories.bookings import NOW, BookingFactory, CustomerFactory, make_request, make_selling_station

pytestmark = pytest.mark.django_db(transaction=True)
BY = SystemActor("race")
REASON = "Asked by letter to be forgotten"


def erase(customer):
    return erase_customer(customer=customer, reason=REASON, by=BY, at=NOW)


@pytest.mark.parametrize("number", range(4))
def test_p6_nobody_books_for_somebody_who_is_being_erased(number):
    """P-6, D-9: the party is in the way, or it belongs to a new row; never to an erased one."""
    station = make_selling_station()
    customer = CustomerFactory(station=station, email="ann@people.example")
    request = make_request(station, email=customer.email)
    book = partial(create_booking, request=request, by=GuestActor(), at=NOW)
    erased, booked = race([partial(erase, customer), book])
    party = Booking.objects.get()
    assert booked.answer == party
    assert Customer.objects.get(pk=party.customer_id).erased_at is None
    if isinstance(erased.answer, ErasureBlocked):
        assert erased.answer.extra == {"reasons": ["occupying_booking"]}
        assert party.customer_id == customer.pk
    else:
        assert isinstance(erased.answer, Receipt)
        assert party.customer_id != customer.pk


def test_p6_two_erasures_at_once_are_one():
    """P-6: both get the receipt of the one that was done."""
    customer = CustomerFactory()
    receipts = {str(result.answer) for result in race([partial(erase, customer)] * 4)}
    assert len(receipts) == 1
    assert DomainEvent.objects.filter(event_type="customer.erased").count() == 1


def test_p6_a_write_that_waits_for_the_erasure_finds_the_party_changed():
    """BK-3, P-6: a stale version is refused, and nothing personal comes back."""
    customer = CustomerFactory()
    party = BookingFactory(
        customer=customer,
        station=customer.station,
        status="no_show",
        starts_at=NOW - timedelta(days=9),
        ends_at=NOW - timedelta(days=8),
        notes="Has a dog",
    )
    delete = partial(
        delete_booking, booking=party, reason="Ann Lee asked us to", expected_version=1, by=BY, at=NOW
    )
    results = race([partial(erase, customer), delete])
    assert sum(result.is_refusal for result in results) <= 1
    left = Booking.objects.get(pk=party.pk)
    assert left.notes is None
    assert left.delete_reason in (None, "Erased")

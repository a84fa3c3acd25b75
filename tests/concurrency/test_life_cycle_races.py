"""Moves that people start at the same instant: one connection per thread, released by a barrier."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from bookings.exceptions import ChefConflict, Overpayment
from bookings.models import Booking, BookingReminder, Customer, Payment, SlotClaim
from bookings.selectors.payments import get_balance_cents
from bookings.services.assignments import assign_chef
from bookings.services.chefs import deactivate_chef
from bookings.services.customers import delete_customer
from bookings.services.deposits import confirm_deposit
from bookings.services.life_cycle import complete_booking, mark_no_show
from bookings.services.payments import record_payment
from common.actors import SystemActor
from common.exceptions import DomainError, InUse, InvalidTransition, VersionConflict
from events.models import DomainEvent
from tests.bookings.parties import (
    NOW,
    after_start,
    make_booking,
    make_chef,
    make_customer,
    make_station,
    meet_customer,
)

pytestmark = pytest.mark.django_db(transaction=True)
BY = SystemActor("race")


def race(*works: Callable[[], Any]) -> list[Any]:
    """Run the works at once and return each answer or refusal."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return work()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def refusals(answers: Sequence[Any]) -> list[type[DomainError]]:
    return [type(answer) for answer in answers if isinstance(answer, DomainError)]


def event_types(booking: Booking) -> list[str]:
    return list(
        DomainEvent.objects.filter(aggregate_id=booking.pk)
        .order_by("version")
        .values_list("event_type", flat=True)
    )


@pytest.mark.parametrize(("version", "refusal"), [(1, VersionConflict), (None, InvalidTransition)])
def test_t3_two_confirmations_make_one_payment(version, refusal):
    booking = make_booking(make_station())
    answers = race(
        *[
            lambda: confirm_deposit(
                booking=booking, method="cash", reference="R", expected_version=version, by=BY, at=NOW
            )
        ]
        * 4
    )
    assert refusals(answers) == [refusal] * 3
    booking.refresh_from_db()
    assert (booking.status, booking.version, Payment.objects.count()) == ("confirmed", 2, 1)
    assert BookingReminder.objects.count() == 3
    assert event_types(booking) == ["booking.confirmed"]


def test_t6_t7_a_party_took_place_or_nobody_came():
    booking = make_booking(make_station(), status="confirmed")
    at = after_start(booking, days=1)
    answers = race(
        lambda: complete_booking(booking=booking, expected_version=None, by=BY, at=at),
        lambda: mark_no_show(booking=booking, expected_version=None, by=BY, at=at),
    )
    assert refusals(answers) == [InvalidTransition]
    booking.refresh_from_db()
    assert event_types(booking) == [f"booking.{booking.status}"]
    assert booking.version == 2
    assert not SlotClaim.objects.exists()


def test_bk15_one_chef_for_two_parties_of_a_slot():
    station = make_station(slot_capacity=2)
    parties = [make_booking(station), make_booking(station, lane=2)]
    chef = make_chef(station)
    answers = race(
        *[
            lambda party=party: assign_chef(booking=party, chef=chef, expected_version=1, by=BY, at=NOW)
            for party in parties
        ]
    )
    assert refusals(answers) == [ChefConflict]
    assert Booking.objects.filter(chef=chef).count() == 1


def test_bk15_four_assignments_of_a_day_leave_three():
    station = make_station()
    chef = make_chef(station)
    parties = [make_booking(station, slot=time(hour)) for hour in (12, 15, 18, 21)]
    answers = race(
        *[
            lambda party=party: assign_chef(booking=party, chef=chef, expected_version=1, by=BY, at=NOW)
            for party in parties
        ]
    )
    assert [answer.extra["reason"] for answer in answers if isinstance(answer, DomainError)] == ["day"]
    assert Booking.objects.filter(chef=chef).count() == 3


def test_bk15_a_chef_is_deactivated_or_assigned():
    station = make_station()
    booking, chef = make_booking(station), make_chef(station)
    answers = race(
        lambda: assign_chef(booking=booking, chef=chef, expected_version=1, by=BY, at=NOW),
        lambda: deactivate_chef(chef=chef, reason="Moved to another city", by=BY, at=NOW),
    )
    assert refusals(answers) in ([ChefConflict], [InUse])
    chef.refresh_from_db()
    assert chef.is_active == Booking.objects.filter(chef=chef).exists()


def test_py6_payments_at_once_do_not_pass_the_balance():
    booking = make_booking(make_station(), status="confirmed")
    answers = race(
        *[
            lambda: record_payment(
                booking=booking, amount_cents=25_000, method="cash", reference="R", by=BY, at=NOW
            )
        ]
        * 4
    )
    assert refusals(answers) == [Overpayment, Overpayment]
    assert get_balance_cents(booking) == 10_000


def test_t3_two_halves_of_a_deposit_confirm_once():
    booking = make_booking(make_station())
    answers = race(
        *[
            lambda: record_payment(
                booking=booking, amount_cents=5_000, method="cash", reference="R", by=BY, at=NOW
            )
        ]
        * 2
    )
    assert refusals(answers) == []
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("confirmed", 2)
    assert event_types(booking) == ["booking.confirmed"]


def test_bk2_one_row_for_a_customer_who_comes_twice_at_once():
    station = make_station()
    answers = race(
        *[
            lambda: meet_customer(
                station=station,
                first_name="Bea",
                last_name="Kim",
                email="bea@example.com",
                phone="5105550142",
                by=BY,
                at=NOW,
            )
        ]
        * 6
    )
    assert refusals(answers) == []
    assert {answer.pk for answer in answers} == {Customer.objects.get().pk}


def test_bk19_a_customer_is_deleted_once():
    customer = make_customer(make_station())
    answers = race(
        *[lambda: delete_customer(customer=customer, reason="Asked for it by phone", by=BY, at=NOW)] * 3
    )
    assert len(refusals(answers)) == 2
    assert DomainEvent.objects.filter(aggregate_id=customer.pk).count() == 1

"""Links, orders, complaints, SKUs: of parallel changes of one thing exactly one wins."""

from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from common.exceptions import Duplicate, VersionConflict
from identity.selectors import actor_for
from supply.exceptions import EmailTaken, IllegalTransition, MovedMeanwhile, SkuTaken
from supply.models import Complaint, Consumer, Link, Notification, Order, Product
from supply.services.complaints import move_complaint
from supply.services.links import move_link, request_link
from supply.services.orders import move_order
from supply.services.products import create_product
from supply.services.sign_up import sign_up
from supply.services.staff import remove_staff
from tests.bookings.api.clients import Caller
from tests.concurrency.racing import race
from tests.factories.identity import system_role
from tests.factories.supply import SupplierStaffFactory
from tests.supply.world import PASSWORD, World

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 8


@pytest.fixture
def world():
    return World()


def alternating(work, *targets):
    """Return eight works that want opposite things."""
    return [partial(work, to=targets[number % len(targets)]) for number in range(RIVALS)]


def outcomes(results):
    return Counter(type(result.answer) for result in results if result.is_refusal)


@pytest.mark.parametrize(
    ("start", "targets"),
    [
        ("pending", ("accepted", "denied")),
        ("denied", ("pending", "accepted")),
        ("accepted", ("blocked",)),
    ],
)
def test_of_eight_moves_of_a_link_one_wins(world, start, targets):
    Link.objects.update(status=start)
    link, by = Link.objects.get(), actor_for(world.manager.user)
    told = Notification.objects.count()
    results = race(alternating(partial(move_link, link=link, by=by, at=timezone.now()), *targets))
    (won,) = [result.answer for result in results if not result.is_refusal]
    assert set(outcomes(results)) <= {IllegalTransition, MovedMeanwhile}
    assert Link.objects.get().status == won.status
    assert Notification.objects.count() == told + 1


@pytest.mark.parametrize(
    ("start", "targets"), [("pending", ("accepted", "rejected")), ("accepted", ("in_progress",))]
)
def test_of_eight_moves_of_an_order_one_wins(world, start, targets):
    Order.objects.update(status=start)
    order, by = Order.objects.get(), actor_for(world.manager.user)
    results = race(alternating(partial(move_order, order=order, by=by, at=timezone.now()), *targets))
    (won,) = [result.answer for result in results if not result.is_refusal]
    assert set(outcomes(results)) <= {IllegalTransition, MovedMeanwhile}
    assert Order.objects.get().status == won.status
    assert Product.objects.get().stock_qty == (102 if won.status == "rejected" else 100)


def test_of_eight_escalations_and_resolutions_one_wins(world):
    """Escalating and then resolving is legal, but who looked at an open complaint has lost the race."""
    complaint, by = Complaint.objects.get(), actor_for(world.manager.user)
    work = partial(move_complaint, complaint=complaint, resolution="Refunded", by=by, at=timezone.now())
    results = race(alternating(work, "escalated", "resolved"))
    (won,) = [result.answer for result in results if not result.is_refusal]
    assert set(outcomes(results)) <= {IllegalTransition, MovedMeanwhile}
    assert Complaint.objects.get().status == won.status


def test_of_eight_opposite_requests_over_http_one_wins(world):
    def patch(to):
        caller = Caller(actor_for(world.manager.user))
        return caller.patch(f"/supply/orders/{world.order.pk}/status", {"status": to}).status_code

    results = race([partial(patch, to) for to in ("accepted", "rejected") * 4])
    statuses = Counter(result.answer for result in results)
    assert statuses[200] == 1
    assert set(statuses) <= {200, 400, 409}


def test_of_eight_equal_link_requests_one_is_written(world):
    def ask():
        caller = Caller(actor_for(world.consumer.user))
        return caller.post("/supply/links/requests", {"supplier_id": str(world.rival.pk)}).status_code

    statuses = Counter(result.answer for result in race([ask] * RIVALS))
    assert statuses == {201: 1, 409: RIVALS - 1}
    assert Link.objects.filter(supplier=world.rival).count() == 1
    assert Notification.objects.filter(type="link.requested").count() == 2


def test_of_eight_equal_link_services_one_is_written(world):
    work = partial(
        request_link,
        consumer=world.other_consumer,
        supplier=world.rival,
        by=actor_for(world.other_consumer.user),
        at=timezone.now(),
    )
    assert outcomes(race([work] * RIVALS)) == {Duplicate: RIVALS - 1}


def test_of_eight_products_with_one_sku_one_is_written(world):
    values = {"name": "Salmon", "sku": "S-1", "price_kzt": 1}
    by = actor_for(world.supplier.user)
    work = partial(create_product, supplier=world.supplier, values=values, by=by, at=timezone.now())
    assert outcomes(race([work] * RIVALS)) == {SkuTaken: RIVALS - 1}

    def post():
        return Caller(by).post("/supply/products", {**values, "sku": "S-2"}).status_code

    statuses = Counter(result.answer for result in race([post] * RIVALS))
    assert statuses == {201: 1, 409: RIVALS - 1}
    assert Product.objects.filter(sku__in=["S-1", "S-2"]).count() == 2


def test_of_eight_sign_ups_with_one_email_one_opens_an_account():
    system_role("consumer")
    work = partial(
        sign_up,
        email="chef@harbour.example",
        password=PASSWORD,
        role="consumer",
        organization_name=None,
        at=timezone.now(),
    )
    assert outcomes(race([work] * RIVALS)) == {EmailTaken: RIVALS - 1}
    assert Consumer.objects.count() == 1


def test_if_match_is_tested_under_the_lock(world):
    by, at = actor_for(world.supplier.user), timezone.now()

    def seen_first(row):
        if row.updated_at != world.order.updated_at:
            raise VersionConflict(current_version="newer")

    Order.objects.update(status="accepted")
    order = Order.objects.get()
    work = partial(move_order, order=order, to="in_progress", by=by, at=at, check_version=seen_first)
    results = race([work] * 4)
    assert outcomes(results) == {VersionConflict: 3}


def test_who_works_at_two_places_and_loses_both_at_once_is_deactivated(world):
    user = world.sales.user
    elsewhere = SupplierStaffFactory(supplier=world.rival, user=user)
    works = [
        partial(remove_staff, member=member, by=actor_for(owner), at=timezone.now())
        for member, owner in ((world.sales, world.supplier.user), (elsewhere, world.rival.user))
    ]
    assert outcomes(race(works)) == {}
    user.refresh_from_db()
    assert user.status == "deactivated"

"""Links: asked for by consumers, decided by suppliers, told to the other side."""

import pytest

from events.models import DomainEvent
from supply.enums import LinkStatus
from supply.models import Link
from tests.bookings.api.clients import problem
from tests.factories.supply import LinkFactory, SupplierFactory
from tests.supply.world import NOWHERE, everything, told

pytestmark = pytest.mark.django_db


def test_asking_for_a_link(world):
    told()
    response = world.as_("consumer").post(
        "/links/requests", {"supplier_id": str(world.rival.pk), "status": "accepted"}
    )
    link = Link.objects.get(supplier=world.rival)
    answer = response.json()
    assert (response.status_code, link.status, link.consumer_id) == (201, "pending", world.consumer.pk)
    assert answer["supplier"].pop("created_at")
    assert answer["consumer"].pop("created_at")
    assert answer.pop("created_at") == answer.pop("updated_at")
    assert answer == {
        "id": str(link.pk),
        "consumer_id": str(world.consumer.pk),
        "supplier_id": str(world.rival.pk),
        "status": "pending",
        "consumer": {"id": str(world.consumer.pk), "organization_name": "Harbour Kitchen"},
        "supplier": {"id": str(world.rival.pk), "company_name": "Rival Foods", "is_active": True},
    }
    assert told() == sorted(
        (("link.requested", world.rival.user_id), ("link.requested", world.rival_manager.user_id)), key=str
    )
    event = DomainEvent.objects.get(aggregate_id=link.pk)
    assert (event.event_type, event.actor_id) == ("link.pending", world.consumer.user_id)
    assert event.payload == {"consumer_id": str(world.consumer.pk), "supplier_id": str(world.rival.pk)}


@pytest.mark.parametrize("status", list(LinkStatus))
def test_any_link_of_the_two_stands_in_the_way_of_another(world, status):
    Link.objects.update(status=status)
    before = everything()
    response = world.as_("consumer").post("/links/requests", {"supplier_id": str(world.supplier.pk)})
    assert problem(response) == (409, "duplicate")
    assert everything() == before


def test_suppliers_that_do_not_trade_are_not_found(world):
    closed = SupplierFactory(is_active=False)
    consumer = world.as_("consumer")
    for pk in (closed.pk, NOWHERE):
        assert problem(consumer.post("/links/requests", {"supplier_id": str(pk)})) == (404, "not_found")
    world.supplier.is_active = False
    world.supplier.save()
    order = {
        "supplier_id": str(world.supplier.pk),
        "items": [{"product_id": str(world.product.pk), "qty": 1}],
    }
    assert problem(consumer.post("/orders", order)) == (404, "not_found")
    assert problem(consumer.get("/catalog", supplier_id=str(world.supplier.pk))) == (404, "not_found")


@pytest.mark.parametrize(
    ("start", "to", "kind"),
    [
        ("pending", "accepted", "link.accepted"),
        ("pending", "denied", "link.denied"),
        ("denied", "pending", "link.reopened"),
        ("accepted", "blocked", "link.blocked"),
    ],
)
def test_the_consumer_alone_is_told_of_a_decision(world, start, to, kind):
    Link.objects.update(status=start)
    told()
    assert world.as_("manager").patch(f"/links/{world.link.pk}/status", {"status": to}).status_code == 200
    assert told() == [(kind, world.consumer.user_id)]
    event = DomainEvent.objects.get(aggregate_id=world.link.pk)
    assert (event.event_type, event.actor_id) == (f"link.{to}", world.manager.user_id)


def test_lists_show_each_side_its_own_links_newest_first(world):
    second = LinkFactory(consumer=world.consumer, supplier=world.rival, status="pending")
    third = LinkFactory(consumer=world.other_consumer, supplier=world.supplier, status="denied")

    def ids(who, path, **query):
        return [item["id"] for item in world.as_(who).get(path, **query).json()["items"]]

    first = str(world.link.pk)
    assert ids("consumer", "/links") == [str(second.pk), first]
    assert ids("consumer", "/links", status="pending") == [str(second.pk)]
    assert ids("other_consumer", "/links") == [str(third.pk)]
    assert ids("owner", "/links/incoming") == ids("manager", "/links/incoming") == [str(third.pk), first]
    assert ids("owner", "/links/incoming", status="accepted") == [first]
    assert ids("rival_manager", "/links/incoming") == [str(second.pk)]
    for who, path in (("consumer", "/links"), ("owner", "/links/incoming")):
        assert problem(world.as_(who).get(path, status="lost")) == (422, "validation_error")


def test_wrong_bodies_are_told_before_the_role(world):
    for body in ({}, {"supplier_id": 7}, {"supplier_id": None}, []):
        assert problem(world.as_("sales").post("/links/requests", body)) == (422, "validation_error")

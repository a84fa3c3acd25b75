"""Every move from every state: the tables of the contract against the API, the row read again each time."""

from itertools import product

import pytest

from supply.models import Notification
from tests.supply.world import undone

pytestmark = pytest.mark.django_db

LINKS = ("pending", "accepted", "denied", "blocked")
LEGAL_LINKS = {
    ("pending", "accepted"),
    ("pending", "denied"),
    ("denied", "pending"),
    ("accepted", "blocked"),
}
ORDERS = ("pending", "accepted", "rejected", "in_progress", "completed")
LEGAL_ORDERS = {
    ("pending", "accepted"),
    ("pending", "rejected"),
    ("accepted", "in_progress"),
    ("in_progress", "completed"),
}
COMPLAINTS = ("open", "escalated", "resolved")
LEGAL_COMPLAINTS = {("open", "escalated"), ("open", "resolved"), ("escalated", "resolved")}

CASES = [
    *(("link", "/links", pair, pair in LEGAL_LINKS) for pair in product(LINKS, LINKS)),
    *(("order", "/orders", pair, pair in LEGAL_ORDERS) for pair in product(ORDERS, ORDERS)),
    *(
        ("complaint", "/complaints", pair, pair in LEGAL_COMPLAINTS)
        for pair in product(COMPLAINTS, COMPLAINTS)
    ),
]


def put(row, status):
    """Bring a row into a state, whatever the rules say of the way there."""
    fields = {"status": status}
    if hasattr(row, "resolution"):
        fields["resolution"] = "It was refunded" if status == "resolved" else None
    type(row).objects.filter(pk=row.pk).update(**fields)


def state(row):
    return type(row).objects.filter(pk=row.pk).values().get()


@pytest.mark.parametrize("who", ["owner", "manager"])
@pytest.mark.parametrize("machine", ["link", "order", "complaint"])
def test_every_move_from_every_state(world, machine, who):
    if machine == "complaint" and who == "owner":
        world.complaint.manager = world.people["owner"]
        world.complaint.save()
    row, caller = getattr(world, machine), world.as_(who)
    for name, path, (start, to), legal in CASES:
        if name != machine:
            continue
        with undone():
            put(row, start)
            before, told = state(row), Notification.objects.count()
            body = {"status": to, "resolution": "It was refunded"}
            response = caller.patch(f"{path}/{row.pk}/status", body)
            if legal:
                assert (response.status_code, response.json()["status"]) == (200, to), (start, to)
                assert state(row)["status"] == to
                assert Notification.objects.count() > told
                assert response.headers["ETag"] != ""
            else:
                problem = response.json()
                assert response.status_code == 400, (start, to)
                assert (problem["code"], problem["from"], problem["to"]) == ("illegal_transition", start, to)
                assert problem["detail"] == f"Not possible from {start} to {to}."
                assert (state(row), Notification.objects.count()) == (before, told)


@pytest.mark.parametrize("machine", ["link", "order", "complaint"])
def test_states_that_are_none(world, machine):
    row, caller = getattr(world, machine), world.as_("manager")
    before = state(row)
    for body in ({}, {"status": None}, {"status": 1}, {"status": "lost"}, {"status": ["pending"]}, []):
        response = caller.patch(f"/{machine}s/{row.pk}/status", body)
        assert (response.status_code, response.json()["code"]) == (422, "validation_error"), body
    assert state(row) == before


@pytest.mark.parametrize("text", [None, "", "   ", "\n\t"])
def test_resolving_needs_words_and_the_move_is_checked_first(world, text):
    caller, path = world.as_("manager"), f"/complaints/{world.complaint.pk}/status"
    for start in ("open", "escalated"):
        put(world.complaint, start)
        response = caller.patch(path, {"status": "resolved", "resolution": text})
        assert (response.status_code, response.json()["code"]) == (400, "resolution_required")
        assert (state(world.complaint)["status"], state(world.complaint)["resolution"]) == (start, None)
    put(world.complaint, "resolved")
    response = caller.patch(path, {"status": "resolved", "resolution": text})
    assert (response.status_code, response.json()["code"]) == (400, "illegal_transition")


def test_escalating_leaves_the_resolution_empty(world):
    path = f"/complaints/{world.complaint.pk}/status"
    response = world.as_("sales").patch(path, {"status": "escalated", "resolution": "not yet"})
    assert (response.status_code, response.json()["resolution"]) == (200, None)


@pytest.mark.parametrize(
    ("machine", "to"), [("link", "blocked"), ("order", "accepted"), ("complaint", "escalated")]
)
def test_if_match_is_honoured_and_never_required(world, machine, to):
    row, caller = getattr(world, machine), world.as_("manager")
    path = f"/{machine}s/{row.pk}"
    seen = caller.get(path).headers["ETag"].strip('"')
    before = state(row)
    response = caller.patch(f"{path}/status", {"status": to}, seen="1")
    assert (response.status_code, response.json()["code"]) == (412, "version_conflict")
    assert state(row) == before
    response = caller.patch(f"{path}/status", {"status": to}, seen=seen)
    assert response.status_code == 200
    assert response.headers["ETag"] == caller.get(path).headers["ETag"] != f'"{seen}"'
    response = caller.patch(f"{path}/status", {"status": to}, seen=seen)
    assert response.status_code == 412
    unchanged = caller.client.get(
        f"/api/v1/supply{path}", headers={"If-None-Match": caller.get(path).headers["ETag"]}
    )
    # A link shows the names of its sides, which change without it.
    assert unchanged.status_code == (200 if machine == "link" else 304)


def test_a_block_stops_new_orders_and_the_catalogue_and_leaves_old_orders_alone(world):
    consumer, manager = world.as_("consumer"), world.as_("manager")
    body = {
        "supplier_id": str(world.supplier.pk),
        "items": [{"product_id": str(world.product.pk), "qty": 1}],
    }
    catalog = f"/catalog?supplier_id={world.supplier.pk}"
    assert (consumer.post("/orders", body).status_code, consumer.get(catalog).status_code) == (201, 200)
    assert manager.patch(f"/links/{world.link.pk}/status", {"status": "blocked"}).status_code == 200
    assert (consumer.post("/orders", body).status_code, consumer.get(catalog).status_code) == (403, 403)
    assert consumer.get(f"/orders/{world.order.pk}").status_code == 200
    assert consumer.get("/orders").json()["total"] == 2
    for status in ("accepted", "in_progress", "completed"):
        assert (
            manager.patch(f"/orders/{world.order.pk}/status", {"status": status}).status_code,
            consumer.get(f"/orders/{world.order.pk}").json()["status"],
        ) == (200, status)

"""P-7: the trail on the pages of bookings, customers and chefs, as far as the reader may read it."""

import pytest
from django.test import Client
from django.urls import reverse

from bookings.admin.trail_words import facts_of, title_of
from bookings.models import Booking
from bookings.services.chefs import ChefChanges, update_chef
from bookings.services.customers import CustomerChanges, update_customer
from bookings.services.life_cycle import hold_booking
from bookings.services.reschedules import Reschedule, reschedule_booking
from common.ports import audit_trail
from identity.models import StationAuditLog
from identity.selectors import actor_for
from tests.bookings.parties import make_booking, make_chef
from tests.common.admin.world_rows import soon

pytestmark = pytest.mark.django_db
ZONE = "America/Los_Angeles"


@pytest.fixture
def party(world):
    return make_booking(world.a.station, date=soon(days=20).date(), created_at=soon(days=-1))


def trail(user, record):
    client = Client()
    client.force_login(user, backend="identity.backends.StaffBackend")
    name = f"admin:bookings_{record._meta.model_name}_change"
    answer = client.get(reverse(name, args=[record.pk]))
    assert answer.status_code == 200
    return answer.context["trail"]


def told(user, record):
    return [(entry.title, entry.who, entry.rights, entry.reason) for entry in trail(user, record)]


def hold(world, party, by):
    return hold_booking(
        booking=Booking.objects.get(pk=party.pk),
        reason="waits for the insurance",
        expected_version=None,
        by=actor_for(by),
        at=soon(),
    )


def test_an_act_is_one_line_with_its_rights_and_its_reason(world, party):
    hold(world, party, world.support)
    assert told(world.admin, party) == [
        ("Put on hold", "Sue Support", "booking.hold", "waits for the insurance")
    ]


def test_who_may_not_read_the_audit_log_sees_the_event_alone(world, party):
    hold(world, party, world.support)
    assert told(world.manager, party) == [("Put on hold", "Sue Support", "", "")]
    assert [entry.is_audit for entry in trail(world.manager, party)] == [False]
    assert told(world.support, party) == [
        ("Put on hold", "Sue Support", "booking.hold", "waits for the insurance")
    ]


def test_lines_stand_in_the_order_of_time_the_newest_first(world, party):
    hold(world, party, world.support)
    reschedule_booking(
        booking=Booking.objects.get(pk=party.pk),
        move=Reschedule(date=party.date, slot=party.slot.replace(hour=18)),
        expected_version=None,
        by=actor_for(world.manager),
        at=soon(seconds=5),
    )
    lines = trail(world.admin, party)
    assert [entry.title for entry in lines] == ["Moved", "Put on hold"]
    assert lines[0].facts[0] == f"{party.date}, 12:00 → {party.date}, 18:00"
    assert [entry.at for entry in lines] == sorted((entry.at for entry in lines), reverse=True)


def test_audit_rows_without_an_event_are_told_too(world, party):
    audit_trail.get().record(
        action="view",
        resource_type="booking",
        resource_id=str(party.pk),
        by=actor_for(world.admin),
        station_id=world.a.station.pk,
        permissions=["pii.reveal"],
        details={"fields": ["address", "customer_phone"]},
        reason="calling back about the venue",
        success=False,
    )
    (line,) = trail(world.admin, party)
    assert (line.title, line.facts, line.reason) == (
        "Refused: View",
        ["fields address, customer phone"],
        "calling back about the venue",
    )
    assert trail(world.manager, party) == []


def test_equal_acts_are_paired_by_their_time(world, party):
    station, by = world.a.station, actor_for(world.support)
    hold(world, party, world.support)
    row = StationAuditLog.objects.get(resource_id=str(party.pk))
    audit_trail.get().record(
        action="update",
        resource_type="booking",
        resource_id=str(party.pk),
        by=by,
        station_id=station.pk,
        details=row.details,
        reason="a twin of another day",
    )
    twins = StationAuditLog.objects.filter(resource_id=str(party.pk))
    assert twins.count() == 2
    reasons = [(line.title, line.reason) for line in trail(world.admin, party)]
    assert sorted(reasons) == [
        ("Put on hold", "a twin of another day"),
        ("Put on hold", "waits for the insurance"),
    ]


def test_customers_and_chefs_have_their_trail(world):
    by = actor_for(world.admin)
    customer, chef = world.a.rows["customer"], world.a.rows["chef"]
    update_customer(customer=customer, changes=CustomerChanges(notes="likes it spicy"), by=by, at=soon())
    update_chef(chef=chef, changes=ChefChanges(buffer_setup_minutes=45), by=by, at=soon())
    (of_customer,) = trail(world.admin, customer)
    assert (of_customer.title, of_customer.facts, of_customer.rights) == (
        "Customer updated",
        ["changed notes"],
        "customer.update",
    )
    assert [line.who for line in trail(world.admin, chef)] == ["Adam Admin"]
    assert "likes it spicy" not in str([line.facts for line in trail(world.admin, customer)])


def test_a_chef_of_every_station_is_told_in_the_companys_zone(world):
    chef = make_chef(None)
    update_chef(chef=chef, changes=ChefChanges(buffer_setup_minutes=45), by=actor_for(world.owner), at=soon())
    assert trail(world.owner, chef)[0].when.endswith(("PST", "PDT"))


def test_the_number_of_queries_does_not_grow(world, party, django_assert_max_num_queries):
    client, counts = Client(), []
    client.force_login(world.admin, backend="identity.backends.StaffBackend")
    address = reverse("admin:bookings_booking_change", args=[party.pk])
    client.get(address)
    for times in (1, 3):
        for _ in range(times):
            audit_trail.get().record(
                action="view",
                resource_type="booking",
                resource_id=str(party.pk),
                by=actor_for(world.admin),
                station_id=world.a.station.pk,
            )
        with django_assert_max_num_queries(30) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("payload", "facts"),
    [
        ({"reference": "MH-1", "chef_id": None, "waived": False}, []),
        ({"from": "deposit_pending", "to": "confirmed"}, ["deposit pending → confirmed"]),
        ({"total_cents": 60_000, "fee_cents": 0}, ["total $600.00", "fee $0.00"]),
        ({"deposit_locked": True}, ["deposit locked"]),
        ({"changed": ["adults", "kids"]}, ["changed adults, kids"]),
        (
            {"changed": {"price": {"old": 1, "new": None}, "notes": "changed"}},
            ["price: 1 → none", "notes changed"],
        ),
        (
            {"old": {"date": "2026-06-06", "slot": "12:00:00", "lane": 1}, "new": {"chef": "none"}},
            ["2026-06-06, 12:00 → none"],
        ),
        ({"seen": "2026-06-06T19:00:00Z"}, ["seen Sat 06 Jun 2026, 12:00 PDT"]),
        ({"note": "ST-TWO", "terms": {"role": "admin"}}, ["note ST-TWO", "terms role admin"]),
        ({"customer": "01a1ff25-303c-72f2-ace3-128331b2a9c9"}, []),
    ],
)
def test_payloads_in_words(payload, facts):
    assert facts_of(payload, ZONE) == facts


def test_events_in_words():
    assert [title_of(name) for name in ("booking.no_show", "lead.status_changed")] == [
        "Nobody was there",
        "Lead status changed",
    ]

"""Section 15.2, row /bookings: what is decided, by whom, and what the API answers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from bookings.models import Booking, Deposit, SlotClaim
from events.upcasters import Upcaster, upcasters
from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import make_actor, make_booking, make_chef, make_customer, make_user
from tests.factories.bookings import NOW, make_selling_station

pytestmark = pytest.mark.django_db
REASON = "The birthday was moved"
ASK = {"reason": REASON, "reason_code": "customer_request"}
BODIES = {
    "reschedule": {"date": "2027-06-01", "slot": "18:00"},
    "request-cancellation": ASK,
    "approve-cancellation": {},
    "reject-cancellation": {"reason": REASON},
    "correct": {"reason": REASON},
    "reinstate": {"reason": REASON},
    "restore": {},
    "adjust": {"amount_cents": -500, "reason": REASON},
}
BY_HOSTS = {"reschedule", "request-cancellation"}
BY_ADMINS = {"correct", "reinstate", "restore"}


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=5)


@pytest.fixture
def caller(station):
    return Caller(make_actor(stations=[station]))


@pytest.fixture
def admin(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link="admin"))


@pytest.fixture
def host():
    user = make_user(UserRole.CUSTOMER, email="ann@example.com", email_verified_at=NOW)
    return Caller(make_actor(UserRole.CUSTOMER, user=user))


def soon(days=30):
    return timezone.localdate() + timedelta(days=days)


def party(station, **values):
    return make_booking(station, **{"date": soon(), "created_at": timezone.now(), **values})


def act(caller, booking, action, body=None, *, seen=1):
    return caller.post(
        f"/bookings/{booking.pk}/{action}", BODIES[action] if body is None else body, seen=seen
    )


def test_bk13_reschedule(station, caller):
    booking = party(station)
    body = {"date": soon(40).isoformat(), "slot": "18:00"}
    moved = act(caller, booking, "reschedule", body)
    assert (moved.status_code, moved.headers["ETag"]) == (200, '"2"')
    assert (moved.json()["date"], moved.json()["slot"], moved.json()["status"]) == (
        body["date"],
        "18:00",
        "deposit_pending",
    )
    again = act(caller, booking, "reschedule", body, seen=2)
    assert (problem(again), pointers(again)) == ((400, "validation_error"), ["/slot"])


def test_bk13_a_taken_slot_names_others(station, caller):
    station.slot_capacity = 1
    station.save()
    party(station, date=soon(40))
    lost = act(caller, party(station), "reschedule", {"date": soon(40).isoformat(), "slot": "12:00"})
    assert problem(lost) == (409, "slot_taken")
    assert (len(lost.json()["alternatives"]), lost.json()["lead_captured"]) == (6, False)


def test_bk9_bk10_two_steps(station, caller, host):
    other = Caller(make_actor(stations=[station]))
    booking = party(station, status="confirmed")
    wrong = act(
        caller, booking, "request-cancellation", {"reason": "short", "reason_code": "deposit_timeout"}
    )
    assert pointers(wrong) == ["/reason", "/reason_code"]
    asked = act(caller, booking, "request-cancellation")
    assert (asked.json()["status"], asked.json()["cancellation_status"]) == ("confirmed", "requested")
    assert problem(act(caller, booking, "request-cancellation", seen=2)) == (
        409,
        "cancellation_already_requested",
    )
    assert problem(act(caller, booking, "approve-cancellation", seen=2)) == (403, "self_approval_forbidden")
    rejected = act(other, booking, "reject-cancellation", seen=2)
    assert rejected.json()["cancellation_status"] == "rejected"
    act(caller, booking, "request-cancellation", seen=3)
    gone = act(other, booking, "approve-cancellation", {"note": "By phone"}, seen=4)
    assert (gone.json()["status"], gone.json()["cancellation_status"]) == ("cancelled", "approved")
    assert not SlotClaim.objects.exists()


def test_bk9_a_host_cancels_an_unpaid_booking_at_once(station, host):
    booking = party(station, customer=make_customer(station, email="ann@example.com"))
    gone = act(host, booking, "request-cancellation")
    assert (gone.status_code, gone.json()["status"], gone.json()["version"]) == (200, "cancelled", 3)
    assert Deposit.objects.get().status == "waived"


def test_bk9_too_late(station, host):
    booking = party(
        station,
        customer=make_customer(station, email="ann@example.com"),
        starts_at=timezone.now() + timedelta(hours=23),
    )
    assert problem(act(host, booking, "request-cancellation")) == (422, "cancellation_too_late")
    assert problem(act(host, booking, "reschedule", {"date": soon(40).isoformat(), "slot": "18:00"})) == (
        422,
        "edit_cutoff_passed",
    )


def test_t9_correct(station, admin):
    start = timezone.now() - timedelta(days=2)
    booking = party(station, status="completed", starts_at=start, date=start.date())
    assert act(admin, booking, "correct").json()["status"] == "no_show"
    assert problem(act(admin, booking, "correct", seen=2)) == (409, "invalid_transition")


def test_t10_reinstate(station, admin):
    booking = party(
        station, status="cancelled", cancelled_at=timezone.now(), cancellation_reason_code="other"
    )
    back = act(admin, booking, "reinstate")
    assert (back.json()["status"], back.json()["cancellation_status"]) == ("new", None)
    assert SlotClaim.objects.get().booking_id == booking.pk


def test_bk19_delete_and_restore(station, admin):
    booking = party(
        station, status="cancelled", cancelled_at=timezone.now(), cancellation_reason_code="other"
    )
    path = f"/bookings/{booking.pk}"
    assert problem(admin.delete(path, {"reason": REASON})) == (428, "precondition_required")
    assert pointers(admin.delete(path, {}, seen=1)) == ["/reason"]
    assert admin.delete(path, {"reason": REASON}, seen=1).status_code == 204
    assert problem(admin.get(path)) == (404, "not_found")
    assert admin.get("/bookings").json()["results"] == []
    back = act(admin, booking, "restore", seen=2)
    assert (back.status_code, back.json()["status"]) == (200, "cancelled")
    assert admin.get(path).status_code == 200
    live = party(station)
    assert problem(admin.delete(f"/bookings/{live.pk}", {"reason": REASON}, seen=1)) == (
        409,
        "invalid_transition",
    )
    admin.delete(path, {"reason": REASON}, seen=3)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert problem(act(admin, booking, "restore", seen=4)) == (410, "restore_window_passed")


def test_bk19_customers(station, admin):
    customer = make_customer(station)
    path = f"/customers/{customer.pk}"
    tag = admin.get(path).headers["ETag"].strip('"')
    assert admin.delete(path, {"reason": REASON}, seen=tag).status_code == 204
    assert problem(admin.get(path)) == (404, "not_found")
    assert problem(admin.post(f"{path}/restore", seen=tag)) == (412, "version_conflict")
    customer.refresh_from_db()
    stamp = int(customer.updated_at.timestamp() * 1_000_000)
    back = admin.post(f"{path}/restore", seen=stamp)
    assert (back.status_code, back.json()["id"]) == (200, str(customer.pk))
    assert admin.get(path).status_code == 200
    assert problem(admin.post(f"/customers/{uuid4()}/restore", seen=1)) == (404, "not_found")


def test_q17_adjust(station, caller):
    booking = party(station)
    adjusted = act(caller, booking, "adjust")
    assert (adjusted.status_code, adjusted.json()["version"]) == (200, 2)
    assert pointers(act(caller, booking, "adjust", {"amount_cents": 0, "reason": REASON}, seen=2)) == [
        "/amount_cents"
    ]
    assert pointers(
        act(caller, booking, "adjust", {"amount_cents": -90_000_00, "reason": REASON}, seen=2)
    ) == ["/amount_cents"]


@pytest.mark.parametrize("action", sorted(BODIES))
def test_bk3_every_decision_compares_the_version(station, caller, admin, action):
    booking = party(station, version=3)
    who = admin if action in BY_ADMINS else caller
    assert problem(who.post(f"/bookings/{booking.pk}/{action}", BODIES[action])) == (
        428,
        "precondition_required",
    )
    stale = act(who, booking, action, seen=2)
    assert (problem(stale), stale.json()["current_version"]) == ((412, "version_conflict"), 3)
    assert Booking.objects.get().version == 3


@pytest.mark.parametrize("action", sorted(BODIES))
def test_r4_who_decides(station, host, action):
    chef = make_chef(station)
    cook = Caller(
        make_actor(UserRole.CHEF, user=make_user(UserRole.CHEF, email=chef.email, email_verified_at=NOW))
    )
    mine = party(station, customer=make_customer(station, email="ann@example.com"), chef=chef)
    desk = Caller(make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support"))
    manager = Caller(make_actor(stations=[station]))
    stranger = Caller(make_actor(stations=[make_selling_station()]))
    forbidden, unknown = (403, "permission_denied"), (404, "not_found")
    assert problem(act(cook, mine, action)) == forbidden
    hidden = forbidden if action in BY_ADMINS else unknown
    assert problem(act(stranger, mine, action)) == hidden
    if action not in BY_HOSTS:
        assert problem(act(host, mine, action)) == forbidden
    if action not in BY_HOSTS:
        assert problem(act(desk, mine, action)) == forbidden
    if action in BY_ADMINS:
        assert problem(act(manager, mine, action)) == forbidden
    assert Booking.objects.get().version == 1


def test_bk16_recommendations(station, caller, host):
    ken, mai = make_chef(station, name="Ken"), make_chef(station, name="Mai")
    booking = party(
        station,
        chef=ken,
        customer=make_customer(station, email="ann@example.com"),
        metadata={"requested_chef_id": str(mai.pk)},
    )
    path = f"/bookings/{booking.pk}/chef-recommendations"
    found = caller.get(path).json()["results"]
    assert [(row["name"], row["excluded"]) for row in found] == [("Mai", None), ("Ken", None)]
    parts = found[0]["parts"]
    assert (parts["requested"], parts["skill"], parts["rating"]) == ("50.00", "20.00", "11.25")
    cook = Caller(
        make_actor(UserRole.CHEF, user=make_user(UserRole.CHEF, email=ken.email, email_verified_at=NOW))
    )
    assert [row["name"] for row in cook.get(path).json()["results"]] == ["Ken"]
    assert host.get(path).json() == {"results": []}


def test_events(station, caller, host):
    booking = party(station, customer=make_customer(station, email="ann@example.com"))
    act(caller, booking, "request-cancellation")
    path = f"/bookings/{booking.pk}/events"
    row = caller.get(path).json()["results"][0]
    assert (row["version"], row["event_type"], row["actor_type"]) == (
        1,
        "booking.cancellation_requested",
        "user",
    )
    assert row["payload"]["reason_code"] == "customer_request"
    seen_by_host = host.get(path).json()["results"][0]
    assert (seen_by_host["event_type"], seen_by_host["payload"], seen_by_host["actor_id"]) == (
        "booking.cancellation_requested",
        None,
        None,
    )
    assert problem(Caller(make_actor(stations=[make_selling_station()])).get(path)) == (404, "not_found")


def test_e3_history_tells_in_the_newest_shape(station, caller):
    booking = party(station, customer=make_customer(station, email="ann@example.com"))
    act(caller, booking, "request-cancellation")
    step = upcasters.register(
        "bookings",
        Upcaster(
            event_type="booking.cancellation_requested",
            from_version=1,
            lift=lambda old: {"why": old["reason_code"]},
        ),
    )
    try:
        row = caller.get(f"/bookings/{booking.pk}/events").json()["results"][0]
    finally:
        upcasters.remove("bookings", step)
    assert row["payload"] == {"why": "customer_request"}


@pytest.mark.parametrize("count", [1, 3])
def test_api10_events_and_reminders_take_constant_queries(station, caller, count, django_assert_num_queries):
    booking = party(station)
    for number in range(count):
        body = {"amount_cents": 100, "reason": REASON}
        act(caller, booking, "adjust", body, seen=number + 1)
        add = reminder(hours=number + 1)
        assert caller.post(f"/bookings/{booking.pk}/reminders", add).status_code == 201
    with django_assert_num_queries(2):
        assert len(caller.get(f"/bookings/{booking.pk}/events").json()["results"]) == count * 2
    with django_assert_num_queries(2):
        assert len(caller.get(f"/bookings/{booking.pk}/reminders").json()["results"]) == count


def reminder(**delta):
    at = timezone.now().replace(microsecond=0) + timedelta(**delta)
    return {
        "reminder_type": "email",
        "scheduled_for": at.isoformat(),
        "message": "Please keep the dog inside",
    }


def test_bk18_reminders(station, caller, host):
    booking = party(station, customer=make_customer(station, email="ann@example.com"))
    path = f"/bookings/{booking.pk}/reminders"
    body = reminder(hours=2)
    made = caller.post(path, body)
    assert (made.status_code, made.json()["purpose"], made.json()["status"]) == (201, "custom", "pending")
    assert problem(caller.post(path, body)) == (409, "duplicate")
    assert pointers(caller.post(path, reminder(hours=-1))) == ["/scheduled_for"]
    assert [row["id"] for row in caller.get(path).json()["results"]] == [made.json()["id"]]
    one = f"{path}/{made.json()['id']}"
    assert problem(host.get(path)) == problem(host.delete(one)) == (403, "permission_denied")
    assert caller.delete(one).status_code == 204
    assert problem(caller.delete(one)) == (409, "invalid_transition")
    assert problem(caller.delete(f"{path}/{uuid4()}")) == (404, "not_found")
    assert caller.get(path).json()["results"][0]["status"] == "cancelled"


def test_bk15_travel_and_override(station, caller):
    chef = make_chef(station)
    day = soon()
    party(station, date=day, chef=chef)
    far = party(station, date=day, slot=timezone.datetime(2000, 1, 1, 15).time(), postal_code="95825")
    path = f"/bookings/{far.pk}/assign-chef"
    refused = caller.post(path, {"chef_id": str(chef.pk)}, seen=1)
    assert problem(refused) == (409, "chef_travel_conflict")
    passed = caller.post(path, {"chef_id": str(chef.pk), "override": True}, seen=1)
    assert (passed.status_code, passed.json()["chef_id"]) == (200, str(chef.pk))

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.api.answers.bookings import BookingRow
from bookings.models import Booking, MenuItem, PricingTier
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.bookings.parties import (
    DAY,
    NOW,
    make_actor,
    make_booking,
    make_chef,
    make_customer,
    make_station,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station(slot_capacity=5)


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


@pytest.fixture
def caller(manager):
    return Caller(manager)


def host_of(email):
    user = make_user(UserRole.CUSTOMER, email=email, email_verified_at=NOW)
    return Caller(make_actor(UserRole.CUSTOMER, user=user))


def cook_of(chef):
    user = make_user(UserRole.CHEF, email=chef.email, email_verified_at=NOW)
    return Caller(make_actor(UserRole.CHEF, user=user))


def soon():
    """A date far enough for everybody's lead time."""
    return timezone.localdate() + timedelta(days=20)


def order(station, **values):
    return {
        "station_id": str(station.pk),
        "date": soon().isoformat(),
        "slot": "12:00",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "5105550111",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "adults": 10,
        "allergens": ["none"],
        **values,
    }


@pytest.fixture
def prices():
    PricingTier.objects.create(
        name="Standard",
        level="standard",
        base_price_cents=55_000,
        price_per_guest_cents=5_500,
        kid_price_cents=3_000,
    )
    MenuItem.objects.create(code="chicken", name="Chicken", category="poultry")


def test_a_row_of_the_list(station, caller):
    customer = make_customer(station, first_name="Ann", last_name="Lee", email="ann@example.com")
    booking = make_booking(station, customer=customer)
    body = caller.get("/bookings").json()
    assert body == {
        "results": [
            {
                "id": str(booking.pk),
                "reference": booking.reference,
                "status": "deposit_pending",
                "station_id": str(station.pk),
                "date": "2026-06-06",
                "slot": "12:00",
                "starts_at": "2026-06-06T19:00:00.000000Z",
                "ends_at": "2026-06-06T20:24:00.000000Z",
                "zone": "primary",
                "party_adults": 8,
                "party_kids": 0,
                "party_toddlers": 0,
                "chef_id": None,
                "version": 1,
                "customer_id": str(customer.pk),
                "postal_code": "94539",
                "total_due_cents": 60_000,
                "deposit_due_cents": 10_000,
                "currency": "USD",
                "customer_deposit_deadline": "2026-05-01T21:00:00.000000Z",
                "cancellation_status": None,
                "created_at": "2026-05-01T19:00:00.000000Z",
                "lane": 1,
                "source": "website",
                "is_urgent": False,
                "hold_on_request": False,
                "first_name": "Ann",
                "last_name": "Lee",
            }
        ],
        "next": None,
        "previous": None,
    }
    assert "ann@example.com" not in str(body)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("as_host", "queries"), [(False, 1), (True, 2)])
def test_api10_the_list_runs_a_constant_number_of_queries(
    station, manager, rows, as_host, queries, django_assert_num_queries
):
    customer = make_customer(station, email="ann@example.com")
    for lane in range(1, rows + 1):
        make_booking(station, customer=customer, lane=lane, chef=make_chef(station))
        Booking.objects.update(chef=None)
    caller = host_of("ann@example.com") if as_host else Caller(manager)
    with django_assert_num_queries(queries):
        response = caller.get("/bookings")
    assert len(response.json()["results"]) == rows


def test_api5_filters_and_search(station, caller):
    ann = make_customer(station, email="ann@example.com", phone="+15105550111")
    chef = make_chef(station)
    first = make_booking(station, customer=ann, chef=chef)
    second = make_booking(station, date=DAY + timedelta(days=1), status="confirmed")
    third = make_booking(station, lane=2, status="completed")

    def found(**query):
        response = caller.get("/bookings", **query)
        assert response.status_code == 200, response.content
        return [row["id"] for row in response.json()["results"]]

    newest_first = [str(row.pk) for row in (third, second, first)]
    assert found() == newest_first
    assert found(limit=2) == newest_first[:2]
    assert found(status="confirmed") == [str(second.pk)]
    assert found(status__in="confirmed,completed") == newest_first[:2]
    assert found(date=DAY.isoformat()) == [str(third.pk), str(first.pk)]
    assert found(date__gte="2026-06-07") == [str(second.pk)]
    assert found(date__lt="2026-06-07") == [str(third.pk), str(first.pk)]
    assert found(chef_id=str(chef.pk)) == [str(first.pk)]
    assert found(customer_id=str(ann.pk)) == [str(first.pk)]
    assert found(station_id=str(station.pk)) == newest_first
    assert found(station_id__in=f"{station.pk},{ann.pk}") == newest_first
    assert found(created_at__gte="2026-05-02T00:00:00Z") == []
    assert found(created_at__lt="2026-05-02T00:00:00Z") == newest_first
    assert found(ordering="date") == [str(row.pk) for row in (first, third, second)]
    assert found(q=first.reference.lower()) == [str(first.pk)]
    assert found(q="ANN@example.com") == found(q="(510) 555-0111") == [str(first.pk)]
    assert found(q="nobody@example.com") == found(q="ann") == []


def test_api4_pages_follow_each_other_and_come_back(station, caller):
    newest_first = [str(make_booking(station, lane=lane).pk) for lane in range(1, 6)][::-1]

    def follow(page, link):
        response = caller.client.get(page[link])
        assert response.status_code == 200, response.content
        return response.json()

    first = caller.get("/bookings", limit=2).json()
    second = follow(first, "next")
    third = follow(second, "next")
    pages = [[row["id"] for row in page["results"]] for page in (first, second, third)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert (first["previous"], third["next"]) == (None, None)
    assert follow(second, "previous")["results"] == first["results"]
    assert problem(caller.get("/bookings", limit=0)) == (400, "validation_error")
    assert problem(caller.get("/bookings", cursor="x")) == (400, "invalid_cursor")


def test_the_first_page_is_that_of_any_other_statement(station, caller):
    for lane in range(1, 4):
        make_booking(station, lane=lane)
    quick = caller.get("/bookings").json()["results"]
    assert quick == caller.get("/bookings", ordering="-created_at").json()["results"]
    assert quick == caller.get("/bookings", created_at__gte="2020-01-01T00:00:00Z").json()["results"]
    assert set(quick[0]) == BookingRow().fields.keys()


def test_r4_staff_without_a_station_see_nothing(station):
    make_booking(station)
    assert Caller(make_actor()).get("/bookings").json()["results"] == []
    assert Caller(make_actor()).get("/bookings", status="new").json()["results"] == []


def test_r4_statements_are_kept_per_actor(station):
    elsewhere = make_station()
    make_booking(station)
    make_booking(elsewhere)
    callers = [
        Caller(make_actor(stations=stations)) for stations in ([station], [elsewhere], [station, elsewhere])
    ] + [Caller(make_actor(UserRole.SUPER_ADMIN))]
    for _round in range(2):
        assert [len(caller.get("/bookings").json()["results"]) for caller in callers] == [1, 1, 2, 2]


def test_api1_unknown_and_wrong_parameters(caller):
    assert problem(caller.get("/bookings", colour="red")) == (400, "unknown_parameter")
    for query in ({"status": "gone"}, {"date": "2026-02-31"}, {"station_id": "x"}, {"ordering": "email"}):
        assert problem(caller.get("/bookings", **query)) == (400, "validation_error")
    assert problem(caller.get("/bookings", q="a\x00b")) == (400, "validation_error")


def test_r4_nobody_sees_another_stations_bookings(station, caller):
    other = make_booking(make_station())
    make_booking(station, status="completed", deleted_at=NOW, delete_reason="Entered twice")
    assert caller.get("/bookings").json()["results"] == []
    assert caller.get("/bookings", q=other.reference).json()["results"] == []
    for response in (
        caller.get(f"/bookings/{other.pk}"),
        caller.get(f"/bookings/{other.pk}/explain"),
        caller.patch(f"/bookings/{other.pk}", {"adults": 9}, seen=1),
        caller.post(f"/bookings/{other.pk}/hold", {"reason": "Waits for a cheque"}, seen=1),
    ):
        assert problem(response) == (404, "not_found")


def test_r4_guests_and_suppliers_are_refused():
    assert problem(Caller().get("/bookings")) == (401, "not_authenticated")
    supplier = make_actor_without_rights()
    assert problem(Caller(supplier).get("/bookings")) == (403, "permission_denied")


def make_actor_without_rights():
    from identity.actors import UserActor

    return UserActor(id=make_user(UserRole.CONSUMER).pk, role=UserRole.CONSUMER)


def test_p3_a_detail_is_clear_and_audited(station, caller, manager):
    customer = make_customer(station, email="ann@example.com", phone="+15105550111")
    booking = make_booking(
        station,
        customer=customer,
        special_requests="Ring twice",
        notes="Knows us",
        menu_items=[{"kind": "protein", "code": "chicken", "quantity": 16}],
        metadata={"requested_time": "12:30", "quote": {"lines": []}},
    )
    response = caller.get(f"/bookings/{booking.pk}")
    body = response.json()
    assert response.headers["ETag"] == '"1"'
    assert {
        name: body[name]
        for name in ("email", "phone", "address", "allergens", "special_requests", "notes", "menu_items")
    } == {
        "email": "ann@example.com",
        "phone": "+15105550111",
        "address": "5 Oak Ave, Fremont",
        "allergens": ["none"],
        "special_requests": "Ring twice",
        "notes": "Knows us",
        "menu_items": [{"kind": "protein", "code": "chicken", "quantity": 16}],
    }
    assert (body["paid_cents"], body["balance_cents"], body["requested_time"]) == (0, 60_000, "12:30")
    assert body["deposit"] == {
        "status": "pending",
        "amount_cents": 10_000,
        "payment_method": None,
        "requested_at": "2026-05-01T19:00:00Z",
        "paid_at": None,
        "settled_at": None,
    }
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.resource_type, audit.resource_id, audit.user_id, audit.details) == (
        "view",
        "booking",
        str(booking.pk),
        manager.id,
        {
            "fields": [
                "name",
                "email",
                "phone",
                "address",
                "allergens",
                "special_requests",
                "notes",
            ]
        },
    )


def test_api7_a_detail_is_answered_in_full_since_more_than_the_booking_stands_in_it(station, caller):
    """The ETag is the version for If-Match; a new phone of the customer does not change it."""
    booking = make_booking(station)
    first = caller.get(f"/bookings/{booking.pk}")
    customer = booking.customer
    customer.phone = "+15105550199"
    customer.save()
    again = caller.client.get(
        f"/api/v1/bookings/{booking.pk}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.headers["ETag"]) == (200, first.headers["ETag"])
    assert again.json()["phone"] == "+15105550199"


def test_r4_a_chef_has_no_oracle_on_contacts(station):
    """Far from the party its chef cannot ask whether a known contact has booked it."""
    chef = make_chef(station)
    customer = make_customer(station, email="ann@example.com", phone="+15105550111")
    booking = make_booking(station, customer=customer, chef=chef)
    cook = cook_of(chef)
    for query in (
        {"q": "ann@example.com"},
        {"q": "(510) 555-0111"},
        {"customer_id": str(customer.pk)},
        {"created_at__gte": "2026-01-01T00:00:00Z"},
        {"created_at__lt": "2027-01-01T00:00:00Z"},
        {"ordering": "-created_at"},
    ):
        refused = cook.get("/bookings", **query)
        assert (problem(refused), pointers(refused)) == ((400, "validation_error"), [f"/{next(iter(query))}"])
    for query in (
        {"q": booking.reference},
        {"status": "deposit_pending"},
        {"date": "2026-06-06"},
        {"ordering": "date"},
    ):
        assert [row["id"] for row in cook.get("/bookings", **query).json()["results"]] == [str(booking.pk)]
    host = host_of("ann@example.com")
    assert len(host.get("/bookings", q="ann@example.com").json()["results"]) == 1


@pytest.mark.parametrize(
    ("status", "why", "blockers", "next_action"),
    [
        ("deposit_pending", "The party is not confirmed yet.", [], None),
        ("confirmed", "The party is confirmed.", ["not_started"], "complete"),
        ("no_show", "Nobody came to the party.", [], None),
    ],
)
def test_bk20_a_chef_is_told_nothing_of_money(station, status, why, blockers, next_action):
    chef = make_chef(station)
    booking = make_booking(station, chef=chef, status=status, date=soon())
    body = cook_of(chef).get(f"/bookings/{booking.pk}/explain").json()
    assert (body["state"], body["why"]) == (status, why)
    assert [blocker["code"] for blocker in body["blockers"]] == blockers
    assert (body["next_action"] and body["next_action"]["code"]) == next_action
    assert "$" not in str(body)
    assert "eposit" not in str({**body, "state": ""})


def test_a_host_sees_own_bookings_without_internal_words(station):
    customer = make_customer(station, email="ann@example.com")
    booking = make_booking(
        station, customer=customer, notes="Difficult", hold_on_request=True, held_at=NOW, hold_reason="Cheque"
    )
    make_booking(station, lane=2)
    host = host_of("ann@example.com")
    rows = host.get("/bookings").json()["results"]
    assert [row["id"] for row in rows] == [str(booking.pk)]
    assert (rows[0]["total_due_cents"], rows[0]["hold_on_request"], rows[0]["lane"]) == (60_000, None, None)
    body = host.get(f"/bookings/{booking.pk}").json()
    assert (body["email"], body["address"], body["balance_cents"]) == (
        "ann@example.com",
        "5 Oak Ave, Fremont",
        60_000,
    )
    assert [body[name] for name in ("notes", "hold_reason", "internal_deadline", "override_reason")] == [
        None
    ] * 4


CHEF_KNOWS = {
    "id",
    "reference",
    "status",
    "station_id",
    "date",
    "slot",
    "starts_at",
    "ends_at",
    "zone",
    "party_adults",
    "party_kids",
    "party_toddlers",
    "chef_id",
    "version",
}


@pytest.mark.parametrize(
    ("ahead", "more"),
    [
        (timedelta(days=8), set()),
        (
            timedelta(days=6),
            {"first_name", "phone", "address", "allergens", "menu_items", "special_requests", "notes"},
        ),
        (timedelta(days=-2), set()),
    ],
)
def test_a_chef_knows_the_contact_only_around_the_party(station, ahead, more):
    chef = make_chef(station)
    booking = make_booking(
        station,
        chef=chef,
        starts_at=timezone.now() + ahead,
        special_requests="Ring twice",
        notes="Gate 4",
        status="confirmed",
    )
    make_booking(station, lane=2)
    cook = cook_of(chef)
    rows = cook.get("/bookings").json()["results"]
    assert [row["id"] for row in rows] == [str(booking.pk)]
    assert {name for name, value in rows[0].items() if value is not None} == CHEF_KNOWS
    body = cook.get(f"/bookings/{booking.pk}").json()
    assert {name for name, value in body.items() if value is not None} == CHEF_KNOWS | more
    assert StationAuditLog.objects.filter(action="view").count() == bool(more)


def test_t1_staff_book_for_a_customer(station, caller, prices):
    key = fresh_key()
    body = order(station, notes="Knows us", source="phone", ask_deposit=False)
    response = caller.post("/bookings", body, key=key)
    assert response.status_code == 201, response.content
    assert response.headers["ETag"] == '"1"'
    booking = Booking.objects.get()
    assert response.json() == {**caller.get("/bookings").json()["results"][0]}
    assert (booking.status, booking.notes, booking.source, booking.total_due_cents) == (
        "new",
        "Knows us",
        "phone",
        59_538,
    )
    again = caller.post("/bookings", body, key=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_au10_without_station_the_only_one_linked_is_meant(station, caller, prices):
    body = order(station)
    del body["station_id"]
    response = caller.post("/bookings", body, key=fresh_key())
    assert (response.status_code, response.json()["station_id"]) == (201, str(station.pk))
    assert response.json()["source"] == "admin"
    two = Caller(make_actor(stations=[station, make_station()]))
    response = two.post("/bookings", body, key=fresh_key())
    assert (problem(response), pointers(response)) == ((400, "validation_error"), ["/station_id"])


def test_api6_booking_needs_a_key(station, caller, prices):
    assert problem(caller.post("/bookings", order(station))) == (400, "idempotency_key_required")


def test_r4_staff_book_at_their_stations_only(caller, prices):
    response = caller.post("/bookings", order(make_station()), key=fresh_key())
    assert problem(response) == (403, "permission_denied")


def test_d5_a_taken_slot_comes_with_alternatives(caller, manager, prices):
    station = make_station()
    caller = Caller(make_actor(stations=[station]))
    assert caller.post("/bookings", order(station), key=fresh_key()).status_code == 201
    response = caller.post("/bookings", order(station, email="bea@example.com"), key=fresh_key())
    assert problem(response) == (409, "slot_taken")
    assert response.json()["alternatives"][0] == {
        "date": soon().isoformat(),
        "slot": "15:00",
        "starts_at": response.json()["alternatives"][0]["starts_at"],
    }
    assert Booking.objects.count() == 1


def test_a_host_books_for_themselves(station, prices):
    host = host_of("ann@example.com")
    response = host.post("/bookings", order(station, terms_accepted=True), key=fresh_key())
    assert response.status_code == 201, response.content
    assert (response.json()["lane"], response.json()["first_name"]) == (None, "Ann")
    assert [row["id"] for row in host.get("/bookings").json()["results"]] == [response.json()["id"]]


def test_a_host_books_neither_for_others_nor_as_staff(station, prices):
    host = host_of("ann@example.com")
    body = order(station, email="bea@example.com", terms_accepted=True, notes="x", ask_deposit=False)
    response = host.post("/bookings", body, key=fresh_key())
    assert (problem(response), pointers(response)) == (
        (400, "validation_error"),
        ["/ask_deposit", "/notes", "/email"],
    )


def test_a_chef_books_nothing(station, prices):
    cook = cook_of(make_chef(station))
    assert problem(cook.post("/bookings", order(station), key=fresh_key())) == (403, "permission_denied")


def test_bk4_change(station, caller, prices):
    created = caller.post("/bookings", order(station), key=fresh_key()).json()
    path = f"/bookings/{created['id']}"
    assert problem(caller.patch(path, {"adults": 12})) == (428, "precondition_required")
    assert problem(caller.patch(path, {"adults": 12}, seen=1)) == (412, "version_conflict")
    response = caller.patch(path, {"adults": 12, "menu": {"proteins": {"chicken": 24}}, "notes": "x"}, seen=2)
    assert (response.status_code, response.headers["ETag"]) == (200, '"3"')
    assert (response.json()["party_adults"], response.json()["version"]) == (12, 3)
    wrong = caller.patch(path, {"adults": "many", "colour": "red", "allergens": []}, seen=3)
    assert (problem(wrong), sorted(pointers(wrong))) == ((400, "validation_error"), ["/adults", "/colour"])
    half = caller.patch(path, {"latitude": 37.5}, seen=3)
    assert pointers(half) == ["/latitude"]


def test_a_host_changes_own_booking_but_no_internal_notes(station, prices):
    host = host_of("ann@example.com")
    created = host.post("/bookings", order(station, terms_accepted=True), key=fresh_key()).json()
    path = f"/bookings/{created['id']}"
    assert host.patch(path, {"special_requests": "Ring twice"}, seen=2).status_code == 200
    assert problem(host.patch(path, {"notes": "x"}, seen=3)) == (403, "permission_denied")


def test_bk20_explain(station, caller):
    booking = make_booking(station, created_at=timezone.now())
    body = caller.get(f"/bookings/{booking.pk}/explain").json()
    assert body["state"] == "deposit_pending"
    assert [blocker["code"] for blocker in body["blockers"]] == ["deposit_unpaid"]
    assert body["next_action"]["code"] == "deposit_reminder"
    closed = make_booking(station, lane=2, status="completed")
    assert caller.get(f"/bookings/{closed.pk}/explain").json() == {
        "state": "completed",
        "why": "The party took place.",
        "blockers": [],
        "next_action": None,
    }


def test_unknown_id(caller):
    assert problem(caller.get("/bookings/0190b6a0-0000-7000-8000-000000000000")) == (404, "not_found")
    assert problem(caller.get("/bookings/seven")) == (404, "not_found")

"""/pricing/{menu-items, addon-items, tiers, rules}: 15.2, 4.1, Q-5, Q-19, R-9."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from bookings.models import Booking
from common.api.etag import record_version
from events.models import DomainEvent
from identity.enums import StationRole, UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.bookings.api.prices import KINDS, TIER, stamps, write
from tests.bookings.parties import make_actor
from tests.factories.bookings import make_selling_station
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db

DENIED = (403, "permission_denied")
ABSENT = (404, "not_found")
EVERY_KIND = pytest.mark.parametrize("name", KINDS)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def caller(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))


@pytest.fixture
def owner():
    return Caller(make_actor(UserRole.SUPER_ADMIN))


def ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_a_menu_item_in_full(station, caller):
    item = write("menu-items", station, allergens=["soy"], is_premium=True, dietary_info="Halal")
    assert caller.get("/pricing/menu-items").json() == {
        "results": [
            {
                **stamps(item),
                "code": "wagyu_0",
                "name": "Wagyu",
                "description": None,
                "category": "beef",
                "price_cents": 2_500,
                "is_premium": True,
                "is_available": True,
                "allergens": ["soy"],
                "dietary_info": "Halal",
                "display_order": 0,
            }
        ],
        "next": None,
        "previous": None,
    }


def test_an_add_on_in_full(station, caller):
    addon = write("addon-items", station, description="Four pieces")
    assert caller.get("/pricing/addon-items").json()["results"] == [
        {
            **stamps(addon),
            "code": "spring_rolls_0",
            "name": "Spring rolls",
            "description": "Four pieces",
            "category": "side",
            "price_cents": 800,
            "is_active": True,
            "display_order": 0,
        }
    ]


def test_a_tier_in_full(station, caller):
    tier = write("tiers", station, 1, features=["Sake"], min_guests=10, metadata={"internal": 1})
    assert caller.get("/pricing/tiers").json()["results"] == [
        {
            **stamps(tier),
            **TIER,
            "description": None,
            "min_guests": 10,
            "max_guests": 50,
            "features": ["Sake"],
            "is_active": True,
            "display_order": 0,
        }
    ]


def test_q5_a_rule_in_full(station, caller):
    rule = write(
        "rules",
        station,
        zone="far",
        weekdays=[6, 7],
        date_from="2027-06-01",
        slots=["18:00"],
        guests_min=10,
        days_ahead_max=3,
        valid_from=datetime(2027, 1, 1, tzinfo=UTC),
        percent="12.50",
    )
    rule.refresh_from_db()
    assert caller.get("/pricing/rules").json()["results"] == [
        {
            **stamps(rule),
            "name": "Saturday",
            "zone": "far",
            "weekdays": [6, 7],
            "date_from": "2027-06-01",
            "date_until": None,
            "slots": ["18:00"],
            "guests_min": 10,
            "guests_max": None,
            "days_ahead_min": None,
            "days_ahead_max": 3,
            "effect": "percent",
            "percent": 12.5,
            "amount_cents": None,
            "priority": 100,
            "valid_from": "2027-01-01T00:00:00Z",
            "valid_until": None,
            "is_active": True,
        }
    ]


@pytest.mark.parametrize("rows", [1, 3])
@EVERY_KIND
def test_api10_constant_queries(station, name, rows, django_assert_num_queries):
    for number in range(rows):
        write(name, station, number)
    for actor in (make_actor(stations=[station]), make_actor(UserRole.CUSTOMER)):
        reader = Caller(actor)
        with django_assert_num_queries(1):
            assert len(ids(reader.get(f"/pricing/{name}"))) == rows


@EVERY_KIND
def test_api4_pages(station, caller, name):
    rows = [str(write(name, station, number).pk) for number in range(3)]
    first = caller.get(f"/pricing/{name}", limit=2)
    assert ids(first) == rows[:2]
    second = caller.client.get(first.json()["next"])
    assert ids(second) == rows[2:]
    assert ids(caller.client.get(second.json()["previous"])) == rows[:2]
    assert problem(caller.get(f"/pricing/{name}", cursor="x")) == (400, "invalid_cursor")


def test_api5_filters_of_every_kind(station, owner):
    for name in KINDS:
        company, own = write(name, None), write(name, station)
        path = f"/pricing/{name}"
        assert set(ids(owner.get(path))) == {str(company.pk), str(own.pk)}
        assert ids(owner.get(path, station_id=str(station.pk))) == [str(own.pk)]
        assert ids(owner.get(path, is_company="true")) == [str(company.pk)]
        assert ids(owner.get(path, is_company="false")) == [str(own.pk)]
        assert ids(owner.get(path, station_id=str(uuid4()))) == []


def test_api5_filters_and_orderings(station, caller):
    def found(name, **query):
        return ids(caller.get(f"/pricing/{name}", **query))

    beef = str(write("menu-items", station, display_order=2).pk)
    fish = write("menu-items", station, 1, category="seafood", price_cents=500, is_available=False)
    fish, both = str(fish.pk), {"category__in": "beef,seafood"}
    assert found("menu-items", **both) == [fish, beef]
    assert found("menu-items", ordering="price_cents") == [fish, beef]
    assert found("menu-items", ordering="-display_order,name") == [beef, fish]
    for query in ({"category": "beef"}, {"is_available": "true"}, {"code": "wagyu_0"}):
        assert found("menu-items", **query) == [beef]
    assert found("menu-items", is_premium="true") == []
    addon = str(write("addon-items", station, is_active=False).pk)
    assert found("addon-items", is_active="false", category="side") == [addon]
    tier = str(write("tiers", station, 1).pk)
    write("tiers", station, 2, is_active=False)
    assert found("tiers", is_active="true") == found("tiers", level="premium") == [tier]
    assert len(found("tiers", level__in="premium,deluxe")) == 2
    late, early = write("rules", station, priority=200), write("rules", station, effect="percent", priority=1)
    assert found("rules") == [str(early.pk), str(late.pk)]
    assert found("rules", ordering="-priority", effect="percent") == [str(late.pk), str(early.pk)]


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("menu-items", {"level": "premium"}, "unknown_parameter"),
        ("menu-items", {"category": "fish"}, "validation_error"),
        ("menu-items", {"category__in": "beef,fish"}, "validation_error"),
        ("menu-items", {"code": "x" * 51}, "validation_error"),
        ("menu-items", {"code": "a\0b"}, "validation_error"),
        ("menu-items", {"ordering": "station"}, "validation_error"),
        ("addon-items", {"station_id": "fremont"}, "validation_error"),
        ("tiers", {"level": "gold"}, "validation_error"),
        ("rules", {"limit": "0"}, "validation_error"),
        ("rules", {"is_active": "maybe"}, "validation_error"),
    ],
)
def test_api5_wrong_queries(caller, name, query, code):
    assert problem(caller.get(f"/pricing/{name}", **query)) == (400, code)


@EVERY_KIND
def test_15_2_anybody_signed_in_reads_what_holds(station, name):
    assert problem(Caller().get(f"/pricing/{name}")) == (401, "not_authenticated")
    off = {"is_available" if name == "menu-items" else "is_active": False}
    mine, off_mine, company, away = (
        str(row.pk)
        for row in (
            write(name, station),
            write(name, station, 1, **off),
            write(name, None),
            write(name, StationFactory()),
        )
    )
    for role in (UserRole.ADMIN, UserRole.STATION_MANAGER, UserRole.CUSTOMER_SUPPORT):
        staff = Caller(make_actor(role, stations=[station]))
        assert set(ids(staff.get(f"/pricing/{name}"))) == {mine, off_mine, company}
    for role in (UserRole.CHEF, UserRole.CUSTOMER, UserRole.CONSUMER, UserRole.SUPPLIER_OWNER):
        assert set(ids(Caller(make_actor(role)).get(f"/pricing/{name}"))) == {mine, company, away}
    assert len(ids(Caller(make_actor(UserRole.SUPER_ADMIN)).get(f"/pricing/{name}"))) == 4


@EVERY_KIND
def test_create(station, caller, name):
    kind, body = KINDS[name]
    response = caller.post(f"/pricing/{name}", {**body, "station_id": str(station.pk)})
    assert response.status_code == 201, response.content
    row = kind.objects.get()
    assert response.headers["ETag"] == f'"{record_version(row)}"'
    assert response.json() == {**response.json(), **stamps(row), **body}
    assert StationAuditLog.objects.values_list("action", "station_id", "resource_id").get() == (
        "create",
        station.pk,
        str(row.pk),
    )
    assert not DomainEvent.objects.exists()


@EVERY_KIND
def test_au10_without_a_station_the_only_linked_one_is_meant(station, caller, owner, name):
    kind, body = KINDS[name]
    assert caller.post(f"/pricing/{name}", body).json()["station_id"] == str(station.pk)
    unsaid = owner.post(f"/pricing/{name}", body)
    assert (problem(unsaid), pointers(unsaid)) == ((400, "validation_error"), ["/station_id"])
    two = Caller(make_actor(UserRole.ADMIN, stations=[station, StationFactory()], link=StationRole.ADMIN))
    assert problem(two.post(f"/pricing/{name}", body)) == (400, "validation_error")
    assert kind.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "link", "answers"),
    [
        (UserRole.SUPER_ADMIN, None, {"own": 201, "other": 201, "company": 201, "nowhere": 404}),
        (UserRole.ADMIN, "admin", {"own": 201, "other": 403, "company": 403, "nowhere": 403}),
        (UserRole.ADMIN, None, {"own": 403, "other": 403, "company": 403, "nowhere": 403}),
        (UserRole.CUSTOMER_SUPPORT, "admin", {"own": 201, "other": 403, "company": 403, "nowhere": 403}),
        (UserRole.CUSTOMER_SUPPORT, "super_admin", {"own": 201, "other": 403, "company": 403}),
        (UserRole.CUSTOMER_SUPPORT, "customer_support", {"own": 403, "other": 403, "company": 403}),
        (UserRole.STATION_MANAGER, "station_admin", {"own": 403, "other": 403, "company": 403}),
        (UserRole.CHEF, None, {"own": 403, "other": 403, "company": 403}),
        (UserRole.CUSTOMER, None, {"own": 403, "other": 403, "company": 403}),
        (UserRole.CONSUMER, None, {"own": 403, "other": 403, "company": 403}),
    ],
)
@EVERY_KIND
def test_r9_who_adds_prices_where(station, name, role, link, answers):
    actor = make_actor(role, stations=[station], link=link) if link else make_actor(role)
    places = {"own": station.pk, "other": StationFactory().pk, "company": None, "nowhere": uuid4()}
    body = KINDS[name][1]
    given = {}
    for place in answers:
        named = places[place]
        values = {**body, "station_id": None if named is None else str(named)}
        given[place] = Caller(actor).post(f"/pricing/{name}", values).status_code
    assert given == answers


@EVERY_KIND
def test_r9_who_changes_prices_where(station, name):
    rows = {"own": write(name, station), "other": write(name, StationFactory()), "company": write(name, None)}

    def answers(role, link=None):
        actor = make_actor(role, stations=[station], link=link) if link else make_actor(role)
        given = {}
        for place, row in rows.items():
            row.refresh_from_db()
            path = f"/pricing/{name}/{row.pk}"
            response = Caller(actor).patch(path, {"name": f"By {role} {link}"}, seen=record_version(row))
            given[place] = response.status_code if response.status_code == 200 else problem(response)
        return given

    assert answers(UserRole.SUPER_ADMIN) == {"own": 200, "other": 200, "company": 200}
    assert answers(UserRole.ADMIN, "admin") == {"own": 200, "other": ABSENT, "company": DENIED}
    assert answers(UserRole.CUSTOMER_SUPPORT, "admin") == {"own": 200, "other": ABSENT, "company": DENIED}
    assert answers(UserRole.ADMIN) == {"own": ABSENT, "other": ABSENT, "company": DENIED}
    for role, link in (
        (UserRole.STATION_MANAGER, "station_admin"),
        (UserRole.CUSTOMER_SUPPORT, "customer_support"),
        (UserRole.CHEF, None),
        (UserRole.CUSTOMER, None),
    ):
        assert answers(role, link) == dict.fromkeys(rows, DENIED)
    assert problem(Caller().patch(f"/pricing/{name}/{rows['own'].pk}", {}, seen=1)) == (
        401,
        "not_authenticated",
    )


def test_r4_a_station_that_is_only_read_denies(station):
    """Support at one station, admin at another: the row is in sight, changing it is not."""
    away = StationFactory()
    actor = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[away])
    linked = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link=StationRole.ADMIN)
    both = Caller(
        type(actor)(id=linked.id, role=linked.role, roles=linked.roles, links=actor.links + linked.links)
    )
    row = write("addon-items", away)
    path = f"/pricing/addon-items/{row.pk}"
    assert problem(both.patch(path, {"price_cents": 1}, seen=record_version(row))) == DENIED
    assert problem(both.patch(path, {"price_cents": 1}, seen=1)) == DENIED


@EVERY_KIND
def test_api7_changes_need_the_version_that_the_list_shows(station, caller, name):
    row = write(name, station)
    path = f"/pricing/{name}/{row.pk}"
    [listed] = caller.get(f"/pricing/{name}").json()["results"]
    assert problem(caller.patch(path, {"name": "New"})) == (428, "precondition_required")
    stale = caller.patch(path, {"name": "New"}, seen=1)
    assert (problem(stale), stale.json()["current_version"]) == ((412, "version_conflict"), listed["version"])
    changed = caller.patch(path, {"name": "New"}, seen=listed["version"])
    assert (changed.status_code, changed.json()["name"]) == (200, "New")
    assert changed.headers["ETag"] == f'"{changed.json()["version"]}"'
    assert changed.json()["version"] > listed["version"]
    again = caller.patch(path, {"name": "Newer"}, seen=listed["version"])
    assert (problem(again), again.json()["current_version"]) == (
        (412, "version_conflict"),
        changed.json()["version"],
    )
    gone = caller.patch(f"/pricing/{name}/{uuid4()}", {}, seen=1)
    assert problem(gone) == ABSENT
    assert problem(caller.get(path)) == (405, "method_not_allowed")


@EVERY_KIND
def test_q19_a_change_leaves_old_and_new_values(station, caller, name):
    row = write(name, station)
    path = f"/pricing/{name}/{row.pk}"
    nothing = caller.patch(path, {}, seen=record_version(row))
    assert (nothing.status_code, nothing.json()["version"]) == (200, record_version(row))
    assert not StationAuditLog.objects.exists()
    caller.patch(path, {"name": "New"}, seen=record_version(row))
    log = StationAuditLog.objects.get()
    assert (log.action, log.permissions_used, log.details) == (
        "update",
        ["pricing.manage"],
        {"changed": {"name": {"old": row.name, "new": "New"}}},
    )


@pytest.mark.parametrize("name", ["addon-items", "menu-items", "tiers"])
def test_409_a_code_or_level_that_is_taken(station, caller, owner, name):
    kind, body = KINDS[name]
    assert caller.post(f"/pricing/{name}", body).status_code == 201
    assert problem(caller.post(f"/pricing/{name}", body)) == (409, "duplicate")
    company = {**body, "station_id": None}
    assert owner.post(f"/pricing/{name}", company).status_code == 201
    assert problem(owner.post(f"/pricing/{name}", company)) == (409, "duplicate")
    assert kind.objects.count() == 2


def test_409_one_active_tier_of_a_level(station, caller):
    write("tiers", station, 1)
    off = write("tiers", station, 1, is_active=False)
    standard = write("tiers", station, 0)
    for row, change in ((off, {"is_active": True}), (standard, {"level": "premium"})):
        response = caller.patch(f"/pricing/tiers/{row.pk}", change, seen=record_version(row))
        assert problem(response) == (409, "duplicate")


def test_q5_a_rule_changes_its_effect(station, caller):
    row = write("rules", station)
    body = {"effect": "fixed", "percent": None, "amount_cents": -2_500, "slots": ["12:00", "18:00"]}
    changed = caller.patch(f"/pricing/rules/{row.pk}", body, seen=record_version(row))
    assert changed.status_code == 200, changed.content
    assert {name: changed.json()[name] for name in body} == body
    row.refresh_from_db()
    assert (row.effect, row.percent, row.amount_cents) == ("fixed", None, -2_500)


@EVERY_KIND
def test_api6_a_key_adds_once(station, caller, name):
    kind, body = KINDS[name]
    key = fresh_key()
    first, second = (caller.post(f"/pricing/{name}", body, key=key) for _try in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert kind.objects.count() == 1
    other = caller.post(f"/pricing/{name}", {**body, "name": "Another"}, key=key)
    assert problem(other) == (422, "idempotency_mismatch")


def test_q16_q19_a_change_acts_on_later_quotes_and_on_no_booking():
    station = make_selling_station()
    guest, owner = Caller(), Caller(make_actor(UserRole.SUPER_ADMIN))
    party = {
        "station_id": str(station.pk),
        "date": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "slot": "12:00",
        "adults": 10,
        "postal_code": station.postal_code,
    }
    host = {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "+15105550123",
        "address": "5 Oak Ave, Fremont",
        "allergens": ["none"],
        "terms_accepted": True,
    }
    before = guest.post("/public/quotes", party).json()
    made = guest.post("/public/bookings", {**party, **host}, key=fresh_key())
    assert made.status_code == 201, made.content
    [tier] = owner.get("/pricing/tiers", is_company="true", level="standard").json()["results"]
    dearer = {"price_per_guest_cents": tier["price_per_guest_cents"] + 1_000}
    assert owner.patch(f"/pricing/tiers/{tier['id']}", dearer, seen=tier["version"]).status_code == 200
    after = guest.post("/public/quotes", party).json()
    assert after["subtotal_cents"] == before["subtotal_cents"] + 10_000
    booking = Booking.objects.get()
    assert booking.total_due_cents == before["total_cents"]
    assert owner.get(f"/bookings/{booking.pk}").json()["total_due_cents"] == before["total_cents"]

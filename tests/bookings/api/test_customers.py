import pytest

from bookings.models import Customer
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import NOW, make_actor, make_booking, make_customer, make_station, make_user

pytestmark = pytest.mark.django_db
REASON = "Asked by phone to be removed"


@pytest.fixture
def station():
    return make_station()


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


def tag(customer):
    return (
        Caller(make_actor(UserRole.SUPER_ADMIN)).get(f"/customers/{customer.pk}").headers["ETag"].strip('"')
    )


def test_p3_lists_mask(station, caller):
    customer = make_customer(
        station, email="jane@example.com", phone="+19165550167", tags=["vip"], notes="Has a dog"
    )
    make_customer(make_station())
    make_customer(station, deleted_at=NOW, delete_reason=REASON)
    assert caller.get("/customers").json()["results"] == [
        {
            "id": str(customer.pk),
            "station_id": str(station.pk),
            "first_name": "Ann",
            "last_name": "Lee",
            "email": "j•••@e•••.com",
            "phone": "•••• 67",
            "consent_sms": False,
            "consent_email": False,
            "timezone": "America/Los_Angeles",
            "preferred_contact": None,
            "tags": ["vip"],
            "legal_hold": False,
            "created_at": customer.created_at.isoformat().replace("+00:00", "Z"),
            "updated_at": customer.updated_at.isoformat().replace("+00:00", "Z"),
        }
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_constant_queries(station, caller, rows, django_assert_num_queries):
    for _row in range(rows):
        make_customer(station)
    with django_assert_num_queries(1):
        assert len(caller.get("/customers").json()["results"]) == rows


def test_p2_search(station, caller):
    ann = make_customer(station, email="ann@example.com")
    make_customer(station, first_name="Bob")
    for text in ("ann@example.com", "ann"):
        assert [row["id"] for row in caller.get("/customers", q=text).json()["results"]] == [str(ann.pk)]
    assert caller.get("/customers", station_id=str(make_station().pk)).json()["results"] == []


def test_p3_details_are_clear_and_audited(station, caller):
    customer = make_customer(station, email="jane@example.com", phone="+19165550167", notes="Has a dog")
    response = caller.get(f"/customers/{customer.pk}")
    body = response.json()
    assert (body["email"], body["phone"], body["notes"]) == ("jane@example.com", "+19165550167", "Has a dog")
    assert response.headers["ETag"]
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.resource_type, audit.details) == (
        "view",
        "customer",
        {"fields": ["name", "email", "phone", "notes"]},
    )


def test_r4_another_stations_customer_is_not_there(caller):
    other = make_customer(make_station())
    for response in (
        caller.get(f"/customers/{other.pk}"),
        caller.patch(f"/customers/{other.pk}", {"notes": "x"}, seen=1),
    ):
        assert problem(response) == (404, "not_found")


def test_a_host_sees_own_rows_without_internal_words(station, host):
    mine = make_customer(station, email="ann@example.com", notes="Difficult", tags=["slow"])
    make_customer(station)
    rows = host.get("/customers").json()["results"]
    assert [(row["id"], row["tags"], row["legal_hold"]) for row in rows] == [(str(mine.pk), None, None)]
    body = host.get(f"/customers/{mine.pk}").json()
    assert (body["email"], body["notes"], body["tags"], body["legal_hold"]) == (
        "ann@example.com",
        None,
        None,
        None,
    )


def new_customer(**values):
    return {
        "first_name": "Bea",
        "last_name": "Kim",
        "email": "bea@example.com",
        "phone": "5105550142",
        **values,
    }


def test_create(station, caller):
    response = caller.post("/customers", new_customer(tags=["vip"], timezone="America/Denver"))
    assert (response.status_code, response.json()["email"], response.json()["tags"]) == (
        201,
        "b•••@e•••.com",
        ["vip"],
    )
    row = Customer.objects.get()
    assert (row.station, row.email, row.timezone) == (station, "bea@example.com", "America/Denver")
    assert problem(caller.post("/customers", new_customer())) == (409, "duplicate")
    elsewhere = new_customer(station_id=str(make_station().pk))
    assert problem(caller.post("/customers", elsewhere)) == (403, "permission_denied")


def test_r4_hosts_add_themselves_and_nobody_else(station, host):
    me = {
        "station_id": str(station.pk),
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "Ann@example.com",
        "phone": "+15105550123",
    }
    forbidden = (403, "permission_denied")
    assert problem(host.post("/customers", {**me, "email": "bob@example.com"})) == forbidden
    assert problem(host.post("/customers", {**me, "tags": ["vip"]})) == forbidden
    assert problem(host.post("/customers", {**me, "notes": "Give me a discount"})) == forbidden
    assert not Customer.objects.exists()
    created = host.post("/customers", me)
    assert (created.status_code, created.json()["tags"]) == (201, None)
    assert host.get(f"/customers/{created.json()['id']}").json()["email"] == "ann@example.com"
    assert problem(host.post("/customers", me)) == (409, "duplicate")


def test_r4_an_unverified_email_makes_nobody_a_host(station):
    user = make_user(UserRole.CUSTOMER, email="eve@example.com")
    eve = {"first_name": "Eve", "last_name": "Lee", "email": "eve@example.com", "phone": "+15105550123"}
    answer = Caller(make_actor(UserRole.CUSTOMER, user=user)).post(
        "/customers", {**eve, "station_id": str(station.pk)}
    )
    assert problem(answer) == (403, "permission_denied")
    assert not Customer.objects.exists()


def test_create_checks_every_value(caller):
    wrong = caller.post(
        "/customers",
        new_customer(
            email="bea",
            phone=5,
            timezone="Mars/Base",
            preferred_contact="pigeon",
            tags="vip",
            legal_hold=True,
        ),
    )
    assert problem(wrong) == (400, "validation_error")
    assert sorted(pointers(wrong)) == [
        "/email",
        "/legal_hold",
        "/phone",
        "/preferred_contact",
        "/tags",
        "/timezone",
    ]
    assert pointers(caller.post("/customers", new_customer(phone="12"))) == ["/phone"]


def test_a_host_adds_no_rows(station, host):
    response = host.post("/customers", new_customer(station_id=str(station.pk)))
    assert problem(response) == (403, "permission_denied")


def test_update(station, caller):
    customer = make_customer(station)
    path = f"/customers/{customer.pk}"
    assert problem(caller.patch(path, {"notes": "x"})) == (428, "precondition_required")
    assert problem(caller.patch(path, {"notes": "x"}, seen=1)) == (412, "version_conflict")
    response = caller.patch(path, {"notes": "Has a dog", "email": "new@example.com"}, seen=tag(customer))
    assert response.status_code == 200
    assert response.headers["ETag"] == f'"{tag(customer)}"'
    assert Customer.objects.get().email == "new@example.com"


def test_a_host_changes_name_and_phone_only(station, host):
    mine = make_customer(station, email="ann@example.com")
    path = f"/customers/{mine.pk}"
    assert host.patch(path, {"first_name": "Anna"}, seen=tag(mine)).status_code == 200
    for body in ({"email": "other@example.com"}, {"notes": "x"}, {"tags": []}):
        assert problem(host.patch(path, body, seen=tag(mine))) == (403, "permission_denied")


def test_bk19_delete(station, caller, admin):
    customer = make_customer(station)
    path = f"/customers/{customer.pk}"
    assert problem(caller.delete(path, {"reason": REASON}, seen=tag(customer))) == (403, "permission_denied")
    missing = admin.delete(path, {}, seen=tag(customer))
    assert (problem(missing), pointers(missing)) == ((400, "validation_error"), ["/reason"])
    booking = make_booking(station, customer=customer)
    busy = admin.delete(path, {"reason": REASON}, seen=tag(customer))
    assert (problem(busy), busy.json()["bookings"]) == ((409, "in_use"), 1)
    type(booking).objects.update(status="no_show")
    gone = admin.delete(path, {"reason": REASON}, seen=tag(customer))
    assert (gone.status_code, gone.content) == (204, b"")
    assert problem(admin.get(path)) == (404, "not_found")

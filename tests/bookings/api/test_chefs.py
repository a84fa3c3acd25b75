import pytest

from bookings.models import Chef
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import NOW, make_actor, make_booking, make_chef, make_station, make_user

pytestmark = pytest.mark.django_db
REASON = "Moved to another city"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def caller(station):
    return Caller(make_actor(stations=[station]))


@pytest.fixture
def owner():
    return Caller(make_actor(UserRole.SUPER_ADMIN))


def tag(chef):
    return Caller(make_actor(UserRole.SUPER_ADMIN)).get(f"/chefs/{chef.pk}").headers["ETag"].strip('"')


def new_chef(**values):
    return {"name": "Mia", "email": "mia@example.com", **values}


def test_p3_lists_mask(station, caller):
    chef = make_chef(station, name="Ken", email="ken@example.com", phone="+15105550199", skills=["beef"])
    make_chef(make_station())
    make_chef(station, deleted_at=NOW, delete_reason="Left the company")
    rows = caller.get("/chefs").json()["results"]
    assert rows == [
        {
            "id": str(chef.pk),
            "station_id": str(station.pk),
            "name": "Ken",
            "email": "k•••@e•••.com",
            "phone": "•••• 99",
            "zones": [],
            "skills": ["beef"],
            "buffer_setup_minutes": 30,
            "buffer_teardown_minutes": 30,
            "is_active": True,
            "created_at": chef.created_at.isoformat().replace("+00:00", "Z"),
            "updated_at": chef.updated_at.isoformat().replace("+00:00", "Z"),
        }
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_constant_queries(station, caller, rows, django_assert_num_queries):
    for _row in range(rows):
        make_chef(station)
    with django_assert_num_queries(1):
        assert len(caller.get("/chefs").json()["results"]) == rows


def test_api5_filters(station, caller):
    ken, mia = (
        make_chef(station, name="Ken", email="ken@example.com"),
        make_chef(station, name="Mia", is_active=False),
    )

    def found(**query):
        return [row["id"] for row in caller.get("/chefs", **query).json()["results"]]

    assert found() == [str(ken.pk), str(mia.pk)]
    assert found(ordering="-name") == [str(mia.pk), str(ken.pk)]
    assert found(is_active="true") == found(q="ken@example.com") == found(q="ke") == [str(ken.pk)]
    assert found(station_id=str(station.pk), is_active="false") == [str(mia.pk)]


def test_p3_details_are_clear_and_audited(station, caller):
    chef = make_chef(station, email="ken@example.com", google_calendar_id="ken@calendar")
    body = caller.get(f"/chefs/{chef.pk}").json()
    assert (body["email"], body["phone"], body["google_calendar_id"]) == (
        "ken@example.com",
        None,
        "ken@calendar",
    )
    assert StationAuditLog.objects.get().details == {
        "fields": ["name", "email", "phone", "google_calendar_id"]
    }


def test_a_chef_sees_only_the_own_row(station):
    mine, other = make_chef(station, email="ken@example.com"), make_chef(station)
    user = make_user(UserRole.CHEF, email="ken@example.com", email_verified_at=NOW)
    cook = Caller(make_actor(UserRole.CHEF, user=user))
    assert [row["id"] for row in cook.get("/chefs").json()["results"]] == [str(mine.pk)]
    assert problem(cook.get(f"/chefs/{other.pk}")) == (404, "not_found")
    assert problem(cook.patch(f"/chefs/{mine.pk}", {"name": "X"}, seen=1)) == (403, "permission_denied")


def test_customers_see_no_chefs():
    assert problem(Caller(make_actor(UserRole.CUSTOMER)).get("/chefs")) == (403, "permission_denied")


def test_create(station, caller, owner):
    response = caller.post("/chefs", new_chef(phone="5105550199", zones=["primary"], buffer_setup_minutes=45))
    assert response.status_code == 201, response.content
    chef = Chef.objects.get()
    assert (chef.station, chef.email, chef.phone, chef.zones, chef.buffer_setup_minutes) == (
        station,
        "mia@example.com",
        "+15105550199",
        ["primary"],
        45,
    )
    assert problem(caller.post("/chefs", new_chef())) == (409, "duplicate")
    elsewhere = new_chef(email="x@example.com", station_id=str(make_station().pk))
    assert problem(caller.post("/chefs", elsewhere)) == (403, "permission_denied")
    assert problem(owner.post("/chefs", new_chef(email="y@example.com"))) == (400, "validation_error")
    company = owner.post("/chefs", new_chef(email="z@example.com", station_id=None))
    assert (company.status_code, company.json()["station_id"]) == (201, None)


def test_create_checks_every_value(caller):
    wrong = caller.post(
        "/chefs", new_chef(name="", email="mia", buffer_setup_minutes=-1, skills=["x" * 51], legal_hold=True)
    )
    assert sorted(pointers(wrong)) == ["/buffer_setup_minutes", "/email", "/legal_hold", "/name", "/skills/0"]


def test_update(station, caller):
    chef = make_chef(station)
    path = f"/chefs/{chef.pk}"
    assert problem(caller.patch(path, {"name": "Ken Ito"})) == (428, "precondition_required")
    assert problem(caller.patch(path, {"name": "Ken Ito"}, seen=1)) == (412, "version_conflict")
    response = caller.patch(path, {"name": "Ken Ito", "skills": ["beef"]}, seen=tag(chef))
    assert (response.status_code, response.json()["name"], response.json()["skills"]) == (
        200,
        "Ken Ito",
        ["beef"],
    )


def test_bk15_delete_takes_out_of_service(station, caller):
    chef = make_chef(station)
    path = f"/chefs/{chef.pk}"
    make_booking(station, chef=chef, starts_at=NOW.replace(year=2027))
    busy = caller.delete(path, {"reason": REASON}, seen=tag(chef))
    assert (problem(busy), busy.json()["bookings"]) == ((409, "in_use"), 1)
    chef.bookings.update(chef=None)
    assert caller.delete(path, {"reason": REASON}, seen=tag(chef)).status_code == 204
    assert caller.get(path).json()["is_active"] is False


def test_r9_chefs_of_every_station_are_managed_by_who_holds_the_code_itself(station):
    company = make_chef(None)
    manager = Caller(make_actor(stations=[station]))
    seen = tag(company)
    assert manager.patch(f"/chefs/{company.pk}", {"name": "Ken Ito"}, seen=seen).status_code == 200
    linked = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="station_admin")
    assert problem(Caller(linked).patch(f"/chefs/{company.pk}", {"name": "X"}, seen=tag(company))) == (
        403,
        "permission_denied",
    )

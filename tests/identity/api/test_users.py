"""/users, /roles, /invitations, /stations/{id}/users, /audit through the wire."""

import csv
import io

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from identity.models import StationAuditLog, StationUser, User
from identity.selectors import actor_for
from identity.services.invitations import invite_user
from identity.services.sessions import start_session
from identity.services.station_tokens import issue_station_token
from tests.factories.identity import (
    StationAuditLogFactory,
    StationUserFactory,
    UserFactory,
    make_actor,
    make_staff,
)
from tests.identity.post import last_letter

pytestmark = pytest.mark.django_db

API = "/api/v1"
REASON = {"reason": "left the company"}
GOOD = "violet harbour 42 lanterns"


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {start_session(user=user, at=timezone.now()).access}")
    return client


@pytest.fixture
def owner(roles):
    return client_of(make_staff("super_admin"))


def post(client, path, body=None, **headers):
    return client.post(f"{API}{path}", body or {}, format="json", **headers)


def problem(response):
    return response.status_code, response.json()["code"]


def ids(response):
    assert response.status_code == 200
    return {row["id"] for row in response.json()["results"]}


def test_p3_lists_mask_and_details_are_noted(owner, station):
    user = make_staff("station_manager", station, email="lee@people.example", full_name="Lee Ma")
    [row] = owner.get(f"{API}/users?role=station_manager").json()["results"]
    assert (row["id"], row["email"], row["full_name"]) == (str(user.pk), "l•••@p•••.example", "Lee Ma")
    assert row["roles"] == ["station_manager"]
    assert row["stations"] == [
        {
            "station_id": str(station.pk),
            "station_code": station.code,
            "role": "station_admin",
            "is_active": True,
            "expires_at": None,
        }
    ]
    assert not StationAuditLog.objects.filter(action="view").exists()
    detail = owner.get(f"{API}/users/{user.pk}")
    assert (detail.json()["email"], "ETag" in detail.headers) == ("lee@people.example", True)
    view = StationAuditLog.objects.get(action="view")
    assert (view.resource_id, view.details["fields"][0]) == (str(user.pk), "email")


def test_r4_admins_see_their_stations_people_only(station, other_station):
    admin = make_staff("admin", station)
    near, far = make_staff("station_manager", station), make_staff("station_manager", other_station)
    both = make_staff("customer_support", station, other_station)
    client = client_of(admin)
    assert ids(client.get(f"{API}/users")) == {str(admin.pk), str(near.pk), str(both.pk)}
    assert problem(client.get(f"{API}/users/{far.pk}")) == (404, "not_found")
    links = client.get(f"{API}/users/{both.pk}").json()["stations"]
    assert [link["station_code"] for link in links] == [station.code]
    assert ids(client.get(f"{API}/users?station_id={other_station.pk}")) == set()
    assert problem(post(client, f"/users/{near.pk}/suspend", REASON)) == (403, "permission_denied")
    for role in ("customer_support", "station_manager", "chef", "customer"):
        other = client_of(make_staff(role, station))
        assert problem(other.get(f"{API}/users")) == (403, "permission_denied")


def test_filters(owner, station):
    user = make_staff("chef", email="lee@people.example", full_name="Lee Ma")
    linked = make_staff("station_manager", station)
    assert ids(owner.get(f"{API}/users?q=Lee@people.example")) == {str(user.pk)}
    assert ids(owner.get(f"{API}/users?q=lee%20m")) == {str(user.pk)}
    assert ids(owner.get(f"{API}/users?station_id={station.pk}")) == {str(linked.pk)}
    assert ids(owner.get(f"{API}/users?status=suspended")) == set()
    assert problem(owner.get(f"{API}/users?email=x")) == (400, "unknown_parameter")


def test_r5_acts_on_an_account(owner, station):
    user = make_staff("customer_support", station, failed_login_attempts=3)
    path = f"/users/{user.pk}"
    suspended = post(owner, f"{path}/suspend", REASON)
    assert (suspended.status_code, suspended.json()["status"]) == (200, "suspended")
    assert problem(post(owner, f"{path}/suspend", REASON)) == (409, "invalid_transition")
    assert post(owner, f"{path}/reactivate").json()["status"] == "active"
    assert post(owner, f"{path}/unlock").status_code == 200
    assert post(owner, f"{path}/reset-mfa").json()["mfa_enabled"] is False
    user.refresh_from_db()
    assert user.failed_login_attempts == 0
    assert problem(post(owner, f"{path}/suspend")) == (400, "validation_error")
    assert problem(post(owner, f"{path}/approve")) == (409, "invalid_transition")


def test_r5_nobody_acts_on_themselves_and_the_last_owner_stays(roles):
    boss = make_staff("super_admin")
    client = client_of(boss)
    assert problem(post(client, f"/users/{boss.pk}/suspend", REASON)) == (403, "permission_denied")
    other = make_staff("super_admin")
    assert post(client, f"/users/{other.pk}/suspend", REASON).status_code == 200
    tag = client.get(f"{API}/users/{boss.pk}").headers["ETag"]
    own = client.patch(f"{API}/users/{boss.pk}", {"role": "chef"}, format="json", HTTP_IF_MATCH=tag)
    assert problem(own) == (403, "permission_denied")


def test_r6_api7_an_account_is_changed(owner, station):
    user = make_staff("customer_support", station)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=timezone.now())
    path = f"{API}/users/{user.pk}"
    tag = owner.get(path).headers["ETag"]
    body = {"full_name": "Lee Ma", "role": "station_manager", "phone": "510 555 0100"}
    changed = owner.patch(path, body, format="json", HTTP_IF_MATCH=tag)
    assert changed.status_code == 200
    assert (changed.json()["role"], changed.json()["phone"]) == ("station_manager", "+15105550100")
    assert user.station_access_tokens.get().revoked_at is not None
    assert problem(owner.patch(path, body, format="json", HTTP_IF_MATCH=tag)) == (412, "version_conflict")
    assert problem(owner.patch(path, body, format="json")) == (428, "precondition_required")
    tag = changed.headers["ETag"]
    closed = owner.patch(path, {"status": "deactivated", **REASON}, format="json", HTTP_IF_MATCH=tag)
    assert (closed.status_code, closed.json()["status"]) == (200, "deactivated")


def test_au12_approval(owner, station):
    user = UserFactory(role="customer_support", status="pending", metadata={"applied_as": "staff"})
    body = {"role": "station_manager", "station_ids": [str(station.pk)], "notes": "Fine."}
    approved = post(owner, f"/users/{user.pk}/approve", body)
    assert approved.status_code == 200
    assert (approved.json()["status"], approved.json()["approval_notes"]) == ("active", "Fine.")
    assert [link["role"] for link in approved.json()["stations"]] == ["station_admin"]


def test_roles_with_their_codes(owner):
    rows = {row["name"]: row for row in owner.get(f"{API}/roles").json()["results"]}
    assert len(rows) == 10
    assert "user.approve" in rows["super_admin"]["codes"]
    assert rows["consumer"] == {
        "id": rows["consumer"]["id"],
        "name": "consumer",
        "display_name": "Consumer",
        "is_system_role": True,
        "is_active": True,
        "codes": [],
    }


def test_au13_invitations(owner, station):
    body = {"email": "lee@people.example", "role": "station_manager", "station_ids": [str(station.pk)]}
    made = post(owner, "/invitations", body)
    assert made.status_code == 201
    assert made.json()["station_ids"] == [str(station.pk)]
    assert sorted(made.json()) == [
        "email",
        "expires_at",
        "full_name",
        "id",
        "invited_at",
        "role",
        "station_ids",
    ]
    revoked = owner.delete(f"{API}/invitations/{made.json()['id']}", REASON, format="json")
    assert revoked.status_code == 204
    gone = owner.delete(f"{API}/invitations/{made.json()['id']}", REASON, format="json")
    assert problem(gone) == (404, "not_found")
    assert post(owner, "/invitations", body).status_code == 201
    accept = {"token": last_letter().token, "password": GOOD, "full_name": "Lee Ma"}
    assert post(APIClient(), "/auth/invitation", accept).status_code == 204
    assert problem(post(APIClient(), "/auth/invitation", accept)) == (410, "link_expired")
    assert problem(post(owner, "/invitations", body)) == (409, "duplicate")
    assert User.objects.get(email="lee@people.example").is_active


def test_r7_an_admin_invites_and_revokes_near(station, other_station):
    client = client_of(make_staff("admin", station))
    body = {"email": "lee@people.example", "role": "chef"}
    assert problem(post(client, "/invitations", body)) == (403, "permission_denied")
    far = post(client, "/invitations", {**body, "station_ids": [str(other_station.pk)]})
    assert problem(far) == (400, "validation_error")
    made = post(client, "/invitations", {**body, "station_ids": [str(station.pk)]})
    assert made.status_code == 201
    foreign = invite_user(
        email="other@people.example", role="chef", by=make_actor("super_admin"), at=timezone.now()
    )
    assert problem(client.delete(f"{API}/invitations/{foreign.pk}", REASON, format="json")) == (
        404,
        "not_found",
    )
    assert client.delete(f"{API}/invitations/{made.json()['id']}", REASON, format="json").status_code == 204


def test_links_of_a_station(owner, station):
    user, path = UserFactory(role="customer_support"), f"/stations/{station.pk}/users"
    made = post(owner, path, {"user_id": str(user.pk)})
    assert made.status_code == 201
    assert (made.json()["role"], made.json()["is_active"]) == ("customer_support", True)
    assert problem(post(owner, path, {"user_id": str(user.pk)})) == (409, "duplicate")
    member = f"{API}{path}/{user.pk}"
    changed = owner.patch(
        member, {"additional_permissions": ["chef.manage"]}, format="json", HTTP_IF_MATCH=made.headers["ETag"]
    )
    assert (changed.status_code, changed.json()["additional_permissions"]) == (200, ["chef.manage"])
    stale = owner.patch(member, {"is_active": False}, format="json", HTTP_IF_MATCH=made.headers["ETag"])
    assert problem(stale) == (412, "version_conflict")
    wrong = owner.patch(member, {"additional_permissions": ["system.config"]}, format="json")
    assert problem(wrong) == (400, "validation_error")
    assert [row["user_id"] for row in owner.get(f"{API}{path}").json()["results"]] == [str(user.pk)]
    assert owner.delete(member, REASON, format="json").status_code == 204
    assert problem(owner.delete(member, REASON, format="json")) == (404, "not_found")
    assert StationAuditLog.objects.filter(reason="left the company").count() == 1
    assert problem(post(owner, path, {"user_id": str(station.pk)})) == (404, "not_found")


def test_r5_an_admin_links_at_their_own_station_what_they_hold(station, other_station):
    client = client_of(make_staff("admin", station))
    near = make_staff("station_manager", station)
    far = f"/stations/{other_station.pk}/users"
    assert problem(client.get(f"{API}{far}")) == (404, "not_found")
    assert problem(post(client, far, {"user_id": str(near.pk)})) == (404, "not_found")
    high = client.patch(f"{API}/stations/{station.pk}/users/{near.pk}", {"role": "admin"}, format="json")
    assert problem(high) == (403, "permission_denied")
    assert StationUser.objects.get(user=near).role == "station_admin"


def test_audit_is_scoped(station, other_station):
    StationAuditLogFactory(station=station, resource_id="near")
    StationAuditLogFactory(station=other_station, resource_id="far")
    StationAuditLogFactory(station=None, resource_id="company")
    manager = make_staff("station_manager", station)
    StationAuditLogFactory(station=other_station, user=manager, resource_id="own")

    def seen(user):
        rows = client_of(user).get(f"{API}/audit?resource_type=station").json()["results"]
        return [row["resource_id"] for row in rows]

    assert seen(make_staff("super_admin")) == ["own", "company", "far", "near"]
    assert seen(make_staff("admin", station)) == ["company", "near"]
    assert seen(manager) == ["own"]
    customer = client_of(UserFactory())
    assert problem(customer.get(f"{API}/audit")) == (403, "permission_denied")


def test_p7_the_export_is_csv_and_audited(station, other_station):
    StationAuditLogFactory(station=station, resource_id="near", reason="=1+1", details={"a": 1})
    StationAuditLogFactory(station=other_station, resource_id="far")
    client = client_of(make_staff("admin", station))
    answer = post(client, "/audit/export", {"station_id": str(station.pk)})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    [row] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["station"], row["resource_id"], row["details"]) == (station.code, "near", '{"a": 1}')
    assert row["reason"] == "'=1+1"
    noted = StationAuditLog.objects.get(action="export")
    assert (noted.station_id, noted.details) == (station.pk, {"rows": 1, "from": None, "to": None})
    far = post(client, "/audit/export", {"station_id": str(other_station.pk)})
    assert problem(far) == (403, "permission_denied")
    empty = post(client, "/audit/export", {"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"})
    assert empty.content.decode().count("\n") == 1
    key = {"HTTP_IDEMPOTENCY_KEY": "0123456789abcdef"}
    first, again = (post(client, "/audit/export", {"start": "2100-01-01T00:00:00Z"}, **key) for _ in "12")
    assert (first.content, again.headers["Idempotency-Replayed"]) == (again.content, "true")
    manager = client_of(make_staff("station_manager", station))
    assert problem(post(manager, "/audit/export")) == (403, "permission_denied")


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("users", 5), ("roles?limit=2", 4), ("audit", 2), ("stations/{}/users", 3)]
)
def test_api10_constant_queries(station, django_assert_num_queries, path, queries, number):
    for _row in range(number):
        StationAuditLogFactory(station=station)
        StationUserFactory(station=station)
    client = client_of(make_staff("super_admin"))
    address = f"{API}/{path.format(station.pk)}"
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200

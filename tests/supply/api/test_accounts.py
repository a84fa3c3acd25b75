"""Sign-up, log-in of the kinds of the exchange, staff."""

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from identity.models import StationAuditLog, User
from identity.tokens import decode
from supply.models import Consumer, Supplier, SupplierStaff
from tests.bookings.api.clients import problem
from tests.factories.identity import UserFactory, system_role
from tests.factories.supply import SupplierStaffFactory
from tests.supply.world import PASSWORD, everything

pytestmark = pytest.mark.django_db

SIGN_UP = "/api/v1/supply/signup"
FORM = {"email": "chef@harbour.example", "password": PASSWORD, "role": "consumer"}


@pytest.fixture(autouse=True)
def roles():
    system_role("consumer")


@pytest.fixture
def client():
    return APIClient()


def post(client, path, body, **headers):
    return client.post(path, body, format="json", **headers)


def bearer(token):
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("role", "model", "name", "reads"),
    [
        ("consumer", Consumer, "organization_name", "/api/v1/supply/links"),
        ("supplier_owner", Supplier, "company_name", "/api/v1/supply/staff"),
    ],
)
def test_sign_up_opens_account_and_profile_and_logs_in(client, role, model, name, reads):
    form = {**FORM, "email": "Chef@Harbour.example", "role": role, "organization_name": " Harbour "}
    response = post(client, SIGN_UP, {**form, "status": "admin", "is_active": False, "unknown": 1})
    user = User.objects.get(email="chef@harbour.example")
    body = response.json()
    assert response.status_code == 201
    profile = model.objects.get(user=user)
    assert (user.role, user.status, user.is_active, user.email_verified_at) == (role, "active", True, None)
    assert (getattr(profile, name), Consumer.objects.count() + Supplier.objects.count()) == ("Harbour", 1)
    access, refresh = body.pop("access"), body.pop("refresh")
    assert body == {
        "token_type": "Bearer",
        "expires_in": 1800,
        "user": {"id": str(user.pk), "email": "chef@harbour.example", "role": role},
        "profile_id": str(profile.pk),
    }
    claims = decode("access", access, at=timezone.now())
    assert (claims.user_id, claims.role) == (user.pk, role)
    assert client.get(reads, **bearer(access)).status_code == 200
    refused = client.get(reads, **bearer(refresh))
    assert problem(refused) == (401, "not_authenticated")
    assert problem(client.get(reads)) == (401, "not_authenticated")
    again = post(client, "/api/v1/auth/refresh", {"refresh": refresh})
    assert again.status_code == 200
    entry = post(client, "/api/v1/auth/login", {"email": form["email"], "password": PASSWORD})
    assert (entry.status_code, entry.json()["user"]["role"]) == (200, role)
    assert decode("access", entry.json()["access"], at=timezone.now()).role == role


def test_a_profile_without_a_name_tells_nothing_of_the_person(client):
    for role, word in (("consumer", "Consumer"), ("supplier_owner", "Supplier")):
        body = post(client, SIGN_UP, {**FORM, "email": f"{role}@harbour.example", "role": role}).json()
        user = User.objects.get(pk=body["user"]["id"])
        profile = getattr(user, "consumer", None) or user.supplier
        name = getattr(profile, "organization_name", None) or profile.company_name
        assert name == f"{word} {str(user.pk)[-8:]}"
    assert post(client, SIGN_UP, {**FORM, "organization_name": None}).status_code == 201


WRONG = [
    ({"email": None}, "/email"),
    ({"email": "no e-mail"}, "/email"),
    ({"email": f"{'x' * 250}@a.example"}, "/email"),
    ({"email": 5}, "/email"),
    ({"email": "a\x00b@c.example"}, "/email"),
    ({"password": "Short-1"}, "/password"),
    ({"password": "Aa1" + "x" * 126}, "/password"),
    ({"password": 12345678}, "/password"),
    ({"password": "Null\x00Byte1"}, "/password"),
    ({"role": "supplier_manager"}, "/role"),
    ({"role": "supplier_sales"}, "/role"),
    ({"role": "super_admin"}, "/role"),
    ({"role": "customer"}, "/role"),
    ({"role": None}, "/role"),
    ({"role": 1}, "/role"),
    ({"organization_name": "x" * 256}, "/organization_name"),
    ({"organization_name": "  "}, "/organization_name"),
    ({"organization_name": 7}, "/organization_name"),
]


@pytest.mark.parametrize(("values", "pointer"), WRONG)
def test_wrong_forms_open_nothing(client, values, pointer):
    response = post(client, SIGN_UP, {**FORM, **values})
    assert problem(response) == (422, "validation_error")
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert not User.objects.exists()


def test_a_taken_email_is_told_before_a_weak_password(client):
    UserFactory(email="chef@harbour.example")
    before = everything()
    for email in ("chef@harbour.example", "CHEF@Harbour.EXAMPLE"):
        for password in (PASSWORD, "lower case"):
            response = post(client, SIGN_UP, {**FORM, "email": email, "password": password})
            assert problem(response) == (400, "email_taken")
    assert everything() == before


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("--------", ["no_upper", "no_lower", "no_digit"]),
        ("lower-case-7", ["no_upper"]),
        ("UPPER-CASE-7", ["no_lower"]),
        ("Mixed-Case-x", ["no_digit"]),
        ("only lower case", ["no_upper", "no_digit"]),
        ("日本語日本語日本語", ["no_upper", "no_lower", "no_digit"]),
    ],
)
def test_a_simple_password_is_told_every_rule_that_it_breaks(client, password, codes):
    response = post(client, SIGN_UP, {**FORM, "password": password})
    assert problem(response) == (400, "password_policy")
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/password", code) for code in codes
    ]
    assert not User.objects.exists()


def test_passwords_beyond_72_bytes_count_to_their_last_letter(client, settings):
    settings.PASSWORD_HASHERS = ["identity.hashers.BCryptSHA256Cost12"]
    password = "Ж1ж" + "ы" * 125
    assert len(password.encode()) > 72
    assert post(client, SIGN_UP, {**FORM, "password": password}).status_code == 201
    for tried, status in ((password, 200), (password[:-1] + "ъ", 401)):
        entry = post(client, "/api/v1/auth/login", {"email": FORM["email"], "password": tried})
        assert entry.status_code == status


def test_sign_up_is_counted_like_a_registration(client, settings):
    settings.RATE_LIMITS_ENABLED = True
    allowed, _window = settings.RATE_LIMIT_SCOPES["register"]
    statuses = [
        post(client, SIGN_UP, {**FORM, "email": f"c{n}@a.example"}).status_code for n in range(allowed + 1)
    ]
    assert statuses == [201] * allowed + [429]


def test_limits_of_the_kinds_of_the_exchange():
    consumer, supplier = settings.RATE_LIMITS["consumer"], settings.RATE_LIMITS["supplier_owner"]
    assert consumer == {"minute": 30, "hour": 1_500}
    assert supplier == {"minute": 50, "hour": 2_500}
    assert settings.RATE_LIMITS["supplier_manager"] == settings.RATE_LIMITS["supplier_sales"] == supplier


@pytest.mark.parametrize(
    ("staff_role", "role", "reads"),
    [("manager", "supplier_manager", "/orders"), ("sales", "supplier_sales", "/complaints")],
)
def test_hiring_opens_an_account_that_can_work_at_once(world, client, staff_role, role, reads):
    form = {"email": "Olga@Fish.example", "password": PASSWORD, "staff_role": staff_role}
    response = world.as_("owner").post("/staff", {**form, "supplier_id": str(world.rival.pk)})
    user = User.objects.get(email="olga@fish.example")
    member = SupplierStaff.objects.get(user=user)
    assert (response.status_code, user.role, user.status) == (201, role, "active")
    assert (member.supplier_id, member.staff_role) == (world.supplier.pk, staff_role)
    answer = response.json()
    assert answer.pop("created_at")
    assert answer == {
        "id": str(member.pk),
        "user_id": str(user.pk),
        "supplier_id": str(world.supplier.pk),
        "email": "olga@fish.example",
        "staff_role": staff_role,
    }
    entry = post(client, "/api/v1/auth/login", {"email": form["email"], "password": PASSWORD}).json()
    assert client.get(f"/api/v1/supply{reads}", **bearer(entry["access"])).status_code == 200
    audited = StationAuditLog.objects.get(resource_type="supplierstaff")
    assert (audited.action, audited.user_id) == ("create", world.supplier.user_id)


def test_hiring_is_refused_as_sign_up_is(world):
    owner, before = world.as_("owner"), everything()
    good = {"email": "olga@fish.example", "password": PASSWORD, "staff_role": "sales"}
    for values, status, code in (
        ({"staff_role": "owner"}, 422, "validation_error"),
        ({"email": "x"}, 422, "validation_error"),
        ({"password": "Short-1"}, 422, "validation_error"),
        ({"email": world.people["consumer"].email}, 400, "email_taken"),
        ({"password": "simple simple"}, 400, "password_policy"),
    ):
        assert problem(owner.post("/staff", {**good, **values})) == (status, code)
    # The body is looked at before the role.
    assert problem(world.as_("consumer").post("/staff", {})) == (422, "validation_error")
    assert everything() == before


def test_staff_lists_hold_the_own_people_newest_first_and_mask_contacts(world):
    body = world.as_("owner").get("/staff").json()
    assert [item["id"] for item in body["items"]] == [str(world.sales.pk), str(world.manager.pk)]
    assert [item["user_id"] for item in body["items"]] == [
        str(world.sales.user_id),
        str(world.manager.user_id),
    ]
    assert body["items"][0]["email"].startswith("u•••@p•••")
    assert {name: body[name] for name in ("page", "size", "total", "pages")} == {
        "page": 1,
        "size": 20,
        "total": 2,
        "pages": 1,
    }


def test_dismissing_ends_the_account_with_the_last_place(world, client):
    user = world.sales.user
    elsewhere = SupplierStaffFactory(supplier=world.rival, user=user, staff_role="sales")
    owner = world.as_("owner")
    entry = {"email": user.email, "password": "correct horse battery"}
    token = post(client, "/api/v1/auth/login", entry).json()["access"]
    response = owner.delete(f"/staff/{world.sales.pk}")
    user.refresh_from_db()
    assert (response.status_code, response.content, user.status) == (204, b"", "active")
    assert client.get("/api/v1/supply/complaints", **bearer(token)).status_code == 200
    assert problem(owner.delete(f"/staff/{world.sales.pk}")) == (404, "not_found")
    assert problem(owner.delete(f"/staff/{elsewhere.pk}")) == (403, "permission_denied")
    assert world.as_("rival_owner").delete(f"/staff/{elsewhere.pk}").status_code == 204
    user.refresh_from_db()
    assert (user.status, user.is_active) == ("deactivated", False)
    assert client.get("/api/v1/supply/complaints", **bearer(token)).status_code in {401, 403}
    assert post(client, "/api/v1/auth/login", entry).status_code == 403
    audited = StationAuditLog.objects.filter(resource_type="supplierstaff", action="delete")
    assert [row.reason for row in audited] == ["Taken off the staff by the supplier."] * 2

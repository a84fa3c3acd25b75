"""Accounts, links, roles and stations: through their services, refusals in words (R-5 to R-8)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from identity.enums import UserRole, UserStatus
from identity.models import Role, Station, StationAuditLog, StationUser, User
from identity.models import UserRole as RoleAssignment
from tests.common.admin.world import build_world
from tests.factories.identity import PASSWORD, UserFactory, make_staff


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner, backend="identity.backends.StaffBackend")
    return client


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin, backend="identity.backends.StaffBackend")
    return client


def page(model, kind, *args):
    return reverse(f"admin:identity_{model}_{kind}", args=args)


def do(client, user, action, **data):
    return client.post(page("user", "do", user.pk, action), data)


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_account_is_suspended_reactivated_and_unlocked(owner, world):
    user = world.manager
    assert do(owner, user, "suspend", reason="left the company").status_code == 302
    user.refresh_from_db()
    assert user.status == UserStatus.SUSPENDED
    assert do(owner, user, "reactivate").status_code == 302
    User.objects.filter(pk=user.pk).update(locked_until=timezone.now() + timedelta(minutes=10))
    assert "Unlock" in owner.get(page("user", "change", user.pk)).content.decode()
    assert do(owner, user, "unlock").status_code == 302
    user.refresh_from_db()
    assert (user.status, user.locked_until) == (UserStatus.ACTIVE, None)


def test_nobody_suspends_themselves(owner, world):
    """R-5."""
    refused = do(owner, world.owner, "suspend", reason="going on holidays")
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (403, ["You may not do this"])


def test_the_last_super_admin_stays(owner, world):
    """R-5."""
    other = make_staff(UserRole.SUPER_ADMIN)
    assert do(owner, other, "change-kind", kind="admin").status_code == 302
    other.refresh_from_db()
    assert other.role == UserRole.ADMIN


def test_a_role_is_assigned_and_withdrawn(owner, world):
    role = Role.objects.create(name="greeter", display_name="Greeter")
    assert do(owner, world.manager, "assign-role", role=role.pk).status_code == 302
    assignment = RoleAssignment.objects.get(user=world.manager, role=role)
    answer = owner.post(page("userrole", "delete", assignment.pk), {"reason": "not needed any more"})
    assert answer.status_code == 302
    assert not RoleAssignment.objects.filter(pk=assignment.pk).exists()
    again = owner.post(page("userrole", "add"), {"user": world.manager.pk, "role": role.pk})
    assert again.status_code == 302
    assert RoleAssignment.objects.filter(user=world.manager, role=role).exists()


def test_deactivating_keeps_the_row(owner, world):
    """AU-16."""
    user = UserFactory()
    assert owner.post(page("user", "delete", user.pk), {"reason": "asked to be forgotten"}).status_code == 302
    user.refresh_from_db()
    assert (user.status, user.delete_reason) == (UserStatus.DEACTIVATED, "asked to be forgotten")
    text = owner.get(page("user", "change", user.pk)).content.decode()
    assert "Suspend" not in text


def test_an_account_is_made_with_its_first_password(owner, world):
    """R-1, AU-6."""
    data = {"login": "nora@house.example", "full_name": "Nora New", "kind": "station_manager"}
    weak = owner.post(page("user", "add"), {**data, "first_password": "short"})
    assert "first_password" in weak.context["adminform"].form.errors or weak.context["adminform"].form.errors
    made = owner.post(
        page("user", "add"), {**data, "first_password": "a long enough phrase", "new_phone": "5105550133"}
    )
    assert made.status_code == 302
    user = User.objects.get(email="nora@house.example")
    assert (user.role, user.phone, user.check_password("a long enough phrase")) == (
        "station_manager",
        "+15105550133",
        True,
    )
    taken = owner.post(page("user", "add"), {**data, "first_password": "a long enough phrase"})
    assert taken.context["adminform"].form.non_field_errors() == ["There is an account with this e-mail."]


def test_an_admin_makes_managers_and_chefs_only(admin, world):
    """R-7."""
    form = admin.get(page("user", "add")).context["adminform"].form
    assert [value for value, _label in form.fields["kind"].choices] == ["station_manager", "chef"]


def test_a_profile_is_changed_and_audited_by_field_name(owner, world):
    answer = owner.post(
        page("user", "change", world.manager.pk), {"full_name": "Mona Renamed", "new_phone": "5105550144"}
    )
    assert answer.status_code == 302
    world.manager.refresh_from_db()
    assert (world.manager.full_name, world.manager.phone) == ("Mona Renamed", "+15105550144")
    row = StationAuditLog.objects.filter(resource_type="user", action="update").latest("created_at")
    assert row.details == {"changed": ["full_name", "phone"]}


def link_data(**changes):
    return {"role": "customer_support", "additional_permissions": "[]", "is_active": "on", **changes}


def test_links_are_granted_changed_and_revoked(owner, world):
    user = make_staff(UserRole.CUSTOMER_SUPPORT, full_name="Lea Linked")
    made = owner.post(page("stationuser", "add"), link_data(user=user.pk, station=world.a.station.pk))
    assert made.status_code == 302
    link = StationUser.objects.get(user=user)
    wrong = owner.post(
        page("stationuser", "change", link.pk), link_data(additional_permissions='["system.config"]')
    )
    assert wrong.context["adminform"].form.errors == {
        "additional_permissions": ["No link can carry system.config."]
    }
    shape = owner.post(page("stationuser", "change", link.pk), link_data(additional_permissions='{"a": 1}'))
    assert shape.context["adminform"].form.errors == {
        "additional_permissions": ["Give a list of permission codes."]
    }
    good = owner.post(
        page("stationuser", "change", link.pk), link_data(additional_permissions='["chef.manage"]')
    )
    assert good.status_code == 302
    link.refresh_from_db()
    assert link.additional_permissions == ["chef.manage"]
    assert owner.post(page("stationuser", "delete", link.pk), {"reason": "moved away"}).status_code == 302
    assert not StationUser.objects.filter(pk=link.pk).exists()


def test_nobody_grants_at_a_foreign_station(admin, world):
    refused = admin.post(
        page("stationuser", "add"), link_data(user=world.manager.pk, station=world.b.station.pk)
    )
    assert "station" in refused.context["adminform"].form.errors


def test_roles_are_made_changed_and_deleted(owner, world):
    made = owner.post(
        page("role", "add"), {"name": "greeter", "display_name": "Greeter", "codes": ["booking.read"]}
    )
    assert made.status_code == 302
    role = Role.objects.get(name="greeter")
    changed = owner.post(
        page("role", "change", role.pk), {"codes": ["booking.read", "chef.read"], "is_active": ""}
    )
    assert changed.status_code == 302
    role.refresh_from_db()
    codes = set(role.role_permissions.values_list("permission__code", flat=True))
    assert (codes, role.is_active) == ({"booking.read", "chef.read"}, False)
    assert owner.post(page("role", "delete", role.pk), {"reason": "nobody greets"}).status_code == 302
    system = Role.objects.get(name="admin", is_system_role=True)
    assert owner.post(page("role", "delete", system.pk), {"reason": "nobody greets"}).status_code == 403
    assert "audit.read" in owner.get(page("role", "change", system.pk)).content.decode()


def station_data(station, **changes):
    names = (
        "name display_name email phone address_line1 city state postal_code country timezone latitude "
        "longitude slot_capacity max_concurrent_bookings booking_lead_time_hours escalation_radius_miles "
        "status"
    )
    data = {name: getattr(station, name) for name in names.split()}
    return {**data, "settings": "{}", "business_hours": "{}", "branding_config": "{}", **changes}


def test_a_station_is_changed_with_its_json_checked(admin, world):
    station = Station.objects.get(pk=world.a.station.pk)
    address = page("station", "change", station.pk)
    wrong = admin.post(address, station_data(station, settings='{"slots": ["18:00", "12:00"], "x": 1}'))
    assert wrong.context["adminform"].form.errors == {
        "settings": [
            "slots: must be different times in rising order, at least one",
            "x: is no setting of a station",
        ]
    }
    good = admin.post(
        address, station_data(station, settings='{"slots": ["12:00", "18:00"]}', slot_capacity=3)
    )
    assert good.status_code == 302
    station.refresh_from_db()
    assert (station.settings, station.slot_capacity) == ({"slots": ["12:00", "18:00"]}, 3)
    row = StationAuditLog.objects.get(resource_type="station", action="update")
    assert row.details["changed"]["slot_capacity"] == {"old": 2, "new": 3}
    stale = admin.post(
        address, station_data(station, name="Late", seen=world.a.station.updated_at.isoformat())
    )
    assert "changed this record meanwhile" in stale.content.decode()


def test_stations_are_opened_and_closed_by_the_owner(owner, world):
    """R-8."""
    made = owner.post(
        page("station", "add"),
        {
            **station_data(world.a.station, name="Sonoma", email="sonoma@stations.example"),
            "postal_code": "95476",
            "city": "Sonoma",
            "latitude": "",
            "longitude": "",
        },
    )
    assert made.status_code == 302, made.context["adminform"].form.errors
    station = Station.objects.get(name="Sonoma")
    assert station.code == "ST-SONOMA-001"
    in_use = owner.post(page("station", "delete", world.a.station.pk), {"reason": "closing down here"})
    assert in_use.context["form"].non_field_errors()[0].startswith("The station is in use:")
    assert (
        owner.post(page("station", "delete", station.pk), {"reason": "closing down here"}).status_code == 302
    )
    station.refresh_from_db()
    assert station.status == "inactive"


def test_the_own_password_is_changed_through_the_service(client, world):
    """AU-2, AU-6."""
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    address = reverse("admin:password_change")
    new = "an entirely new phrase"

    def change(**data):
        return client.post(address, {"current_password": PASSWORD, "new_password": new, "again": new, **data})

    assert change(again="something else").context["form"].errors == {"again": ["The two passwords differ."]}
    wrong = change(current_password="not my password")
    assert wrong.context["form"].errors == {"current_password": ["E-mail or password is wrong."]}
    short = change(new_password="short", again="short")
    assert short.context["form"].errors == {"new_password": ["Use at least 12 characters."]}
    answer = change()
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    world.manager.refresh_from_db()
    assert world.manager.check_password(new)


def test_log_in_and_log_out_are_noted(client, world):
    """P-7."""
    answer = client.post(
        reverse("admin:login"), {"username": world.manager.email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert client.post(reverse("admin:logout")).status_code in (200, 302)
    actions = StationAuditLog.objects.filter(resource_id=str(world.manager.pk)).order_by("created_at")
    assert list(actions.values_list("action", flat=True)) == ["login", "logout"]


def test_the_log_in_page_speaks_in_words(client, world):
    """AU-4, AU-5."""
    address = reverse("admin:login")

    def attempt(email, password="wrong password"):
        return (
            client.post(address, {"username": email, "password": password})
            .context["form"]
            .non_field_errors()[0]
        )

    said = [attempt(world.manager.email) for _ in range(6)]
    assert said == [
        "E-mail or password is wrong.",
        "E-mail or password is wrong.",
        "E-mail or password is wrong. 2 more attempts before the account is locked.",
        "E-mail or password is wrong. 1 more attempts before the account is locked.",
        "E-mail or password is wrong. 0 more attempts before the account is locked.",
        "Too many failed attempts; try again later: wait 15 minutes.",
    ]
    customer = UserFactory()
    assert attempt(customer.email, PASSWORD).startswith("Please enter the correct")
    pending = make_staff(UserRole.ADMIN, status=UserStatus.SUSPENDED)
    assert attempt(pending.email, PASSWORD) == "The account is not active."

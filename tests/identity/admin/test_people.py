"""Accounts, links, roles and stations: through their services, refusals in words (R-5 to R-8)."""

from datetime import timedelta

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from common.admin.forms import stamp
from identity.enums import UserRole, UserStatus
from identity.models import Role, StationAuditLog, StationUser, User
from identity.models import UserRole as RoleAssignment
from tests.factories.identity import UserFactory, make_staff
from tests.identity.post import last_letter


def seen(row):
    """Return what the page of the row, opened now, sends along (BK-3)."""
    row.refresh_from_db()
    return {"seen": stamp(row)}


def page(model, kind, *args):
    return reverse(f"admin:identity_{model}_{kind}", args=args)


def do(client, user, action, **data):
    return client.post(page("user", "do", user.pk, action), {**seen(user), **data})


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


def test_a_chef_account_of_an_admin_waits_for_the_owner_to_confirm_its_email(admin, world):
    """R-7."""
    user = UserFactory(role="chef", email_verified_at=None)
    do(admin, user, "confirm-email")
    user.refresh_from_db()
    assert user.email_verified_at is None
    admin.force_login(world.owner, backend="identity.backends.StaffBackend")
    assert "Confirm e-mail" in admin.get(page("user", "change", user.pk)).content.decode()
    assert do(admin, user, "confirm-email").status_code == 302
    user.refresh_from_db()
    assert user.email_verified_at is not None
    assert "Confirm e-mail" not in admin.get(page("user", "change", user.pk)).content.decode()


def test_a_profile_is_changed_and_audited_by_field_name(owner, world):
    answer = owner.post(
        page("user", "change", world.manager.pk),
        {**seen(world.manager), "full_name": "Mona Renamed", "new_phone": "5105550144"},
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
        page("stationuser", "change", link.pk),
        link_data(**seen(link), additional_permissions='["system.config"]'),
    )
    assert wrong.context["adminform"].form.errors == {
        "additional_permissions": ["No link can carry system.config."]
    }
    shape = owner.post(
        page("stationuser", "change", link.pk), link_data(**seen(link), additional_permissions='{"a": 1}')
    )
    assert shape.context["adminform"].form.errors == {
        "additional_permissions": ["Give a list of permission codes."]
    }
    good = owner.post(
        page("stationuser", "change", link.pk),
        link_data(**seen(link), additional_permissions='["chef.manage"]'),
    )
    assert good.status_code == 302
    link.refresh_from_db()
    assert link.additional_permissions == ["chef.manage"]
    assert owner.post(page("stationuser", "delete", link.pk), {"reason": "moved away"}).status_code == 302
    assert not StationUser.objects.filter(pk=link.pk).exists()


def test_a_value_that_is_no_key_is_a_wrong_choice(owner, world):
    for value in ("-1", "nonsense", "01a1fea1-970a-76db-9f13-4d3e82a0f46d"):
        link = owner.post(page("stationuser", "add"), link_data(user=value, station=world.a.station.pk))
        assert (link.status_code, set(link.context["adminform"].form.errors)) == (200, {"user"})
        role = owner.post(page("userrole", "add"), {"user": value, "role": Role.objects.get(name="admin").pk})
        assert (role.status_code, set(role.context["adminform"].form.errors)) == (200, {"user"})
    kept = owner.post(
        page("stationuser", "add"), link_data(user=world.manager.pk, station="")
    ).content.decode()
    assert f'<option value="{world.manager.pk}" selected>' in kept


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
        page("role", "change", role.pk),
        {**seen(role), "codes": ["booking.read", "chef.read"], "is_active": ""},
    )
    assert changed.status_code == 302
    role.refresh_from_db()
    codes = set(role.role_permissions.values_list("permission__code", flat=True))
    assert (codes, role.is_active) == ({"booking.read", "chef.read"}, False)
    assert owner.post(page("role", "delete", role.pk), {"reason": "nobody greets"}).status_code == 302
    system = Role.objects.get(name="admin", is_system_role=True)
    assert owner.post(page("role", "delete", system.pk), {"reason": "nobody greets"}).status_code == 403
    assert "audit.read" in owner.get(page("role", "change", system.pk)).content.decode()


def test_au13_an_admin_invites_to_stations_of_their_own(admin, world):
    """AU-12, R-7: no first password, only a mailed link."""
    form = admin.get(page("user", "add")).context["adminform"].form
    assert "first_password" not in form.fields
    assert list(form.fields["stations"].queryset) == [world.a.station]
    data = {"login": "ned@house.example", "full_name": "Ned", "kind": "station_manager"}
    nowhere = admin.post(page("user", "add"), data)
    assert nowhere.context["adminform"].form.non_field_errors() == ["You may not do this"]
    foreign = admin.post(page("user", "add"), {**data, "stations": [world.b.station.pk]})
    assert "stations" in foreign.context["adminform"].form.errors
    assert admin.post(page("user", "add"), {**data, "stations": [world.a.station.pk]}).status_code == 302
    user = User.objects.get(email="ned@house.example")
    assert (user.status, user.invited_by_id) == ("pending", world.admin.pk)
    assert (last_letter().kind, last_letter().to) == ("account_invitation", user.email)
    assert "Revoke invitation" in admin.get(page("user", "change", user.pk)).content.decode()
    assert do(admin, user, "revoke-invitation", reason="hired somebody else").status_code == 302
    user.refresh_from_db()
    assert (user.status, user.invitation_expires_at) == ("pending", None)


def test_au12_an_owner_approves_an_applicant(owner, world):
    user = UserFactory(role="customer_support", status="pending", metadata={"applied_as": "staff"})
    answer = do(owner, user, "approve", kind="station_manager", stations=[world.a.station.pk], notes="Fine.")
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.role, user.status, user.approved_by_id) == ("station_manager", "active", world.owner.pk)
    assert user.approval_notes == "Fine."
    assert user.station_users.get().role == "station_admin"


def test_au9_an_owner_resets_the_second_factor(owner, world):
    User.objects.filter(pk=world.manager.pk).update(mfa_enabled=True, mfa_secret="GEZDGNBVGY3TQOJQ")
    world.manager.refresh_from_db()
    assert do(owner, world.manager, "reset-mfa").status_code == 302
    world.manager.refresh_from_db()
    assert (world.manager.mfa_enabled, world.manager.mfa_secret) == (False, None)

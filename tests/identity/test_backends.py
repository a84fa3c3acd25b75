"""The admin's door: staff only, the same lockout, sessions that die with the tokens."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY, authenticate
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from identity.backends import StaffBackend
from identity.models import StationAuditLog, User
from identity.selectors import actor_for
from identity.services.account_states import suspend_user
from identity.services.sessions import end_all_sessions
from tests.factories.identity import PASSWORD, UserFactory, make_actor, make_staff

pytestmark = pytest.mark.django_db


def enter(user, password=PASSWORD):
    client = Client()
    client.login(username=user.email, password=password)
    return client


def outcomes():
    return list(
        StationAuditLog.objects.order_by("created_at", "pk").values_list("details__outcome", flat=True)
    )


@pytest.mark.parametrize("role", ["super_admin", "admin", "customer_support", "station_manager"])
def test_staff_get_a_session(roles, role):
    user = UserFactory(role=role)
    assert enter(user).session[SESSION_KEY] == str(user.pk)
    row = StationAuditLog.objects.get()
    assert (row.user, row.details) == (user, {"outcome": "ok", "door": "admin"})


@pytest.mark.parametrize("role", ["chef", "customer", "supplier_owner"])
def test_others_do_not(roles, role):
    assert SESSION_KEY not in enter(UserFactory(role=role)).session
    assert outcomes() == ["not_staff"]


def test_wrong_password_inactive_account_and_empty_form(roles):
    assert SESSION_KEY not in enter(UserFactory(role="admin"), "wrong").session
    assert SESSION_KEY not in enter(UserFactory(role="admin", status="suspended")).session
    assert authenticate(None, username="", password="") is None
    assert outcomes() == ["invalid_credentials", "account_not_active"]


def test_au5_the_lockout_holds_here_too(roles):
    user = UserFactory(role="admin")
    for _ in range(5):
        enter(user, "wrong")
    assert SESSION_KEY not in enter(user).session
    assert outcomes() == ["invalid_credentials"] * 5 + ["account_locked"]


@pytest.mark.parametrize(
    "cut_off",
    [
        lambda user: end_all_sessions(user=user, by=actor_for(user), at=timezone.now()),
        lambda user: suspend_user(
            user=user, reason="left the company", by=make_actor("super_admin"), at=timezone.now()
        ),
        lambda user: User.objects.filter(pk=user.pk).update(role="chef"),
    ],
    ids=["logged out everywhere", "suspended", "no staff any more"],
)
def test_au2_sessions_die_with_the_account_s_tokens(roles, cut_off):
    user = UserFactory(role="admin")
    client = enter(user)
    assert client.get("/admin/").status_code == 200
    cut_off(user)
    assert client.get("/admin/").status_code == 302


def test_a_session_brings_its_rights_along(station, django_assert_num_queries):
    user = make_staff("admin", station)
    loaded = StaffBackend().get_user(user.pk)
    with django_assert_num_queries(0):
        assert actor_for(loaded).may("station.update", station.pk)
    lazy = SimpleLazyObject(lambda: loaded)
    with django_assert_num_queries(0):
        assert actor_for(lazy).may("station.update", station.pk)
    assert StaffBackend().get_user(station.pk) is None


def test_admin_permissions_are_codes(station, other_station):
    admin = make_staff("admin", station)
    assert admin.has_perm("identity.view_station")
    assert admin.has_perm("identity.change_station", station)
    assert not admin.has_perm("identity.add_station")
    assert not admin.has_perm("identity.delete_station")
    assert not admin.has_perm("identity.view_unheardof")
    assert admin.has_perms(["identity.view_station", "identity.change_station"])
    assert not admin.has_perms(["identity.view_station", "identity.add_station"])
    assert UserFactory(role="super_admin").has_perm("identity.add_station")


def test_a_row_of_a_station_is_judged_by_its_station(station, other_station):
    user = make_staff("admin", station)
    links = [user.station_users.get(), make_staff("admin", other_station).station_users.get()]
    assert [user.has_perm("identity.view_stationuser", link) for link in links] == [True, False]


def test_modules_are_seen_when_any_model_is(station):
    assert make_staff("admin", station).has_module_perms("identity")
    assert not make_staff("admin", station).has_module_perms("nowhere")
    for stranger in (UserFactory(role="chef"), UserFactory(role="admin", status="suspended")):
        assert not stranger.has_module_perms("identity")
        assert not stranger.has_perm("identity.view_station")
    assert not StaffBackend().has_perm(AnonymousUser(), "identity.view_station")


def test_rights_of_a_link_that_ran_out_are_gone(station):
    user = make_staff("admin", station)
    user.station_users.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not user.has_perm("identity.change_station", station)

"""R-2, R-3, R-5, R-6, R-9: what an account may do, and where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.actors import Actor, Scope
from identity.models import Role, RolePermission, StationAccessToken
from identity.permissions import CODES, OWNER_CODES
from identity.selectors import actor_for
from identity.selectors.actors import keep_actor
from tests.factories.identity import StationUserFactory, UserFactory, make_actor, make_staff, system_role

pytestmark = pytest.mark.django_db


def test_user_actor_is_an_actor(roles):
    user = UserFactory()
    actor = actor_for(user)
    assert isinstance(actor, Actor)
    assert (actor.type, actor.id, actor.label, actor.role) == ("user", user.pk, f"user:{user.pk}", "customer")


def test_super_admin_reaches_everything_without_a_link(station):
    actor = make_actor("super_admin")
    assert {actor.scope(code) for code in CODES} == {Scope(everywhere=True, company=True)}
    assert actor.may("booking.correct", station.pk)
    assert actor.may("booking.correct")
    assert actor.codes() == actor.codes_at(station.pk) == frozenset(CODES)


def test_staff_act_at_their_live_links_only(station, other_station):
    actor = make_actor("admin", station)
    assert actor.scope("booking.correct") == Scope(stations=frozenset({station.pk}), company=True)
    assert actor.may("booking.correct", station.pk)
    assert not actor.may("booking.correct", other_station.pk)
    assert actor.scope("station.create") == Scope()


def test_staff_without_a_link_reach_no_station(station):
    actor = make_actor("station_manager")
    assert actor.scope("booking.read") == Scope(company=True)
    assert not actor.may("booking.read", station.pk)


@pytest.mark.parametrize(
    "terms",
    [
        {"is_active": False},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"station__status": "inactive"},
    ],
    ids=["switched off", "expired", "station closed"],
)
def test_r3_a_link_counts_while_it_is_live(roles, terms):
    user = make_staff("admin")
    link = StationUserFactory(user=user, **terms)
    live = StationUserFactory(user=user, expires_at=timezone.now() + timedelta(hours=1))
    assert actor_for(user).scope("booking.read").stations == {live.station_id}
    assert not actor_for(user).may("booking.read", link.station_id)


@pytest.mark.parametrize("status", ["suspended", "maintenance"])
def test_r3_stations_that_only_pause_keep_their_links(station, status):
    station.status = status
    station.save()
    assert make_actor("admin", station).may("booking.read", station.pk)


def test_r2_a_link_gives_the_codes_of_its_role_there(station, other_station):
    user = make_staff("customer_support", other_station)
    StationUserFactory(user=user, station=station, role="admin")
    actor = actor_for(user)
    assert actor.scope("booking.correct") == Scope(stations=frozenset({station.pk}))
    assert actor.scope("booking.read").stations == {station.pk, other_station.pk}
    # audit.read is for own actions as support, for the whole station as its admin.
    assert actor.scope("audit.read") == Scope(stations=frozenset({station.pk}), own=True)


def test_r2_a_link_to_a_chef_adds_to_own_records(station):
    user = UserFactory(role="chef")
    StationUserFactory(
        user=user, station=station, role="customer_support", additional_permissions=["chef.manage"]
    )
    actor = actor_for(user)
    assert actor.scope("booking.read") == Scope(stations=frozenset({station.pk}), own=True)
    assert actor.scope("chef.manage") == Scope(stations=frozenset({station.pk}))
    assert actor.scope("audit.read") == Scope(own=True)


def test_r9_no_link_reaches_company_rows_or_gives_owner_codes(station):
    user = UserFactory(role="chef")
    StationUserFactory(
        user=user,
        station=station,
        role="super_admin",
        additional_permissions=["system.config", "station.create"],
    )
    actor = actor_for(user)
    assert not actor.may("customer.read")
    assert actor.may("customer.read", station.pk)
    assert [code for code in sorted(OWNER_CODES) if actor.scope(code)] == []
    assert actor.codes_at(station.pk) == frozenset(CODES) - OWNER_CODES


def test_r9_own_roles_reach_company_rows(station):
    assert make_actor("station_manager", station).may("customer.read")
    assert not make_actor("customer").may("customer.read")


def test_customer_reaches_own_records_only(station):
    actor = make_actor("customer")
    assert actor.scope("booking.read") == Scope(own=True)
    assert actor.scope("booking.hold") == Scope()
    assert not actor.may("booking.read", station.pk)


@pytest.mark.parametrize("status", ["pending", "suspended", "deactivated"])
def test_an_account_that_is_not_active_has_no_rights(station, status):
    actor = make_actor("super_admin", station, status=status)
    assert actor.codes() == frozenset()


def test_a_role_made_by_people_reaches_linked_stations(station):
    role = Role.objects.create(name="accountant", display_name="Accountant")
    permission = system_role("admin").role_permissions.get(permission__code="payment.report").permission
    RolePermission.objects.create(role=role, permission=permission)
    user = UserFactory(role="chef", roles=[role])
    StationUserFactory(user=user, station=station, role="customer_support")
    assert actor_for(user).scope("payment.report") == Scope(stations=frozenset({station.pk}), company=True)
    role.is_active = False
    role.save()
    assert actor_for(user).scope("payment.report") == Scope()


def test_rights_are_read_by_one_statement_however_many_there_are(
    station, other_station, django_assert_num_queries
):
    user = make_staff("admin", station)
    actor_for(user)
    with django_assert_num_queries(1):
        actor_for(user)
    StationUserFactory(user=user, station=other_station, role="customer_support")
    with django_assert_num_queries(1):
        assert actor_for(user).may("booking.read", other_station.pk)


def test_a_change_of_roles_is_seen_by_the_next_reading(roles, django_assert_num_queries):
    user = UserFactory(role="customer")
    assert actor_for(user).scope("booking.read") == Scope(own=True)
    system_role("customer").save()
    with django_assert_num_queries(2):
        actor_for(user)
    with django_assert_num_queries(1):
        actor_for(user)


def test_authentication_lends_its_actor_to_the_instance_of_the_request(roles, django_assert_num_queries):
    user = UserFactory()
    actor = actor_for(user)
    keep_actor(user, actor)
    with django_assert_num_queries(0):
        assert actor_for(user) is actor


def test_au10_a_station_token_narrows_to_its_station_and_codes(station, other_station):
    user = make_staff("admin", station, other_station)
    token = StationAccessToken(user=user, station=station, permissions=["booking.read", "gone.code"])
    actor = actor_for(user, station_token=token)
    assert actor.scope("booking.read") == Scope(stations=frozenset({station.pk}))
    assert not actor.may("booking.read")
    assert actor.scope("booking.create") == Scope()
    assert actor.codes() == {"booking.read"}
    assert actor.widened().scope("booking.create").stations == {station.pk, other_station.pk}


def test_au10_narrowed_rights_end_with_the_link(station):
    token = StationAccessToken(station=station, permissions=["booking.read", "audit.read"])
    actor = actor_for(make_staff("customer_support"), station_token=token)
    assert actor.scope("booking.read") == Scope()
    assert actor.scope("audit.read") == Scope(own=True)


def test_au10_the_only_station_is_meant_when_none_is_named(station, other_station):
    token = StationAccessToken(station=station, permissions=[])
    user = make_staff("admin", station, other_station)
    assert make_actor("admin").sole_station_id() is None
    assert make_actor("admin", station).sole_station_id() == station.pk
    assert actor_for(user).sole_station_id() is None
    assert actor_for(user, station_token=token).sole_station_id() == station.pk
    assert actor_for(user).link_to(other_station.pk).role == "admin"
    assert actor_for(user).link_to(user.pk) is None

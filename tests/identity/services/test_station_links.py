"""R-2, R-5, R-6, R-9: granting, changing and revoking station links."""

from datetime import timedelta

import pytest

from common.exceptions import Duplicate, NotFound, PermissionDenied, ValidationFailed
from identity.models import StationAuditLog, StationUser, User
from identity.selectors import actor_for
from identity.services.station_links import LinkTerms, change_station_link, grant_station, revoke_station
from identity.services.station_tokens import issue_station_token
from tests.factories.identity import StationUserFactory, UserFactory, make_actor, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(station):
    """Return the actor of an admin of the station."""
    return make_actor("admin", station)


def newest_audit():
    return StationAuditLog.objects.order_by("-created_at", "-pk").first()


def test_granting_gives_rights_at_once(admin, station, at):
    user = UserFactory(role="station_manager")
    end = at + timedelta(days=3650)
    terms = LinkTerms(
        role="station_admin", additional_permissions=["qr.manage"], expires_at=end, is_primary_station=True
    )
    link = grant_station(user=user, station=station, terms=terms, by=admin, at=at)
    assert (link.assigned_by_id, link.assigned_at, link.is_active) == (admin.id, at, True)
    assert actor_for(user).may("qr.manage", station.pk)
    assert actor_for(user).may("chef.manage", station.pk)
    row = newest_audit()
    assert (row.action, row.station, row.permissions_used) == (
        "permission_change",
        station,
        ["station.manage_users"],
    )
    assert row.details == {
        "user_id": str(user.pk),
        "granted": {
            "role": "station_admin",
            "additional_permissions": ["qr.manage"],
            "expires_at": end.isoformat(),
            "is_active": True,
            "is_primary_station": True,
        },
    }


def test_r6_changing_a_link_kills_station_tokens_and_names_the_change(admin, station, at):
    user = make_staff("station_manager", station)
    link = StationUser.objects.get(user=user)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    changed = change_station_link(link=link, terms=LinkTerms(role="customer_support"), by=admin, at=at)
    assert changed.role == "customer_support"
    assert user.station_access_tokens.get().revoked_at == at
    assert newest_audit().details == {
        "user_id": str(user.pk),
        "role": {"old": "station_admin", "new": "customer_support"},
    }


def test_r6_revoking_a_link_kills_station_tokens(admin, station, at):
    user = make_staff("station_manager", station)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    link = StationUser.objects.get(user=user)
    revoke_station(link=link, by=admin, at=at)
    assert user.station_access_tokens.get().revoked_at == at
    assert not actor_for(user).may("booking.read", station.pk)
    assert newest_audit().details["revoked"]["role"] == "station_admin"
    for act in (
        lambda: revoke_station(link=link, by=admin, at=at),
        lambda: change_station_link(link=link, terms=LinkTerms(), by=admin, at=at),
    ):
        with pytest.raises(NotFound):
            act()


def test_one_primary_station_per_account(station, other_station, at):
    owner, user = make_actor("super_admin"), UserFactory(role="admin")
    primary = LinkTerms(role="admin", is_primary_station=True)
    first = grant_station(user=user, station=station, terms=primary, by=owner, at=at)
    second = grant_station(user=user, station=other_station, terms=primary, by=owner, at=at)
    first.refresh_from_db()
    assert (first.is_primary_station, second.is_primary_station) == (False, True)


def test_r5_nobody_changes_their_own_link(station, at):
    user = make_staff("admin", station)
    link = StationUser.objects.get(user=user)
    for act in (
        lambda: grant_station(user=user, station=station, terms=LinkTerms(), by=actor_for(user), at=at),
        lambda: change_station_link(
            link=link, terms=LinkTerms(role="super_admin"), by=actor_for(user), at=at
        ),
        lambda: revoke_station(link=link, by=actor_for(user), at=at),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_r5_nobody_grants_a_code_they_lack(station, at):
    # A manager whose link lets him manage users still cannot make somebody an admin there.
    manager = make_staff("station_manager")
    StationUserFactory(
        user=manager, station=station, role="station_admin", additional_permissions=["station.manage_users"]
    )
    actor, user = actor_for(manager), UserFactory(role="chef")
    for terms in (
        LinkTerms(role="admin"),
        LinkTerms(role="station_admin", additional_permissions=["qr.manage"]),
    ):
        with pytest.raises(PermissionDenied):
            grant_station(user=user, station=station, terms=terms, by=actor, at=at)
    assert grant_station(user=user, station=station, terms=LinkTerms(role="station_admin"), by=actor, at=at)


def test_r9_no_link_carries_owner_or_unknown_codes(station, at):
    owner, user = make_actor("super_admin"), UserFactory(role="admin")
    for codes in (["system.config"], ["made.up"]):
        with pytest.raises(ValidationFailed) as refused:
            grant_station(
                user=user,
                station=station,
                terms=LinkTerms(additional_permissions=codes),
                by=owner,
                at=at,
            )
        assert refused.value.errors[0].message == f"No link can carry {codes[0]}."


def test_links_are_managed_where_the_actor_manages(admin, station, other_station, at):
    user = UserFactory(role="admin")
    with pytest.raises(PermissionDenied):
        grant_station(user=user, station=other_station, terms=LinkTerms(), by=admin, at=at)
    with pytest.raises(PermissionDenied):
        grant_station(
            user=user, station=station, terms=LinkTerms(), by=make_actor("customer_support", station), at=at
        )
    grant_station(user=user, station=station, terms=LinkTerms(), by=admin, at=at)
    with pytest.raises(Duplicate):
        grant_station(user=user, station=station, terms=LinkTerms(), by=admin, at=at)


def test_hidden_accounts_get_no_link(admin, station, at):
    user = UserFactory(status="deactivated")
    User.objects.filter(pk=user.pk).update(deleted_at=at, delete_reason="gone")
    with pytest.raises(NotFound):
        grant_station(user=user, station=station, terms=LinkTerms(), by=admin, at=at)


@pytest.mark.parametrize("role", ["admin", "super_admin"])
def test_r7_no_link_makes_an_admin_of_an_account_of_another_kind(admin, station, other_station, at, role):
    manager, peer = make_staff("station_manager", station), UserFactory(role=role)
    link = StationUser.objects.get(user=manager)
    with pytest.raises(PermissionDenied):
        change_station_link(link=link, terms=LinkTerms(role=role), by=admin, at=at)
    link.refresh_from_db()
    assert link.role == "station_admin"
    assert grant_station(user=peer, station=station, terms=LinkTerms(role=role), by=admin, at=at).role == role
    owner = make_actor("super_admin")
    assert change_station_link(link=link, terms=LinkTerms(role=role), by=owner, at=at).role == role

"""R-1, R-5, R-6: roles made by people."""

import pytest

from common.exceptions import Duplicate, InUse, PermissionDenied, ValidationFailed
from identity.models import Permission, Role, RolePermission, StationAuditLog
from identity.permissions import MATRIX
from identity.selectors import actor_for
from identity.services.reference_data import LoadedRoles, load_roles
from identity.services.roles import (
    assign_role,
    create_role,
    delete_role,
    set_role_active,
    set_role_codes,
    withdraw_role,
)
from identity.services.station_tokens import issue_station_token
from tests.factories.identity import make_actor, make_staff, system_role

pytestmark = pytest.mark.django_db

REASON = "not needed any more"


@pytest.fixture
def owner(roles):
    """Return the actor of a super_admin."""
    return make_actor("super_admin")


@pytest.fixture
def accountant(owner, at):
    """Return a role made by a person."""
    return create_role(
        name="accountant", display_name="Accountant", codes=["payment.report"], by=owner, at=at
    )


def loaded():
    pairs = RolePermission.objects.filter(role__is_system_role=True).values_list(
        "role__name", "permission__code"
    )
    return set(pairs)


def test_reference_data_is_the_matrix_and_loads_any_number_of_times(db):
    assert load_roles() == LoadedRoles(10, Permission.objects.count(), len(loaded()), 0)
    assert loaded() == {(role, code) for role, codes in MATRIX.items() for code in codes}
    assert load_roles() == LoadedRoles(0, 0, 0, 0)


def test_reference_data_heals_what_was_changed_by_hand(owner, station):
    manager = make_staff("station_manager", station)
    admin_codes = system_role("admin").role_permissions
    admin_codes.get(permission__code="booking.read").delete()
    Permission.objects.get(code="chef.read").delete()
    RolePermission.objects.create(
        role=system_role("station_manager"), permission=Permission.objects.get(code="system.config")
    )
    load_roles()
    assert loaded() == {(role, code) for role, codes in MATRIX.items() for code in codes}
    assert actor_for(manager).may("chef.read", station.pk)
    assert not actor_for(manager).scope("system.config")


def test_r6_new_codes_act_at_once_and_kill_station_tokens(owner, accountant, station, at):
    user = make_staff("station_manager", station)
    assert not actor_for(user).scope("payment.report")
    assign_role(user=user, role=accountant, by=owner, at=at)
    assert actor_for(user).may("payment.report", station.pk)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    set_role_codes(role=accountant, codes=["coupon.cancel"], by=owner, at=at)
    assert not actor_for(user).scope("payment.report")
    assert actor_for(user).may("coupon.cancel", station.pk)
    assert user.station_access_tokens.get().revoked_at == at
    row = StationAuditLog.objects.get(action="permission_change")
    assert row.details == {"added": ["coupon.cancel"], "removed": ["payment.report"]}


def test_switching_off_and_deleting_a_role(owner, accountant, station, at):
    user = make_staff("station_manager", station)
    assign_role(user=user, role=accountant, by=owner, at=at)
    assign_role(user=user, role=accountant, by=owner, at=at)
    set_role_active(role=accountant, is_active=False, by=owner, at=at)
    assert not actor_for(user).scope("payment.report")
    set_role_active(role=accountant, is_active=True, by=owner, at=at)
    assert actor_for(user).scope("payment.report")
    delete_role(role=accountant, reason=REASON, by=owner, at=at)
    assert not actor_for(user).scope("payment.report")
    assert StationAuditLog.objects.get(action="delete").reason == REASON
    assert StationAuditLog.objects.filter(details={"assigned": "accountant"}).count() == 1


def test_withdrawing_a_role(owner, accountant, station, at):
    user = make_staff("station_manager", station)
    assign_role(user=user, role=accountant, by=owner, at=at)
    withdraw_role(user=user, role=accountant, by=owner, at=at)
    withdraw_role(user=user, role=accountant, by=owner, at=at)
    assert not actor_for(user).scope("payment.report")
    assert StationAuditLog.objects.filter(details={"withdrawn": "accountant"}).count() == 1


def test_r1_system_roles_cannot_be_changed_deleted_or_given(owner, station, at):
    admin, user = system_role("admin"), make_staff("station_manager", station)
    for act in (
        lambda: set_role_codes(role=admin, codes=[], by=owner, at=at),
        lambda: set_role_active(role=admin, is_active=False, by=owner, at=at),
        lambda: delete_role(role=admin, reason=REASON, by=owner, at=at),
        lambda: assign_role(user=user, role=admin, by=owner, at=at),
        lambda: withdraw_role(user=user, role=system_role("station_manager"), by=owner, at=at),
    ):
        with pytest.raises(InUse):
            act()


def test_names_and_codes_of_a_new_role(owner, accountant, at):
    for name in ("accountant", "admin"):
        with pytest.raises(Duplicate):
            create_role(name=name, display_name="x", codes=[], by=owner, at=at)
    with pytest.raises(ValidationFailed) as refused:
        create_role(name="other", display_name="x", codes=["made.up"], by=owner, at=at)
    assert refused.value.errors[0].pointer == "/codes"
    assert not Role.objects.filter(name="other").exists()


def test_r5_only_who_may_assign_roles_does_and_never_to_themselves(owner, accountant, station, at):
    admin, user = make_actor("admin", station), make_staff("super_admin")
    for act in (
        lambda: create_role(name="x", display_name="x", codes=[], by=admin, at=at),
        lambda: set_role_codes(role=accountant, codes=[], by=admin, at=at),
        lambda: delete_role(role=accountant, reason=REASON, by=admin, at=at),
        lambda: assign_role(user=user, role=accountant, by=admin, at=at),
        lambda: assign_role(user=user, role=accountant, by=actor_for(user), at=at),
        lambda: withdraw_role(user=user, role=accountant, by=actor_for(user), at=at),
    ):
        with pytest.raises(PermissionDenied):
            act()

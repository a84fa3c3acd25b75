"""R-1, R-5, R-7, AU-16: making accounts and deciding who may act."""

from datetime import timedelta

import pytest

from common.actors import GuestActor, SystemActor
from common.exceptions import Duplicate, InvalidTransition, NotFound, PermissionDenied, ValidationFailed
from events.models import DomainEvent
from identity.enums import UserRole
from identity.exceptions import LastSuperAdmin
from identity.models import StationAuditLog, User
from identity.selectors import actor_for
from identity.services.account_states import (
    change_kind,
    deactivate_user,
    reactivate_user,
    suspend_user,
    unlock_user,
)
from identity.services.accounts import confirm_email, create_user, update_profile
from identity.services.station_tokens import issue_station_token
from tests.factories.identity import StationUserFactory, UserFactory, make_actor, make_staff

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"
REASON = "left the company"
SYSTEM = SystemActor("test")


@pytest.fixture
def owner(roles):
    """Return the actor of a super_admin."""
    return make_actor("super_admin")


def role_names(user):
    return list(user.user_roles.values_list("role__name", flat=True))


def audits():
    rows = StationAuditLog.objects.order_by("created_at", "pk")
    return list(rows.values_list("action", "details", "permissions_used"))


def test_r1_a_new_account_gets_the_system_role_of_its_kind(owner, at):
    user = create_user(
        email=" Ann@People.example ",
        role="station_manager",
        password=GOOD,
        full_name="Ann Lee",
        phone="(510) 555-0100",
        by=owner,
        at=at,
    )
    user.refresh_from_db()
    assert (user.email, user.phone, user.full_name) == ("ann@people.example", "+15105550100", "Ann Lee")
    assert (user.role, user.status, user.is_active) == ("station_manager", "active", True)
    assert (user.activated_at, user.email_verified_at, user.password_changed_at) == (at, at, at)
    assert user.check_password(GOOD)
    assert role_names(user) == ["station_manager"]
    assert user.user_roles.get().assigned_by_id == owner.id
    assert audits() == [("create", {"role": "station_manager"}, ["user.invite"])]
    event = DomainEvent.objects.get()
    assert (event.event_type, event.aggregate_id, event.payload) == (
        "user.activated",
        user.pk,
        {"role": "station_manager"},
    )


def test_an_account_without_password_cannot_be_entered_by_one(owner, at):
    user = create_user(email="ann@people.example", role="chef", is_verified=False, by=owner, at=at)
    assert not user.has_usable_password()
    assert (user.email_verified_at, user.phone) == (None, None)


@pytest.mark.parametrize("role", UserRole.values)
def test_r7_an_admin_makes_station_managers_and_chefs_only(station, at, role):
    admin = make_actor("admin", station)
    if role in {"station_manager", "chef"}:
        assert create_user(email="x@people.example", role=role, by=admin, at=at).role == role
    else:
        with pytest.raises(PermissionDenied):
            create_user(email="x@people.example", role=role, by=admin, at=at)


def test_r7_a_code_handed_on_by_a_link_invites_nobody(station, at):
    manager = make_staff("station_manager")
    StationUserFactory(
        user=manager, station=station, role="station_admin", additional_permissions=["user.invite"]
    )
    assert actor_for(manager).may("user.invite", station.pk)
    with pytest.raises(PermissionDenied):
        create_user(email="x@people.example", role="chef", by=actor_for(manager), at=at)


def test_r7_only_who_assigns_roles_vouches_for_an_email(owner, station, at):
    made = {
        name: create_user(email=f"{name}@people.example", role="chef", by=by, at=at)
        for name, by in (("owner", owner), ("system", SYSTEM), ("admin", make_actor("admin", station)))
    }
    assert {name: user.email_verified_at for name, user in made.items()} == {
        "owner": at,
        "system": at,
        "admin": None,
    }


def test_an_email_is_confirmed_by_who_vouches_for_it(owner, station, at):
    user, admin = UserFactory(role="chef", email_verified_at=None), make_actor("admin", station)
    for by in (admin, actor_for(user), GuestActor()):
        with pytest.raises(PermissionDenied):
            confirm_email(user=user, by=by, at=at)
    for moment in (at, at + timedelta(days=1)):
        assert confirm_email(user=user, by=owner, at=moment).email_verified_at == at
    assert audits() == [("update", {"changed": ["email_verified_at"]}, ["role.assign"])]
    with pytest.raises(NotFound):
        confirm_email(user=User(email="nobody@people.example"), by=owner, at=at)


@pytest.mark.parametrize("role", ["customer_support", "station_manager", "chef", "customer"])
def test_others_make_no_account(station, at, role):
    for actor in (make_actor(role, station), GuestActor()):
        with pytest.raises(PermissionDenied):
            create_user(email="x@people.example", role="chef", by=actor, at=at)


def test_a_taken_email_is_refused_whatever_its_spelling(owner, at):
    UserFactory(email="ann@people.example")
    with pytest.raises(Duplicate):
        create_user(email="ANN@people.example", role="chef", by=owner, at=at)
    assert not DomainEvent.objects.exists()


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"email": "no mail"}, "/email", "invalid"),
        (
            {"email": f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 30}.example"},
            "/email",
            "max_length",
        ),
        ({"phone": "12"}, "/phone", "invalid"),
        ({"password": "short"}, "/password", "password_too_short"),
    ],
)
def test_wrong_values_are_named(owner, at, fields, pointer, code):
    with pytest.raises(ValidationFailed) as refused:
        create_user(**{"email": "x@people.example", "role": "chef", "by": owner, "at": at} | fields)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
    assert not User.objects.filter(role="chef").exists()


def test_profile_changes_are_audited_by_name_only(roles, at):
    user = UserFactory()
    actor = actor_for(user)
    changed = update_profile(user=user, changes={"full_name": "Ann", "phone": "510 555 0100"}, by=actor)
    assert (changed.full_name, changed.phone) == ("Ann", "+15105550100")
    assert update_profile(user=user, changes={"phone": None}, by=actor).phone is None
    assert update_profile(user=user, changes={}, by=actor).full_name == "Ann"
    assert audits() == [
        ("update", {"changed": ["full_name", "phone"]}, []),
        ("update", {"changed": ["phone"]}, []),
    ]
    with pytest.raises(NotFound):
        update_profile(user=UserFactory.build(), changes={}, by=actor)


def test_suspending_cuts_off_and_reactivating_lets_in(owner, station, at):
    user = make_staff("admin", station)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    suspended = suspend_user(user=user, reason=REASON, by=owner, at=at)
    assert (suspended.status, suspended.is_active, suspended.tokens_valid_after) == ("suspended", False, at)
    assert user.station_access_tokens.get().revoked_at == at
    assert actor_for(suspended).codes() == frozenset()
    back = reactivate_user(user=user, by=owner, at=at)
    assert (back.status, back.is_active) == ("active", True)
    assert list(DomainEvent.objects.order_by("sequence").values_list("event_type", flat=True)) == [
        "user.suspended",
        "user.activated",
    ]
    row = StationAuditLog.objects.get(details={"status": "suspended"})
    assert (row.user_id, row.reason, row.permissions_used) == (owner.id, REASON, ["user.disable"])


def test_au16_deactivating_hides_the_account_for_good(owner, at):
    user = UserFactory(status="pending")
    gone = deactivate_user(user=user, reason=REASON, by=owner, at=at)
    assert (gone.status, gone.deleted_at, gone.deleted_by_id) == ("deactivated", at, owner.id)
    assert gone.delete_reason == REASON
    assert User.objects.filter(pk=user.pk).exists()
    for act in (
        lambda: deactivate_user(user=user, reason=REASON, by=owner, at=at),
        lambda: reactivate_user(user=user, by=owner, at=at),
    ):
        with pytest.raises(NotFound):
            act()
    assert StationAuditLog.objects.get().action == "delete"


def test_moves_that_the_states_do_not_know(owner, at):
    user = UserFactory(status="pending")
    with pytest.raises(InvalidTransition) as refused:
        suspend_user(user=user, reason=REASON, by=owner, at=at)
    assert refused.value.extra == {"from": "pending", "allowed": ["deactivated"]}
    with pytest.raises(InvalidTransition):
        reactivate_user(user=UserFactory(), by=owner, at=at)


def test_p7_suspending_needs_a_reason(owner, at):
    for act in (suspend_user, deactivate_user):
        with pytest.raises(ValidationFailed):
            act(user=UserFactory(), reason="  short    ", by=owner, at=at)


def test_r5_nobody_changes_their_own_status_or_kind(owner, at):
    me = User.objects.get(pk=owner.id)
    for act in (
        lambda: suspend_user(user=me, reason=REASON, by=owner, at=at),
        lambda: deactivate_user(user=me, reason=REASON, by=owner, at=at),
        lambda: change_kind(user=me, role="admin", by=owner, at=at),
        lambda: unlock_user(user=me, by=owner),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("role", ["admin", "station_manager", "customer"])
def test_only_super_admin_decides_who_may_act(station, at, role):
    user, actor = UserFactory(), make_actor(role, station)
    for act in (
        lambda: suspend_user(user=user, reason=REASON, by=actor, at=at),
        lambda: reactivate_user(user=user, by=actor, at=at),
        lambda: change_kind(user=user, role="admin", by=actor, at=at),
        lambda: unlock_user(user=user, by=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_r5_the_last_super_admin_stays(owner, at):
    last = User.objects.get(pk=owner.id)
    UserFactory(role="super_admin", status="suspended")
    for act in (
        lambda: suspend_user(user=last, reason=REASON, by=SYSTEM, at=at),
        lambda: deactivate_user(user=last, reason=REASON, by=SYSTEM, at=at),
        lambda: change_kind(user=last, role="admin", by=SYSTEM, at=at),
    ):
        with pytest.raises(LastSuperAdmin) as refused:
            act()
        assert (refused.value.status, refused.value.code) == (409, "last_super_admin")
    second = UserFactory(role="super_admin")
    assert suspend_user(user=second, reason=REASON, by=owner, at=at).status == "suspended"


def test_r6_a_change_of_kind_swaps_the_system_role_and_kills_station_tokens(owner, station, at):
    user = make_staff("station_manager", station)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    changed = change_kind(user=user, role="chef", by=owner, at=at + timedelta(minutes=1))
    assert (changed.role, role_names(changed)) == ("chef", ["chef"])
    assert user.station_access_tokens.get().revoked_at == at + timedelta(minutes=1)
    assert audits()[-1] == (
        "role_change",
        {"role": {"old": "station_manager", "new": "chef"}},
        ["role.assign"],
    )
    assert change_kind(user=user, role="chef", by=owner, at=at).role == "chef"
    assert len(audits()) == 2


def test_unlocking_forgets_everything(owner, at):
    user = UserFactory(
        failed_login_attempts=3, lockout_level=2, locked_until=at + timedelta(hours=1), last_locked_at=at
    )
    unlocked = unlock_user(user=user, by=owner)
    assert (unlocked.failed_login_attempts, unlocked.lockout_level, unlocked.locked_until) == (0, 0, None)
    assert audits() == [("update", {"changed": ["locked_until"]}, ["user.disable"])]

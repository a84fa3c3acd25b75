"""AU-12, AU-13, R-5 to R-7: invitations, and approval of applicants."""

from datetime import timedelta

import pytest

from common.actors import SystemActor
from common.exceptions import (
    Duplicate,
    InvalidTransition,
    LinkExpired,
    NotFound,
    PermissionDenied,
    ValidationFailed,
    VersionConflict,
)
from events.models import DomainEvent
from identity.enums import UserRole
from identity.exceptions import AccountNotActive
from identity.models import StationAuditLog, StationUser, User
from identity.selectors import actor_for
from identity.services.account_changes import change_account
from identity.services.account_states import deactivate_user
from identity.services.approvals import approve_user
from identity.services.invitations import accept_invitation, invite_user, revoke_invitation
from identity.services.log_in import log_in
from identity.services.roles import create_role
from tests.factories.identity import UserFactory, make_actor
from tests.identity.post import last_letter, letters

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"
REASON = "hired somebody else"
EMAIL = "lee@people.example"


@pytest.fixture
def owner(roles):
    return make_actor("super_admin")


def role_names(user):
    return list(user.user_roles.values_list("role__name", flat=True))


def test_au13_an_invitation_makes_a_pending_account_and_accepting_opens_it(owner, station, other_station, at):
    user = invite_user(
        email="Lee@People.example",
        role="station_manager",
        full_name="Lee Ma",
        phone="510 555 0100",
        stations=[station, other_station],
        by=owner,
        at=at,
    )
    assert (user.email, user.phone, user.status, user.is_active) == (EMAIL, "+15105550100", "pending", False)
    assert (user.invited_by_id, user.invited_at) == (owner.id, at)
    assert user.invitation_expires_at == at + timedelta(days=7)
    assert role_names(user) == ["station_manager"]
    links = StationUser.objects.filter(user=user).order_by("station__code")
    assert [(link.role, link.is_active, link.is_primary_station) for link in links] == [
        ("station_admin", False, True),
        ("station_admin", False, False),
    ]
    letter = last_letter()
    assert (letter.kind, letter.to) == ("account_invitation", EMAIL)
    assert "until 2026-03-09 18:30 UTC" in letter.body
    event = DomainEvent.objects.get(event_type="user.invited")
    assert event.payload == {"role": "station_manager", "stations": [str(station.pk), str(other_station.pk)]}
    later = at + timedelta(days=7) - timedelta(microseconds=1)
    accept_invitation(token=letter.token, password=GOOD, at=later)
    user.refresh_from_db()
    assert (user.status, user.activated_at, user.email_verified_at) == ("active", later, later)
    assert actor_for(user).may("booking.read", station.pk)
    assert log_in(email=EMAIL, password=GOOD, at=later).tokens is not None
    with pytest.raises(LinkExpired):
        accept_invitation(token=letter.token, password=GOOD, at=later)


def test_au13_nobody_enters_before_accepting_and_the_link_ends(owner, station, at):
    invite_user(email=EMAIL, role="chef", days=1, by=owner, at=at)
    token = last_letter().token
    with pytest.raises(ValidationFailed):
        accept_invitation(token=token, password="short", at=at)
    with pytest.raises(LinkExpired):
        accept_invitation(token=token, password=GOOD, at=at + timedelta(days=1))
    with pytest.raises(NotFound):
        accept_invitation(token="nonsense", password=GOOD, at=at)
    user = accept_invitation(token=token, password=GOOD, full_name="Lee Ma", at=at)
    assert (user.full_name, user.role) == ("Lee Ma", "chef")
    assert not StationUser.objects.exists()


@pytest.mark.parametrize("days", [0, 31])
def test_au13_from_one_to_thirty_days(owner, at, days):
    with pytest.raises(ValidationFailed):
        invite_user(email=EMAIL, role="chef", days=days, by=owner, at=at)


@pytest.mark.parametrize("role", UserRole.values)
def test_r7_who_invites_whom(station, other_station, at, role):
    admin, owner = make_actor("admin", station), make_actor("super_admin")
    if role in {"station_manager", "chef"}:
        assert invite_user(email=EMAIL, role=role, stations=[station], by=admin, at=at)
    else:
        with pytest.raises(PermissionDenied):
            invite_user(email=EMAIL, role=role, stations=[station], by=admin, at=at)
    assert invite_user(email="other@people.example", role=role, by=owner, at=at)


def test_r7_an_admin_invites_to_their_own_stations_only(station, other_station, at):
    admin = make_actor("admin", station)
    for stations in ([], [other_station], [station, other_station]):
        with pytest.raises(PermissionDenied):
            invite_user(email=EMAIL, role="chef", stations=stations, by=admin, at=at)
    for role in ("customer_support", "station_manager", "chef", "customer"):
        with pytest.raises(PermissionDenied):
            invite_user(email=EMAIL, role="chef", stations=[station], by=make_actor(role, station), at=at)


def test_closed_stations_and_taken_emails_are_refused(owner, station, at):
    UserFactory(email=EMAIL)
    with pytest.raises(Duplicate):
        invite_user(email=EMAIL, role="chef", by=owner, at=at)
    station.status = "inactive"
    station.save()
    with pytest.raises(ValidationFailed):
        invite_user(email="new@people.example", role="chef", stations=[station], by=owner, at=at)


def test_au13_inviting_again_voids_the_former_link(owner, station, at):
    first = invite_user(email=EMAIL, role="station_manager", stations=[station], by=owner, at=at)
    former = last_letter().token
    later = at + timedelta(hours=1)
    again = invite_user(email=EMAIL, role="chef", full_name="Lee", by=owner, at=later)
    assert (again.pk, again.role, again.full_name) == (first.pk, "chef", "Lee")
    assert role_names(again) == ["chef"]
    assert not StationUser.objects.exists()
    with pytest.raises(LinkExpired):
        accept_invitation(token=former, password=GOOD, at=later)
    accept_invitation(token=last_letter().token, password=GOOD, at=later)
    with pytest.raises(Duplicate):
        invite_user(email=EMAIL, role="chef", by=owner, at=later)


def test_r7_an_admin_does_not_take_over_the_invitation_of_others(owner, station, other_station, at):
    admin = make_actor("admin", station)
    invite_user(email=EMAIL, role="station_manager", stations=[other_station], by=owner, at=at)
    with pytest.raises(Duplicate):
        invite_user(email=EMAIL, role="chef", stations=[station], by=admin, at=at)
    invite_user(email="boss@people.example", role="admin", stations=[station], by=owner, at=at)
    with pytest.raises(Duplicate):
        invite_user(email="boss@people.example", role="chef", stations=[station], by=admin, at=at)


def test_au13_a_revoked_invitation_is_void_and_may_be_sent_anew(owner, station, at):
    user = invite_user(email=EMAIL, role="station_manager", stations=[station], by=owner, at=at)
    token = last_letter().token
    revoke_invitation(user=user, reason=REASON, by=owner, at=at)
    user.refresh_from_db()
    assert (user.status, user.invitation_expires_at) == ("pending", None)
    assert not StationUser.objects.exists()
    with pytest.raises(LinkExpired):
        accept_invitation(token=token, password=GOOD, at=at)
    with pytest.raises(InvalidTransition):
        revoke_invitation(user=user, reason=REASON, by=owner, at=at)
    row = StationAuditLog.objects.get(action="delete")
    assert (row.resource_type, row.reason, row.station_id) == ("invitation", REASON, station.pk)
    invite_user(email=EMAIL, role="station_manager", stations=[station], by=owner, at=at)
    assert len(letters()) == 2


def test_r7_who_revokes(owner, station, other_station, at):
    user = invite_user(email=EMAIL, role="station_manager", stations=[station], by=owner, at=at)
    with pytest.raises(PermissionDenied):
        revoke_invitation(user=user, reason=REASON, by=make_actor("admin", other_station), at=at)
    with pytest.raises(PermissionDenied):
        revoke_invitation(user=user, reason=REASON, by=make_actor("station_manager", station), at=at)
    with pytest.raises(ValidationFailed):
        revoke_invitation(user=user, reason="short", by=owner, at=at)
    revoke_invitation(user=user, reason=REASON, by=make_actor("admin", station), at=at)


def applicant(**fields):
    return UserFactory(role="customer_support", status="pending", metadata={"applied_as": "staff"}, **fields)


def test_au12_an_applicant_has_no_rights_until_approved(owner, station, at):
    user = applicant(email=EMAIL)
    assert not actor_for(user).codes()
    with pytest.raises(AccountNotActive):
        log_in(email=EMAIL, password="correct horse battery", at=at)
    approve_user(user=user, role="station_manager", stations=[station], notes="Fine.", by=owner, at=at)
    user.refresh_from_db()
    assert (user.role, user.status, user.activated_at) == ("station_manager", "active", at)
    assert (user.approved_by_id, user.approved_at, user.approval_notes) == (owner.id, at, "Fine.")
    assert role_names(user) == ["station_manager"]
    assert actor_for(user).may("booking.read", station.pk)
    assert DomainEvent.objects.get().event_type == "user.activated"
    with pytest.raises(InvalidTransition):
        approve_user(user=user, by=owner, at=at)


def test_au12_approval_as_applied_and_its_refusals(owner, station, at):
    user = applicant()
    with pytest.raises(PermissionDenied):
        approve_user(user=user, by=make_actor("admin", station), at=at)
    with pytest.raises(ValidationFailed):
        approve_user(user=user, role="customer", by=owner, at=at)
    assert approve_user(user=user, by=owner, at=at).role == "customer_support"
    with pytest.raises(InvalidTransition):
        approve_user(user=UserFactory(status="pending"), by=owner, at=at)


def test_au16_a_rejected_applicant_is_deactivated(owner, at):
    user = applicant()
    deactivate_user(user=user, reason=REASON, by=owner, at=at)
    user.refresh_from_db()
    assert (user.status, user.deleted_at) == ("deactivated", at)
    with pytest.raises(NotFound):
        approve_user(user=user, by=owner, at=at)


def changed(user, changes, by, at, **more):
    user.refresh_from_db()
    return change_account(
        user=user, changes=changes, expected=more.get("expected", user.updated_at), by=by, at=at
    )


def test_r5_r6_one_change_of_an_account(owner, at):
    user = UserFactory()
    create_role(name="greeter", display_name="Greeter", codes=["booking.read"], by=owner, at=at)
    create_role(name="packer", display_name="Packer", codes=["booking.read"], by=owner, at=at)
    done = changed(user, {"full_name": "Ann Lee", "role": "chef", "roles": ["greeter", "packer"]}, owner, at)
    assert (done.full_name, done.role) == ("Ann Lee", "chef")
    assert sorted(role_names(done)) == ["chef", "greeter", "packer"]
    assert sorted(role_names(changed(user, {"roles": ["packer"]}, owner, at))) == ["chef", "packer"]
    closed = changed(user, {"status": "deactivated", "reason": REASON}, owner, at)
    assert (closed.status, closed.delete_reason) == ("deactivated", REASON)
    with pytest.raises(NotFound):
        changed(user, {"full_name": "x"}, owner, at)


def test_r5_changes_of_accounts_are_refused(owner, station, at):
    user = UserFactory()
    own = User.objects.get(pk=owner.id)
    with pytest.raises(PermissionDenied):
        changed(own, {"full_name": "x"}, owner, at)
    with pytest.raises(PermissionDenied):
        changed(user, {"full_name": "x"}, make_actor("admin", station), at)
    with pytest.raises(VersionConflict):
        changed(user, {"full_name": "x"}, owner, at, expected=at)
    for roles in (["nonsense"], ["admin"]):
        with pytest.raises(ValidationFailed):
            changed(user, {"roles": roles}, owner, at)
    with pytest.raises(ValidationFailed):
        changed(user, {"full_name": "Half Done", "status": "deactivated"}, SystemActor("test"), at)
    user.refresh_from_db()
    assert (user.full_name, user.status) == ("Alex Doe", "active")

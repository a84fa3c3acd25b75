"""AU-1, AU-2: rotation, reuse, log-out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.exceptions import TokenExpired, TokenInvalid, TokenReused, TokenRevoked
from identity.models import RefreshToken, StationAccessToken, StationAuditLog
from identity.selectors import actor_for
from identity.services.log_in import log_in
from identity.services.sessions import end_all_sessions, end_session, refresh_session
from identity.services.station_tokens import issue_station_token
from identity.tokens import decode, encode, new_jti
from tests.factories.identity import PASSWORD, UserFactory, make_staff

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def enter(user, at):
    return log_in(email=user.email, password=PASSWORD, at=at).tokens


def live():
    return RefreshToken.objects.filter(rotated_at__isnull=True, revoked_at__isnull=True)


def newest_audit():
    return StationAuditLog.objects.order_by("-created_at").first()


def test_au1_refreshing_rotates_within_the_family(roles, at):
    user = UserFactory()
    first = enter(user, at)
    second = refresh_session(token=first.refresh, at=at + MINUTE)
    third = refresh_session(token=second.refresh, at=at + 2 * MINUTE)
    families = {decode("refresh", pair.refresh, at=at).family_id for pair in (first, second, third)}
    assert families == {RefreshToken.objects.first().family_id}
    assert len(families) == 1
    assert [row.rotated_at for row in RefreshToken.objects.order_by("created_at")] == [
        at + MINUTE,
        at + 2 * MINUTE,
        None,
    ]
    access = decode("access", third.access, at=at)
    assert (access.user_id, access.issued_at) == (user.pk, at + 2 * MINUTE)


def test_au1_reuse_revokes_the_whole_family_and_no_other(roles, at):
    user = UserFactory()
    stolen, elsewhere = enter(user, at), enter(user, at)
    current = refresh_session(token=stolen.refresh, at=at)
    with pytest.raises(TokenReused) as refused:
        refresh_session(token=stolen.refresh, at=at + MINUTE)
    assert (refused.value.status, refused.value.code) == (401, "token_reused")
    with pytest.raises(TokenRevoked):
        refresh_session(token=current.refresh, at=at + MINUTE)
    assert refresh_session(token=elsewhere.refresh, at=at + MINUTE)
    audit = StationAuditLog.objects.get(error_message="token_reused")
    family = decode("refresh", stolen.refresh, at=at).family_id
    assert (audit.action, audit.success, audit.resource_id) == ("logout", False, str(user.pk))
    assert audit.details == {"outcome": "token_reused", "session_id": str(family), "revoked": 2}


def test_reuse_is_answered_as_reuse_however_often(roles, at):
    first = enter(UserFactory(), at)
    refresh_session(token=first.refresh, at=at)
    for _ in range(2):
        with pytest.raises(TokenReused):
            refresh_session(token=first.refresh, at=at)
    with pytest.raises(TokenReused):
        end_session(token=first.refresh, at=at)


def test_refresh_tokens_expire_after_seven_days(roles, at):
    pair = enter(UserFactory(), at)
    end = at.replace(microsecond=0) + timedelta(days=7)
    with pytest.raises(TokenExpired):
        refresh_session(token=pair.refresh, at=end)
    assert refresh_session(token=pair.refresh, at=end - MINUTE)


def test_refresh_knows_only_stored_tokens_of_known_accounts(roles, at):
    user = UserFactory()
    pair = enter(user, at)
    family = RefreshToken.objects.get().family_id
    lifetime = timedelta(days=1)
    forged = [
        encode("refresh", user_id=user_id, role="admin", jti=new_jti(family), at=at, lifetime=lifetime)
        for user_id in (user.pk, family)
    ]
    for token in (*forged, pair.access, "x"):
        with pytest.raises(TokenInvalid):
            refresh_session(token=token, at=at)


@pytest.mark.parametrize(
    "change", [{"status": "suspended", "is_active": False}, {"tokens_valid_after": MINUTE}]
)
def test_refresh_is_refused_to_an_account_that_was_cut_off(roles, at, change):
    user = UserFactory()
    pair = enter(user, at)
    for name, value in change.items():
        setattr(user, name, at + value if name == "tokens_valid_after" else value)
    user.save()
    with pytest.raises(TokenRevoked):
        refresh_session(token=pair.refresh, at=at + MINUTE)


def test_au2_logout_revokes_the_sent_token_and_its_station_token(station, at):
    user = make_staff("admin", station)
    kept, left = enter(user, at), enter(user, at)
    family = decode("refresh", left.refresh, at=at).family_id
    issue_station_token(station_id=station.pk, by=actor_with_session(user, family), at=at)
    end_session(token=left.refresh, at=at + MINUTE)
    end_session(token=left.refresh, at=at + 2 * MINUTE)
    with pytest.raises(TokenRevoked):
        refresh_session(token=left.refresh, at=at + MINUTE)
    assert refresh_session(token=kept.refresh, at=at + MINUTE)
    assert StationAccessToken.objects.get().revoked_at == at + MINUTE
    audit = StationAuditLog.objects.get(action="logout")
    assert (audit.user, audit.session_id, audit.details) == (user, family, {"scope": "session"})


def actor_with_session(user, session_id):
    return replace(actor_for(user), session_id=session_id)


def test_au2_logout_everywhere_cuts_off_all_that_was_issued_before(station, at):
    user = make_staff("admin", station)
    pair = enter(user, at)
    issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    end_all_sessions(user=user, by=actor_for(user), at=at + MINUTE)
    assert user.tokens_valid_after == at + MINUTE
    user.refresh_from_db()
    assert user.tokens_valid_after == at + MINUTE
    assert not live().exists()
    assert not StationAccessToken.objects.filter(revoked_at__isnull=True).exists()
    with pytest.raises(TokenRevoked):
        refresh_session(token=pair.refresh, at=at + MINUTE)
    assert newest_audit().details == {"scope": "everywhere"}
    assert refresh_session(token=enter(user, at + MINUTE).refresh, at=at + MINUTE)


def test_logout_everywhere_never_moves_the_cut_back(roles, at):
    user = UserFactory(tokens_valid_after=at + MINUTE)
    end_all_sessions(user=user, by=actor_for(user), at=at)
    assert user.tokens_valid_after == at + MINUTE
    with pytest.raises(TokenInvalid):
        end_all_sessions(user=UserFactory.build(), by=actor_for(user), at=at)

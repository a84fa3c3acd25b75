"""AU-10: station tokens."""

from datetime import timedelta

import pytest

from common.exceptions import NotFound
from identity.exceptions import StationTokenInvalid
from identity.models import StationAccessToken, StationAuditLog, StationUser
from identity.permissions import CODES, OWNER_CODES
from identity.selectors import actor_for
from identity.selectors.station_tokens import actor_at_station
from identity.services.station_tokens import issue_station_token, leave_station
from identity.tokens import stored_hash
from tests.factories.identity import make_actor, make_staff

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=1)


def test_issued_token_is_opaque_stored_as_hash_and_lives_four_hours(station, at):
    user = make_staff("customer_support", station)
    actor = actor_for(user)
    issued = issue_station_token(station_id=station.pk, by=actor, at=at)
    row = StationAccessToken.objects.get()
    assert issued.row == row
    assert (row.user, row.station, row.role) == (user, station, "customer_support")
    assert (row.token_hash, row.issued_at, row.expires_at) == (stored_hash(issued.token), at, at + 4 * HOURS)
    assert row.permissions == sorted(actor.codes_at(station.pk))
    assert "audit.read" in row.permissions
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.resource_type, audit.station) == ("create", "stationaccesstoken", station)


def test_a_new_token_revokes_the_former_also_from_within_another_station(station, other_station, at):
    user = make_staff("admin", station, other_station)
    first = issue_station_token(station_id=station.pk, by=actor_for(user), at=at)
    narrowed = actor_for(user, station_token=first.row)
    second = issue_station_token(station_id=other_station.pk, by=narrowed, at=at + HOURS)
    assert second.row.permissions == first.row.permissions
    with pytest.raises(StationTokenInvalid):
        actor_at_station(token=first.token, actor=actor_for(user), at=at + HOURS)
    used = actor_at_station(token=second.token, actor=actor_for(user), at=at + HOURS)
    assert used.scope("booking.read").stations == {other_station.pk}


def test_no_token_without_a_live_link(station, other_station, at):
    actor = make_actor("admin", other_station)
    with pytest.raises(NotFound):
        issue_station_token(station_id=station.pk, by=actor, at=at)
    with pytest.raises(NotFound):
        issue_station_token(station_id=actor.id, by=make_actor("super_admin"), at=at)


def test_super_admin_needs_no_link_but_a_station_that_is_open(station, at):
    actor = make_actor("super_admin")
    issued = issue_station_token(station_id=station.pk, by=actor, at=at)
    assert issued.row.role == "super_admin"
    # what only super_admin may do concerns the company, not a station.
    assert issued.row.permissions == sorted(set(CODES) - OWNER_CODES)
    assert actor_at_station(token=issued.token, actor=actor, at=at).scope("station.read").stations == {
        station.pk
    }
    station.status = "inactive"
    station.save()
    with pytest.raises(StationTokenInvalid):
        actor_at_station(token=issued.token, actor=actor, at=at)
    with pytest.raises(NotFound):
        issue_station_token(station_id=station.pk, by=actor, at=at)


def test_wrong_user_expired_revoked_unlinked_and_shapeless_tokens(station, at):
    user = make_staff("admin", station)
    token = issue_station_token(station_id=station.pk, by=actor_for(user), at=at).token
    end = at + 4 * HOURS

    def refused(actor, when=at, text=token):
        with pytest.raises(StationTokenInvalid) as refusal:
            actor_at_station(token=text, actor=actor, at=when)
        return refusal.value.status, refusal.value.code

    assert actor_at_station(token=token, actor=actor_for(user), at=end - timedelta(seconds=1))
    wrong = (401, "station_token_invalid")
    assert refused(make_actor("admin", station)) == wrong
    assert refused(actor_for(user), when=end) == wrong
    assert refused(actor_for(user), text="st_short") == wrong
    assert refused(actor_for(user), text=token[:-1] + ("A" if token[-1] != "A" else "B")) == wrong
    StationUser.objects.update(is_active=False)
    assert refused(actor_for(user)) == wrong
    StationUser.objects.update(is_active=True)
    leave_station(by=actor_for(user), at=at)
    assert refused(actor_for(user)) == wrong

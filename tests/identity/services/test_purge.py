"""Section 16: expired keys and tokens are cleared hourly, live ones stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.exceptions import LinkExpired
from common.ports import IdempotencyScope, counters, idempotency_store
from events.models import Counter, IdempotencyKey
from events.registry import JobReport, jobs
from events.services.jobs import run_job
from identity.models import RefreshToken, StationAccessToken
from identity.selectors import actor_for
from identity.services.exchange_codes import issue_exchange_code, take_exchange_code
from identity.services.log_in import log_in
from identity.services.station_tokens import issue_station_token
from tests.factories.identity import PASSWORD, UserFactory, make_staff

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def claim_key(key, at):
    scope = IdempotencyScope(actor="guest", method="POST", path="/x", key=key, fingerprint="0" * 64)
    idempotency_store.get().claim(scope, at=at, request_id=None)


@pytest.fixture
def job():
    return next(job for job in jobs if job.name == "purge_keys")


def test_api6_au1_what_has_expired_goes_and_what_lives_stays(roles, at, job):
    users = [UserFactory(), UserFactory()]
    log_in(email=users[0].email, password=PASSWORD, at=at - 8 * DAY)
    log_in(email=users[1].email, password=PASSWORD, at=at)
    claim_key("long-expired-key-1", at - 8 * DAY)
    claim_key("living-key-number-2", at)
    counters.get().hit(keys={"old": 60}, at=at - DAY)
    counters.get().hit(keys={"new": 60}, at=at)

    assert run_job(job, at=at) == JobReport(done=3)
    assert job.every == timedelta(hours=1)
    assert [row.user for row in RefreshToken.objects.all()] == [users[1]]
    assert [row.key for row in IdempotencyKey.objects.all()] == ["living-key-number-2"]
    assert [row.key for row in Counter.objects.filter(key__in=["old", "new"])] == ["new"]
    assert run_job(job, at=at) == JobReport()


def test_au14_one_time_codes_go_when_their_time_is_over(roles, job):
    now = timezone.now()
    code = issue_exchange_code(UserFactory(), at=now)
    assert run_job(job, at=now + timedelta(seconds=30)) == JobReport()
    assert run_job(job, at=now + timedelta(seconds=90)) == JobReport(done=1)
    with pytest.raises(LinkExpired):
        take_exchange_code(code, at=now)


def test_au10_station_tokens_stay_for_their_retention(roles, station, at, job):
    actor = actor_for(make_staff("station_manager", station))
    issue_station_token(by=actor, station_id=station.pk, at=at)
    assert run_job(job, at=at + DAY) == JobReport()
    assert StationAccessToken.objects.count() == 1

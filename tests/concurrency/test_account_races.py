"""Log-ins, tokens and rights that meet at the same instant; one connection per thread."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from common.exceptions import Duplicate
from identity.exceptions import AccountLocked, InvalidCredentials, LastSuperAdmin, TokenReused, TokenRevoked
from identity.models import OAuthAccount, RefreshToken, Role, Station, StationAccessToken, StationUser, User
from identity.openid import ProviderIdentity
from identity.selectors import actor_for
from identity.services.account_states import change_kind, deactivate_user, suspend_user
from identity.services.accounts import create_user
from identity.services.exchange_codes import issue_exchange_code, take_exchange_code
from identity.services.google import account_of
from identity.services.invitations import accept_invitation, invite_user
from identity.services.log_in import complete_log_in, log_in
from identity.services.mfa import begin_enrolment
from identity.services.reference_data import load_roles
from identity.services.registration import register
from identity.services.sessions import TokenPair, end_session, refresh_session, start_session
from identity.services.station_links import LinkTerms, grant_station
from identity.services.station_tokens import issue_station_token
from identity.services.stations import create_station
from tests.concurrency.racing import race
from tests.factories.identity import PASSWORD, StationFactory, UserFactory, make_actor, make_staff
from tests.identity.post import last_letter, letters

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def kinds(results):
    """Return how often each kind of answer came."""
    names = [type(result.answer).__name__ for result in results]
    return {name: names.count(name) for name in sorted(set(names))}


def live_tokens():
    return RefreshToken.objects.filter(rotated_at__isnull=True, revoked_at__isnull=True)


def test_au1_one_refresh_token_sent_eight_times_at_once():
    """One exchange wins; each further one is a reuse and ends the log-in, the winner's new token included."""
    user = UserFactory()
    token = start_session(user=user, at=AT).refresh
    elsewhere = start_session(user=user, at=AT).refresh
    results = race([lambda: refresh_session(token=token, at=AT + MINUTE)] * 8)
    assert kinds(results) == {"TokenPair": 1, "TokenReused": 7}
    winner = next(result.answer for result in results if isinstance(result.answer, TokenPair))
    with pytest.raises(TokenRevoked):
        refresh_session(token=winner.refresh, at=AT + MINUTE)
    assert live_tokens().count() == 1
    assert refresh_session(token=elsewhere, at=AT + MINUTE)


def test_au1_rotated_and_live_tokens_of_one_family_at_once():
    """Whatever the order, nobody deadlocks and the family ends dead."""
    user = UserFactory()
    first = start_session(user=user, at=AT).refresh
    second = refresh_session(token=first, at=AT).refresh
    third = refresh_session(token=second, at=AT).refresh
    results = race(
        [lambda token=token: refresh_session(token=token, at=AT) for token in (first, second, third) * 2]
    )
    assert {type(result.answer) for result in results} <= {TokenPair, TokenReused, TokenRevoked}
    assert not live_tokens().exists()


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_au5_twenty_wrong_passwords_at_once_are_five_failures_and_a_lock(known):
    email = UserFactory().email if known else "nobody@people.example"
    results = race([lambda: log_in(email=email, password="wrong", at=AT)] * 20)
    assert kinds(results) == {"AccountLocked": 15, "InvalidCredentials": 5}
    told = [
        result.answer.extra.get("attempts_left")
        for result in results
        if isinstance(result.answer, InvalidCredentials)
    ]
    assert sorted(told, key=str) == [0, 1, 2, None, None]
    with pytest.raises(AccountLocked):
        log_in(email=email, password=PASSWORD, at=AT + 14 * MINUTE)


def test_the_right_password_eight_times_at_once_is_let_in_at_most_up_to_the_lock():
    """Five attempts are looked at; each that is right clears the count, so none is told a wrong word."""
    user = UserFactory()
    results = race([lambda: log_in(email=user.email, password=PASSWORD, at=AT)] * 8)
    assert set(kinds(results)) <= {"LogIn", "AccountLocked"}
    assert kinds(results)["LogIn"] >= 5
    assert log_in(email=user.email, password=PASSWORD, at=AT + 15 * MINUTE)


def test_r5_two_super_admins_suspend_each_other():
    first, second = UserFactory(role="super_admin"), UserFactory(role="super_admin")

    def suspend(user, by):
        actor = actor_for(by)
        return lambda: suspend_user(user=user, reason="a quarrel at work", by=actor, at=AT)

    results = race([suspend(first, second), suspend(second, first)])
    assert kinds(results) == {"LastSuperAdmin": 1, "User": 1}
    assert User.objects.active().filter(role="super_admin").count() == 1
    assert any(isinstance(result.answer, LastSuperAdmin) for result in results)


def test_r5_three_owners_end_each_other_in_three_ways_at_once():
    """However owners are suspended, demoted or closed, one of them stays."""
    first, second, third = (UserFactory(role="super_admin") for _ in range(3))
    reason = "left the company"
    works = [
        lambda: suspend_user(user=second, reason=reason, by=actor_for(first), at=AT),
        lambda: change_kind(user=third, role="customer", by=actor_for(second), at=AT),
        lambda: deactivate_user(user=first, reason=reason, by=actor_for(third), at=AT),
    ]
    race(works)
    assert User.objects.filter(role="super_admin", is_active=True).count() >= 1


def test_au8_one_code_sent_eight_times_at_once_is_accepted_once():
    user = UserFactory()
    begin_enrolment(user=user)
    user.refresh_from_db()
    code = pyotp.TOTP(user.mfa_secret).at(AT)
    User.objects.filter(pk=user.pk).update(mfa_enabled=True)
    tokens = [log_in(email=user.email, password=PASSWORD, at=AT).mfa_token for _ in range(8)]
    results = race(
        [lambda token=token: complete_log_in(mfa_token=token, code=code, at=AT) for token in tokens]
    )
    found = kinds(results)
    assert found["LogIn"] == 1
    assert set(found) <= {"LogIn", "MfaCodeInvalid", "AccountLocked"}


def test_au13_an_invitation_is_accepted_once():
    owner = make_actor("super_admin")
    invite_user(email="lee@people.example", role="chef", by=owner, at=AT)
    token = last_letter().token
    results = race([lambda: accept_invitation(token=token, password="violet harbour 42 lanterns", at=AT)] * 6)
    assert kinds(results) == {"LinkExpired": 5, "User": 1}


def test_au14_a_one_time_code_is_taken_once():
    code = issue_exchange_code(UserFactory(), at=datetime.now(UTC))
    results = race([lambda: take_exchange_code(code, at=datetime.now(UTC))] * 8)
    assert kinds(results) == {"LinkExpired": 7, "User": 1}


def test_au14_one_person_comes_back_from_google_six_times_at_once():
    load_roles()
    person = ProviderIdentity(subject="google-1", email="lee@people.example", is_email_verified=True)
    results = race([lambda: account_of(identity=person, intent="customer", at=AT)] * 6)
    assert kinds(results) == {"User": 6}
    assert {result.answer.pk for result in results} == {User.objects.get().pk}
    assert OAuthAccount.objects.count() == 1


def test_au11_one_address_registered_six_times_at_once():
    load_roles()
    results = race(
        [lambda: register(email="lee@people.example", password="violet harbour 42 lanterns", at=AT)] * 6
    )
    assert kinds(results) == {"NoneType": 6}
    assert User.objects.count() == 1
    assert len(letters()) == 3


@pytest.mark.parametrize("round_", range(5))
def test_au2_suspending_beats_every_refresh_and_log_out(round_):
    user, owner = UserFactory(), make_actor("super_admin")
    tokens = [start_session(user=user, at=AT).refresh for _ in range(3)]
    works = [lambda token=token: refresh_session(token=token, at=AT + MINUTE) for token in tokens]
    works.append(lambda: end_session(token=tokens[0], at=AT + MINUTE))
    works.append(lambda: suspend_user(user=user, reason="abuse of the service", by=owner, at=AT + 2 * MINUTE))
    race(works)
    assert not live_tokens().exists()


def test_au10_one_station_token_lives():
    station = StationFactory()
    user = make_staff("admin", station)
    actor = actor_for(user)
    results = race([lambda: issue_station_token(station_id=station.pk, by=actor, at=AT)] * 6)
    assert kinds(results) == {"IssuedStationToken": 6}
    assert StationAccessToken.objects.filter(revoked_at__isnull=True).count() == 1


def test_one_account_per_email():
    owner = make_actor("super_admin")
    results = race([lambda: create_user(email="x@people.example", role="chef", by=owner, at=AT)] * 5)
    assert kinds(results) == {"Duplicate": 4, "User": 1}


def test_every_station_gets_a_code_of_its_own():
    owner = make_actor("super_admin")
    fields = {"name": "X", "postal_code": "94536", "phone": "1", "address_line1": "x"}
    race([lambda: create_station(fields=fields, by=owner, at=AT)] * 5)
    codes = sorted(Station.objects.values_list("code", flat=True))
    assert codes == [f"ST-FREMONT-{number:03}" for number in range(1, 6)]


def test_one_link_per_station_and_one_primary_station():
    owner, user, stations = (
        make_actor("super_admin"),
        UserFactory(role="admin"),
        StationFactory.create_batch(3),
    )
    terms = LinkTerms(role="admin", is_primary_station=True)
    works = [
        lambda station=station: grant_station(user=user, station=station, terms=terms, by=owner, at=AT)
        for station in stations * 2
    ]
    results = race(works)
    assert kinds(results) == {"Duplicate": 3, "StationUser": 3}
    assert StationUser.objects.filter(is_primary_station=True).count() == 1
    assert all(isinstance(result.answer, Duplicate | StationUser) for result in results)


def test_reference_data_is_loaded_by_many_at_once():
    results = race([load_roles] * 4)
    assert sorted(result.answer.roles for result in results) == [0, 0, 0, 10]
    assert Role.objects.count() == 10

"""AU-6, AU-2: what a new password must be, and changing it."""

from datetime import timedelta

import pytest

from common.exceptions import ValidationFailed
from identity.exceptions import AccountLocked, InvalidCredentials, TokenRevoked
from identity.models import StationAuditLog
from identity.selectors import actor_for
from identity.services.change_password import change_password
from identity.services.log_in import log_in
from identity.services.passwords import require_good_password
from identity.services.sessions import refresh_session
from identity.tokens import decode
from tests.factories.identity import PASSWORD, UserFactory

GOOD = "violet harbour 42 lanterns"


def codes(password, **fields):
    user = UserFactory.build(email="margaret@people.example", full_name="Margaret Hamilton", **fields)
    with pytest.raises(ValidationFailed) as refused:
        require_good_password(password, user=user, pointer="/new_password")
    assert {error.pointer for error in refused.value.errors} == {"/new_password"}
    return {error.code for error in refused.value.errors}


def test_staff_need_twelve_characters_others_eight():
    assert codes("xk7#qpw2zzz", role="admin") == {"password_too_short"}
    assert codes("xk7#qpw", role="customer") == {"password_too_short"}
    for role, password in (("admin", "xk7#qpw2zzzz"), ("customer", "xk7#qpw2")):
        require_good_password(password, user=UserFactory.build(role=role), pointer="")


def test_at_most_128_characters():
    require_good_password("x7" * 64, user=UserFactory.build(), pointer="")
    assert codes("x7" * 64 + "y") == {"password_too_long"}


def test_not_common_not_similar_not_the_current_one():
    assert codes("password123") == {"password_too_common"}
    assert codes("margaret-1", role="customer") == {"password_too_similar"}
    assert codes("hamilton77", role="customer") == {"password_too_similar"}
    assert codes(PASSWORD) == {"password_unchanged"}
    assert codes("1234567", role="admin") == {"password_too_short", "password_too_common"}


def test_an_account_without_password_has_no_current_one():
    require_good_password(GOOD, user=UserFactory.build(password="!x"), pointer="")


@pytest.mark.django_db
def test_change_logs_out_everywhere_and_starts_a_fresh_session(roles, at):
    user = UserFactory()
    old = log_in(email=user.email, password=PASSWORD, at=at).tokens
    later = at + timedelta(minutes=1)
    new = change_password(
        user=user, current_password=PASSWORD, new_password=GOOD, by=actor_for(user), at=later
    )
    user.refresh_from_db()
    assert (user.tokens_valid_after, user.password_changed_at) == (later, later)
    assert decode("access", new.access, at=later).issued_at == later
    with pytest.raises(TokenRevoked):
        refresh_session(token=old.refresh, at=later)
    assert refresh_session(token=new.refresh, at=later)
    assert log_in(email=user.email, password=GOOD, at=later)
    audit = StationAuditLog.objects.get(action="update")
    assert (audit.user, audit.details) == (user, {"changed": ["password"]})


@pytest.mark.django_db
def test_change_refuses_a_wrong_current_and_a_weak_new_password(roles, at):
    user = UserFactory()
    actor = actor_for(user)
    with pytest.raises(InvalidCredentials):
        change_password(user=user, current_password="wrong", new_password=GOOD, by=actor, at=at)
    with pytest.raises(ValidationFailed):
        change_password(user=user, current_password=PASSWORD, new_password="short", by=actor, at=at)
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), user.tokens_valid_after) == (True, None)


@pytest.mark.django_db
def test_wrong_current_passwords_lock_the_account(roles, at):
    user = UserFactory()
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            change_password(user=user, current_password="wrong", new_password=GOOD, by=actor_for(user), at=at)
    with pytest.raises(AccountLocked):
        log_in(email=user.email, password=PASSWORD, at=at)

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.exceptions import NotFound
from identity.actors import UserActor
from identity.models import User
from identity.selectors.users import LIGHT, find_bearer, find_user, get_user
from tests.factories.identity import UserFactory, make_staff

pytestmark = pytest.mark.django_db


def test_authentication_reads_account_and_rights_by_one_statement(station, at):
    user = make_staff("admin", station, full_name="Ann Lee", tokens_valid_after=at)
    session_id = station.pk
    find_bearer(user.pk, at=at, session_id=session_id)
    with CaptureQueriesContext(connection) as queries:
        light, actor, session_ended = find_bearer(user.pk, at=at, session_id=session_id)
    assert len(queries) == 1
    assert session_ended is False
    full = User.objects.get(pk=user.pk)
    assert {name: getattr(light, name) for name in LIGHT} == {name: getattr(full, name) for name in LIGHT}
    assert "password" in light.get_deferred_fields()
    assert isinstance(actor, UserActor)
    assert (actor.id, actor.role, actor.session_id) == (user.pk, "admin", session_id)
    assert actor.may("booking.read", station.pk)


def test_unknown_accounts(roles, at, station):
    assert find_bearer(station.pk, at=at, session_id=station.pk) is None
    assert find_user("nobody@people.example") is None
    with pytest.raises(NotFound):
        get_user(station.pk)


def test_hidden_accounts_are_found_by_name_only(at):
    user = UserFactory(status="deactivated", deleted_at=at, delete_reason="left the company")
    assert find_user(user.email) == user
    with pytest.raises(NotFound):
        get_user(user.pk)

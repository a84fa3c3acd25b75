"""AU-11: registration, pending until the mailed link is used; AU-7: new passwords by mail."""

from datetime import timedelta

import pytest

from common.actors import SystemActor
from common.exceptions import LinkExpired, NotFound, ValidationFailed
from events.models import DomainEvent, OutboxMessage
from events.services.outbox import dispatch_outbox
from identity.exceptions import AccountNotActive
from identity.models import RefreshToken, StationAuditLog, User
from identity.services.account_states import deactivate_user, suspend_user
from identity.services.forgotten_passwords import forget_password, reset_password
from identity.services.log_in import log_in
from identity.services.registration import register, verify_email
from identity.services.sessions import start_session
from tests.factories.identity import PASSWORD, UserFactory
from tests.identity.post import last_letter, letters

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"
OTHER = "orange meadow 17 kettles"
EMAIL = "jane@people.example"


def events():
    return list(DomainEvent.objects.order_by("sequence").values_list("event_type", flat=True))


def sign_up(at, password=GOOD, **words):
    register(email=EMAIL, password=password, at=at, **words)
    return User.objects.get(email=EMAIL)


def test_au11_registration_waits_for_the_mailed_link(roles, at):
    user = sign_up(at, full_name="Jane Roe", phone="510 555 0100")
    assert (user.role, user.status, user.is_active) == ("customer", "pending", False)
    assert (user.full_name, user.phone, user.email_verified_at) == ("Jane Roe", "+15105550100", None)
    assert [role.role.name for role in user.user_roles.all()] == ["customer"]
    with pytest.raises(AccountNotActive):
        log_in(email=EMAIL, password=GOOD, at=at)
    letter = last_letter()
    assert (letter.kind, letter.to) == ("account_verify_email", EMAIL)
    assert letter.subject == "Confirm your e-mail address"
    assert "Hello Jane Roe," in letter.body
    assert "http://localhost:8000/verify-email#token=" in letter.body
    later = at + timedelta(hours=1)
    verify_email(token=letter.token, at=later)
    user.refresh_from_db()
    assert (user.status, user.email_verified_at, user.activated_at) == ("active", later, later)
    assert log_in(email=EMAIL, password=GOOD, at=later).tokens is not None
    assert events() == ["user.registered", "user.activated"]


def test_au3_the_link_works_once_and_for_a_day(roles, at):
    sign_up(at)
    token = last_letter().token
    with pytest.raises(LinkExpired):
        verify_email(token=token, at=at + timedelta(hours=24))
    verify_email(token=token, at=at)
    with pytest.raises(LinkExpired):
        verify_email(token=token, at=at)
    with pytest.raises(NotFound):
        verify_email(token=token + "x", at=at)


def test_tokens_stand_only_in_the_encrypted_part_of_the_outbox(roles, at):
    sign_up(at)
    forget_password(email=EMAIL, at=at)
    row = OutboxMessage.objects.filter(target="email").values().get()
    token = last_letter().token
    assert EMAIL not in str(row)
    assert token not in str(row)
    assert token not in str(list(DomainEvent.objects.values()))
    assert EMAIL not in str(list(DomainEvent.objects.values()))
    assert token not in str(list(StationAuditLog.objects.values()))


def test_au11_a_taken_email_is_told_by_mail(roles, at):
    user = UserFactory(email=EMAIL)
    register(email="JANE@people.example", password=OTHER, at=at)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert [(letter.kind, letter.to) for letter in letters()] == [("account_email_taken", EMAIL)]
    assert events() == ["user.registration_repeated"]


def test_au11_registering_again_before_confirming_voids_the_former_link(roles, at):
    """Whoever registers a stranger's address first must not keep a password to it."""
    sign_up(at, GOOD, full_name="Mallory")
    first = last_letter().token
    user = sign_up(at, OTHER, full_name="Jane Roe")
    assert user.full_name == "Jane Roe"
    with pytest.raises(LinkExpired):
        verify_email(token=first, at=at)
    verify_email(token=last_letter().token, at=at)
    user.refresh_from_db()
    assert user.check_password(OTHER)


def test_invited_and_closed_accounts_are_not_registered_over(roles, at):
    invited = UserFactory(email=EMAIL, status="pending", invited_at=at, email_verified_at=None)
    register(email=EMAIL, password=OTHER, at=at)
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)
    assert last_letter().kind == "account_email_taken"
    closed = UserFactory()
    deactivate_user(user=closed, reason="left the company", by=SystemActor("test"), at=at)
    register(email=closed.email, password=OTHER, at=at)
    assert len(letters()) == 1


def test_au6_weak_passwords_are_refused_whether_the_email_is_free_or_not(roles, at):
    UserFactory(email="taken@people.example")
    for email in (EMAIL, "taken@people.example"):
        with pytest.raises(ValidationFailed) as refused:
            register(email=email, password="short", at=at)
        assert [(e.pointer, e.code) for e in refused.value.errors] == [("/password", "password_too_short")]
    assert letters() == []


def test_at_most_three_mails_an_hour_to_one_address(roles, at):
    for _time in range(5):
        register(email=EMAIL, password=GOOD, at=at)
    assert len(letters()) == 3


def test_au7_a_reset_sets_the_password_logs_out_and_tells(roles, at):
    user = UserFactory(email=EMAIL, email_verified_at=None)
    start_session(user=user, at=at)
    forget_password(email="Jane@People.example", at=at)
    letter = last_letter()
    assert (letter.kind, letter.subject) == ("account_password_reset", "Choose a new password")
    later = at + timedelta(minutes=59)
    reset_password(token=letter.token, password=GOOD, at=later)
    user.refresh_from_db()
    assert user.check_password(GOOD)
    assert (user.tokens_valid_after, user.email_verified_at) == (later, later)
    assert not RefreshToken.objects.filter(revoked_at__isnull=True).exists()
    assert last_letter().subject == "Your password was changed"
    assert events() == ["user.password_reset_requested", "user.password_reset"]
    with pytest.raises(LinkExpired):
        reset_password(token=letter.token, password=OTHER, at=later)


def test_au7_the_link_lasts_an_hour_and_survives_a_weak_password(roles, at):
    UserFactory(email=EMAIL)
    forget_password(email=EMAIL, at=at)
    token = last_letter().token
    with pytest.raises(LinkExpired):
        reset_password(token=token, password=GOOD, at=at + timedelta(hours=1))
    with pytest.raises(ValidationFailed):
        reset_password(token=token, password="short", at=at)
    reset_password(token=token, password=GOOD, at=at)


def test_au7_over_three_per_hour_are_dropped_in_silence(roles, at):
    UserFactory(email=EMAIL)
    for _time in range(5):
        forget_password(email=EMAIL, at=at)
    assert len(letters()) == 3
    forget_password(email=EMAIL, at=at + timedelta(hours=2))
    assert len(letters()) == 4


def test_au7_nobody_unknown_or_inactive_gets_a_link(roles, at):
    user = UserFactory(email=EMAIL)
    suspend_user(user=user, reason="left the company", by=SystemActor("test"), at=at)
    forget_password(email=EMAIL, at=at)
    forget_password(email="nobody@people.example", at=at)
    assert letters() == []


def test_the_mails_go_out_through_the_relay(roles, at, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    sign_up(at)
    dispatch_outbox(at=at + timedelta(days=400))
    line = (tmp_path / "outbox" / "mail.jsonl").read_text()
    assert "Confirm your e-mail address" in line
    assert OutboxMessage.objects.filter(target="email", status="completed").count() == 1

"""create_super_admin, create_station, unlock_user."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from identity.models import Role, Station, StationAuditLog, User
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch):
    """Type a line into standard input."""
    return lambda line: monkeypatch.setattr("sys.stdin", io.StringIO(line))


def test_create_super_admin_on_an_empty_database(typed):
    typed(GOOD + "\n")
    out = run("create_super_admin", "--email", "Boss@people.example", "--name", "Bo Ss")
    user = User.objects.get()
    assert out == f"created: {user.pk}\n"
    assert (user.email, user.full_name, user.role) == ("boss@people.example", "Bo Ss", "super_admin")
    assert user.check_password(GOOD)
    assert user.user_roles.get().role == Role.objects.get(name="super_admin")
    assert StationAuditLog.objects.get().actor_label == "system:create_super_admin"


def test_the_password_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SUPER_ADMIN_PASSWORD", GOOD)
    assert json.loads(run("create_super_admin", "--email", "b@people.example", "--json"))["created"]
    assert User.objects.get().check_password(GOOD)


def test_dry_run_leaves_nothing(typed):
    typed(GOOD + "\n")
    assert "dry run: True" in run("create_super_admin", "--email", "b@people.example", "--dry-run")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("line", "email", "words"),
    [
        ("", "b@people.example", "No password was given."),
        ("short\n", "b@people.example", "/password: Use at least 12 characters."),
        (GOOD, "nonsense", "/email: Enter an e-mail address."),
        (GOOD, "taken@people.example", "There is an account with this e-mail."),
    ],
)
def test_create_super_admin_refuses(typed, line, email, words):
    UserFactory(email="taken@people.example")
    typed(line)
    with pytest.raises(CommandError, match="^" + words) as refused:
        run("create_super_admin", "--email", email)
    assert refused.value.returncode == 1
    assert not User.objects.filter(role="super_admin").exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("second", "created"), [(GOOD, True), ("something else", False)])
def test_a_terminal_is_asked_twice(monkeypatch, second, created):
    answers = iter([GOOD, second])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    if created:
        assert run("create_super_admin", "--email", "b@people.example")
    else:
        with pytest.raises(CommandError, match="The passwords differ"):
            run("create_super_admin", "--email", "b@people.example")
    assert User.objects.exists() is created


def test_create_station():
    out = run("create_station", "--name", "South Bay", "--zip", "94536", "--json")
    station = Station.objects.get()
    assert json.loads(out) == {
        "created": "ST-FREMONT-001",
        "city": "Fremont",
        "timezone": "America/Los_Angeles",
    }
    assert (station.name, station.display_name, station.postal_code) == ("South Bay", "South Bay", "94536")
    run("create_station", "--name", "X", "--zip", "94536", "--timezone", "America/Denver")
    assert Station.objects.get(code="ST-FREMONT-002").timezone == "America/Denver"


@pytest.mark.parametrize(
    ("flags", "words"),
    [(["--zip", "00000"], "Unknown ZIP code 00000"), (["--zip", "94536", "--timezone", "Mars"], "/timezone")],
)
def test_create_station_refuses(flags, words):
    with pytest.raises(CommandError, match=words):
        run("create_station", "--name", "X", *flags)
    assert not Station.objects.exists()


def test_unlock_user():
    soon = timezone.now() + timedelta(hours=1)
    user = UserFactory(email="ann@people.example", lockout_level=3, locked_until=soon)
    run("unlock_user", "--email", "Ann@People.example")
    user.refresh_from_db()
    assert (user.lockout_level, user.locked_until) == (0, None)
    with pytest.raises(CommandError, match="There is no account with this e-mail"):
        run("unlock_user", "--email", "nobody@people.example")

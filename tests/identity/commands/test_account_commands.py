"""invite_user, reset_mfa, export_audit (section 17)."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from identity.models import StationAuditLog, User
from tests.factories.identity import StationAuditLogFactory, UserFactory
from tests.identity.post import last_letter, letters

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_invite_user(station):
    arguments = ("--email", "Lee@people.example", "--role", "station_manager", "--station", station.code)
    out = run("invite_user", *arguments, "--name", "Lee Ma", "--days", "3", "--json")
    user = User.objects.get()
    assert json.loads(out) == {
        "invited": str(user.pk),
        "role": "station_manager",
        "stations": [station.code],
    }
    assert (user.email, user.status, user.full_name) == ("lee@people.example", "pending", "Lee Ma")
    assert last_letter().to == "lee@people.example"
    assert last_letter().token not in out


def test_invite_user_refuses_and_rolls_back(station):
    with pytest.raises(CommandError, match="Unknown station ST-NOWHERE-001"):
        run("invite_user", "--email", "a@b.example", "--role", "chef", "--station", "ST-NOWHERE-001")
    with pytest.raises(CommandError, match="From 1 to 30 days"):
        run("invite_user", "--email", "a@b.example", "--role", "chef", "--days", "31")
    run("invite_user", "--email", "a@b.example", "--role", "chef", "--dry-run")
    assert not User.objects.exists()
    assert letters() == []


def test_reset_mfa(roles):
    user = UserFactory(mfa_enabled=True, mfa_secret="GEZDGNBVGY3TQOJQ")
    assert run("reset_mfa", "--email", user.email.upper()) == f"reset: {user.pk}\n"
    user.refresh_from_db()
    assert (user.mfa_enabled, user.tokens_valid_after is None) == (False, False)
    with pytest.raises(CommandError, match="no account"):
        run("reset_mfa", "--email", "nobody@people.example")


def test_export_audit_to_standard_output_and_to_a_file(station, tmp_path):
    StationAuditLogFactory(station=station, resource_id="one")
    StationAuditLogFactory(station=None, resource_id="two")
    rows = list(csv.DictReader(io.StringIO(run("export_audit"))))
    assert [row["resource_id"] for row in rows] == ["one", "two"]
    assert StationAuditLog.objects.get(action="export").actor_label == "system:export_audit"
    file = tmp_path / "audit.csv"
    out = run("export_audit", "--station", station.code, "--from", "2020-01-01", "--out", str(file), "--json")
    assert json.loads(out) == {"exported": 1, "file": str(file)}
    assert file.stat().st_mode & 0o777 == 0o600
    assert "one" in file.read_text()
    with pytest.raises(CommandError, match="File exists"):
        run("export_audit", "--out", str(file))
    with pytest.raises(CommandError, match="Unknown station"):
        run("export_audit", "--station", "ST-NOWHERE-001")
    assert run("export_audit", "--to", "2020-01-01").count("\n") == 1

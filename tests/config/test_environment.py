"""Secrets of the demo: made once, for the owner's eyes, never in production."""

import os
import stat
import subprocess
import sys

import pytest

from config.environment import BASE_DIR, demo_secrets, ensure_demo_file
from config.settings import database

REQUIRED = [
    "SECRET_KEY",
    "JWT_ACCESS_SECRET",
    "JWT_REFRESH_SECRET",
    "FIELD_ENCRYPTION_KEYS",
    "BLIND_INDEX_KEYS",
]


def manage(*arguments, **environment):
    clean = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


def test_demo_file_is_written_once_and_for_its_owner_alone(tmp_path):
    path = ensure_demo_file(tmp_path / "var")
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.split("=")[0] for line in first.splitlines()] == REQUIRED
    assert ensure_demo_file(tmp_path / "var").read_text() == first


def test_secrets_differ_from_machine_to_machine():
    one, other = demo_secrets(), demo_secrets()
    assert [name for name in one if one[name] == other[name]] == []


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_setting_stops_the_start_with_one_line(tmp_path, name):
    given = {key: value for key, value in demo_secrets().items() if key != name}
    done = manage("check", VAR_DIR=str(tmp_path), **given)
    assert done.returncode == 1
    assert done.stderr == f"Setting {name} is missing: set it in the environment.\n"


def test_production_reads_no_demo_file(tmp_path):
    ensure_demo_file(tmp_path)
    done = manage("check", VAR_DIR=str(tmp_path), ENVIRONMENT="production")
    assert done.returncode == 1
    assert done.stderr == "Setting SECRET_KEY is missing: set it in the environment.\n"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ENVIRONMENT": "staging"}, "Setting ENVIRONMENT must be demo, test or production, not 'staging'."),
        (
            {"DATABASE_URL": "nonsense"},
            "Setting DATABASE_URL must be postgresql://user:password@host:port/name.",
        ),
        (
            {"DATABASE_URL": "mysql://a:b@localhost/c"},
            "Setting DATABASE_URL must be postgresql://user:password@host:port/name.",
        ),
        (
            {"FIELD_ENCRYPTION_KEYS": "k1"},
            "Setting FIELD_ENCRYPTION_KEYS",
        ),
    ],
)
def test_wrong_setting_is_named_in_one_line(tmp_path, wrong, words):
    done = manage("check", VAR_DIR=str(tmp_path), **{**demo_secrets(), **wrong})
    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1


def test_database_is_the_embedded_one_unless_a_url_names_another(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert database()["EMBEDDED_DIR"].name == "postgres"
    monkeypatch.setenv("DATABASE_URL", "postgresql://house:secret@db.example:5433/hibachi")
    named = database()
    assert "EMBEDDED_DIR" not in named
    assert (named["ENGINE"], named["HOST"], named["PORT"], named["NAME"], named["USER"]) == (
        "common.db.postgresql",
        "db.example",
        5433,
        "hibachi",
        "house",
    )

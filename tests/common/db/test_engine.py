"""The engine with its own server, inside of one process."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from common.db import embedded
from common.db.embedded import supervisor
from common.db.embedded.account import for_directory, popen_arguments
from common.db.embedded.cluster import EmbeddedServerError, socket_directory


@pytest.fixture(autouse=True)
def open_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """These tests bring a server and connections of their own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "postgres"
        embedded.release(Path(folder) / "postgres")


@pytest.fixture
def settings_dict(home: Path) -> dict[str, Any]:
    return {"ENGINE": "common.db.postgresql", "NAME": "engine", "EMBEDDED_DIR": home}


def connect(settings_dict: dict[str, Any], alias: str) -> BaseDatabaseWrapper:
    return ConnectionHandler({"default": {}, alias: settings_dict})[alias]


def ask(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


def ask_until_the_session_ends(connection: BaseDatabaseWrapper) -> None:
    """Give a backend the time to see that its postmaster is gone."""
    for _ in range(1000):
        ask(connection, "SELECT 1")
        time.sleep(0.01)


def test_the_database_is_made_on_demand_and_no_other(settings_dict: dict[str, Any]) -> None:
    connection = connect(settings_dict, "made")
    try:
        assert ask(connection, "SELECT current_database()") == "engine"
        connection.close()
        assert ask(connection, "SELECT current_database()") == "engine"
        connection.close()
        connection.settings_dict["NAME"] = "test_engine"
        with pytest.raises(OperationalError, match='database "test_engine" does not exist'):
            connection.ensure_connection()
    finally:
        connection.close()


def test_a_database_that_another_process_made_just_now_is_used(settings_dict: dict[str, Any]) -> None:
    connection = connect(settings_dict, "made")
    try:
        ask(connection, "SELECT 1")
        connection.close()
        error = psycopg.OperationalError('database "engine" does not exist')
        assert connection._repair(str(settings_dict["EMBEDDED_DIR"]), error)  # type: ignore[attr-defined]  # the engine's own
    finally:
        connection.close()


def test_a_server_that_died_is_started_again_for_the_next_connection(
    home: Path, settings_dict: dict[str, Any]
) -> None:
    connection = connect(settings_dict, "revived")
    try:
        ask(connection, "SELECT 1")
        postmaster = supervisor.read_postmaster(home / "data")
        assert postmaster is not None
        os.kill(postmaster.pid, signal.SIGKILL)
        with pytest.raises(OperationalError):
            ask_until_the_session_ends(connection)
        connection.close()
        assert ask(connection, "SELECT current_database()") == "engine"
    finally:
        connection.close()


def test_a_server_that_cannot_start_is_an_operational_error(settings_dict: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        (Path(folder) / "data").mkdir()
        (Path(folder) / "data" / "PG_VERSION").write_text("9")
        connection = connect(settings_dict | {"EMBEDDED_DIR": folder}, "broken")
        with pytest.raises(OperationalError, match="was made by PostgreSQL 9, this is 18"):
            connection.ensure_connection()


def test_shell_arguments(home: Path, settings_dict: dict[str, Any]) -> None:
    own, other = (
        connect(settings_dict, "own"),
        connect({**settings_dict, "EMBEDDED_DIR": None, "HOST": "h"}, "other"),
    )
    arguments, environment = own.client_class.settings_to_cmd_args_env(own.settings_dict, ["-c", "SELECT 1"])
    assert arguments == [
        str(embedded.binary("psql")),
        *("-U", "postgres", "-h", embedded.use(home).host, "-p", "5432", "-c", "SELECT 1", "engine"),
    ]
    assert environment is None
    arguments, _ = other.client_class.settings_to_cmd_args_env(other.settings_dict, [])
    assert arguments == ["psql", "-h", "h", "engine"]
    assert own.creation.test_db_signature() != other.creation.test_db_signature()


def test_settings_of_the_server(settings_dict: dict[str, Any]) -> None:
    connection = connect(settings_dict, "shown")
    try:
        shown = {
            name: ask(connection, f"SELECT current_setting('{name}')")
            for name in ("listen_addresses", "max_connections", "fsync", "timezone", "server_encoding")
        }
        # One collation on every machine: by code point, with upper case beyond ASCII.
        assert ask(connection, "SELECT upper('é') || ('b' < 'É')::text || ('B' < 'a')::text") == "Étruetrue"
    finally:
        connection.close()
    assert shown == {
        "listen_addresses": "",
        "max_connections": "200",
        "fsync": "on",
        "timezone": "UTC",
        "server_encoding": "UTF8",
    }


def test_parallel_test_databases_are_cloned_and_destroyed(settings_dict: dict[str, Any]) -> None:
    connection = connect(settings_dict, "cloned")
    try:
        ask(connection, "SELECT 1")
        connection.close()
        connection.creation.clone_test_db("1", verbosity=0)
        connection.creation.clone_test_db("1", verbosity=0)
        assert ask(connection, "SELECT count(*) FROM pg_database WHERE datname = 'engine_1'") == 1
        connection.creation.destroy_test_db(verbosity=0, suffix="1")
        assert ask(connection, "SELECT count(*) FROM pg_database WHERE datname = 'engine_1'") == 0
    finally:
        connection.close()


def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        socket_directory(tmp_path, None)


def test_a_big_log_is_put_aside(home: Path, settings_dict: dict[str, Any]) -> None:
    embedded.release(home)
    with (home / "log").open("ab") as log:
        log.truncate(11_000_000)
    connection = connect(settings_dict, "logged")
    try:
        ask(connection, "SELECT 1")
    finally:
        connection.close()
    assert (home / "log").stat().st_size < 1_000_000
    assert (home / "log.old").stat().st_size == 11_000_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root runs the server as somebody else")
def test_a_normal_user_runs_the_server_itself(tmp_path: Path) -> None:
    assert for_directory(tmp_path, tmp_path) is None


def test_programs_of_this_user_need_no_account() -> None:
    assert popen_arguments(None) == {}


def test_orders_can_be_sent() -> None:
    order = supervisor.Order(home="h", data="d", sockets="s", command=["c"], owner=None)
    assert supervisor.Supervisor(json.loads(json.dumps(order))).home == Path("h")

"""The embedded server, used by real processes that come, go and are killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from common.db import embedded
from common.db.embedded import supervisor
from tests.common.db.embedded_processes import (
    ROOT,
    User,
    eventually,
    is_gone,
    log_of,
    made_cluster,
    processes_of,
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    with made_cluster() as home:
        yield home


@pytest.fixture
def home(cluster: Path) -> Iterator[Path]:
    yield cluster
    assert eventually(lambda: is_gone(cluster)), processes_of(cluster)


def test_server_ends_with_its_user_and_keeps_the_data(home: Path) -> None:
    user = User(home, "read")
    assert user.line() == "1"
    user.line()
    assert len(processes_of(home)) >= 2
    assert user.end() == 0
    # Not eventually: whoever waits for the last user finds nothing running.
    assert processes_of(home) == []
    assert not (home / "data" / "postmaster.pid").exists()


def test_processes_that_start_at_once_share_one_server(home: Path) -> None:
    users = [User(home) for _ in range(8)]
    started = {user.line() for user in users}
    assert len(started) == 1
    for user in users[1:]:
        user.end()
    assert users[0].process.poll() is None
    latecomer = User(home)
    assert {latecomer.line()} == started
    users[0].end()
    assert processes_of(home) != []
    latecomer.end()
    assert processes_of(home) == []


def test_many_come_and_go(home: Path) -> None:
    """Starting and stopping race with each other; everybody gets a server that works."""
    for _ in range(3):
        users = [User(home) for _ in range(4)]
        assert all(user.line() for user in users)
        assert [user.end() for user in users] == [0] * 4


def test_server_ends_after_a_user_that_was_killed(home: Path) -> None:
    user = User(home)
    user.line()
    user.process.kill()
    # The dead user is still a zombie: nobody has waited for it.
    assert eventually(lambda: is_gone(home))
    user.kill()
    assert "received fast shutdown request" in log_of(home)


def kill_everything(home: Path) -> None:
    postmaster = supervisor.read_postmaster(home / "data")
    assert postmaster is not None
    for path in Path("/proc").glob("[0-9]*/stat"):
        pid = int(path.parent.name)
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == postmaster.pid or str(home).encode() in command:
            os.kill(pid, signal.SIGKILL)


def test_start_after_everything_was_killed(home: Path) -> None:
    user = User(home, "write")
    user.line()
    kill_everything(home)
    user.kill()
    assert (home / "data" / "postmaster.pid").exists()
    again = User(home, "read")
    assert again.line() == "2"
    again.end()


def test_a_reused_number_in_postmaster_pid_does_not_stop_the_start(home: Path) -> None:
    pid_file = home / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{home / 'data'}\n1\n5432\n{home / 'run'}\n\n  1 1\nready   \n")
    shutil.chown(pid_file, (home / "data").stat().st_uid)
    user = User(home)
    user.line()
    user.end()


def test_a_broken_postmaster_pid_is_no_server(tmp_path: Path) -> None:
    assert supervisor.read_postmaster(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text("x")
    assert supervisor.read_postmaster(tmp_path) is None
    assert not supervisor.is_listening(tmp_path)
    supervisor.forget_stale(tmp_path / "postmaster.pid", tmp_path)
    assert (tmp_path / "postmaster.pid").exists()


def test_the_next_user_gives_an_orphaned_server_a_supervisor(home: Path) -> None:
    first = User(home)
    started = first.line()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        command = path.read_bytes().split(b"\0") if path.exists() else []
        if supervisor.__file__.encode() in command and str(home).encode() in b" ".join(command):
            os.kill(int(path.parent.name), signal.SIGKILL)
    second = User(home)
    assert second.line() == started
    first.end()
    second.process.kill()
    assert eventually(lambda: is_gone(home))
    second.kill()


def test_forked_child_shares_the_server_and_does_not_stop_it(home: Path) -> None:
    user = User(home, "fork")
    started = user.line()
    assert user.line() == f"child {started}"
    assert user.end() == 0
    assert processes_of(home) == []


def test_forked_child_keeps_the_server_after_its_parent(home: Path) -> None:
    user = User(home, "orphan")
    started = user.line()
    assert user.line() == f"child {started}"
    assert user.process.wait(30) == 0
    assert processes_of(home) != []
    assert user.process.stdin is not None
    user.process.stdin.close()
    user.process.stdin = None
    assert eventually(lambda: is_gone(home))
    user.end()


def test_interrupt_of_the_process_group_is_a_clean_end(home: Path) -> None:
    user = User(home, start_new_session=True)
    user.line()
    (home / "log").write_text("")
    os.killpg(user.process.pid, signal.SIGINT)
    user.process.communicate(timeout=60)
    assert eventually(lambda: is_gone(home))
    assert "received fast shutdown request" in log_of(home)
    assert "terminated by signal" not in log_of(home)
    assert "was not properly shut down" not in log_of(home)


def test_server_that_died_under_its_user_is_revived(home: Path) -> None:
    try:
        address = embedded.use(home)
        assert not embedded.revive(home)
        postmaster = supervisor.read_postmaster(home / "data")
        assert postmaster is not None
        os.kill(postmaster.pid, signal.SIGKILL)
        assert eventually(lambda: not supervisor.is_listening(home / "data"))
        assert embedded.revive(home)
        assert embedded.use(home) == address
    finally:
        embedded.release(home)
    assert processes_of(home) == []
    embedded.release(home)


@pytest.mark.parametrize("name", ["x" * 150, "with space \"quote\" 'single' %s", "with, comma"])
def test_any_path_will_do(cluster: Path, name: str) -> None:
    home = cluster.with_name(name)
    shutil.copytree(cluster, home, ignore=shutil.ignore_patterns("run"))
    if os.geteuid() == 0:
        owner = (cluster / "data").stat()
        for path in (home / "data", *(home / "data").rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
    user = User(home)
    user.line()
    with psycopg.connect(embedded.server_url(home)) as connection:
        assert connection.execute("SHOW max_connections").fetchone() == ("200",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    embedded.release(home)
    user.end()
    assert processes_of(home) == []


def test_url_and_programs(cluster: Path) -> None:
    try:
        url = embedded.server_url(cluster, "postgres")
        psql = subprocess.run(
            [embedded.binary("psql"), url, "-Atc", "SELECT current_user"],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        embedded.release(cluster)
    assert psql.stdout == "postgres\n"
    assert embedded.Address("/a b").url("x/y") == "postgresql://postgres@/x%2Fy?host=%2Fa%20b&port=5432"
    assert embedded.binary("pgbench").exists()


DJANGO = """
import sys, django
from django.conf import settings
settings.configure(DATABASES={"default": json.loads(sys.argv[1])})
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(*cursor.fetchone())
args, env = connection.client.settings_to_cmd_args_env(connection.settings_dict, ["-Atc", "SELECT 1"])
print(args[0].endswith("psql"), args[-1], connection.creation.test_db_signature()[-1] == sys.argv[2])
"""


def test_engine_makes_its_database_on_demand(home: Path) -> None:
    database = {"ENGINE": "common.db.postgresql", "NAME": f"made {time.time_ns()}", "EMBEDDED_DIR": str(home)}
    command = [sys.executable, "-c", "import json" + DJANGO, json.dumps(database), str(home)]
    running = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PATH": os.environ["PATH"]}
        )
        for _ in range(4)
    ]
    outputs = {process.communicate(timeout=60)[0] for process in running}
    assert outputs == {f"{database['NAME']}\nTrue {database['NAME']} True\n"}

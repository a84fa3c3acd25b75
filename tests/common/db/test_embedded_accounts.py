"""Whom an embedded server belongs to, and what it says when it cannot start."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.db import embedded
from tests.common.db.embedded_processes import User, made_cluster, processes_of


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    with made_cluster() as home:
        yield home


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that every account can reach, as pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="engine-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture(scope="module")
def nobody() -> dict[str, Any]:
    """How to run a program as a normal user, with a Python which that user can reach."""
    entry = pwd.getpwnam("nobody")
    account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            subprocess.run([python, "-c", "import sys"], check=True, cwd="/", **account)
        except OSError:
            continue
        return {**account, "python": python}
    pytest.skip("no Python that a normal user could run")


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become somebody else; the other tests run as this user"
)
class TestAccounts:
    def test_normal_user_runs_the_server_itself_and_root_joins(
        self, folder: Path, nobody: dict[str, Any]
    ) -> None:
        home = folder / "deep" / "postgres"
        user = User(home, **nobody)
        started = user.line()
        assert home.owner() == "nobody"
        root = User(home)
        assert root.line() == started
        user.end()
        root.end()
        assert processes_of(home) == []
        # The cluster stays the user's, whoever starts it.
        root = User(home)
        root.line()
        root.end()
        assert {path.owner() for path in (home / "data").iterdir()} == {"nobody"}
        user = User(home, **nobody)
        user.line()
        user.end()

    def test_root_gives_the_server_to_a_system_user(self, cluster: Path) -> None:
        user = User(cluster)
        user.line()
        assert (cluster / "data").owner() == "pgserver"
        assert (cluster / "run").stat().st_mode & 0o777 == 0o700
        user.end()
        assert not (cluster / "run").exists()

    def test_a_directory_of_somebody_else_is_refused_in_one_line(
        self, cluster: Path, folder: Path, nobody: dict[str, Any]
    ) -> None:
        for home in (cluster, folder / "locked" / "postgres"):
            (folder / "locked").mkdir(mode=0o700, exist_ok=True)
            user = User(home, **nobody)
            _, errors = user.process.communicate(timeout=60)
            assert errors == f"{home} belongs to another user\n"

    def test_directories_on_the_way_are_opened_for_passing(self, folder: Path) -> None:
        (folder / "private").mkdir(mode=0o700)
        user = User(folder / "private" / "postgres")
        user.line()
        user.end()
        assert (folder / "private").stat().st_mode & 0o777 == 0o701


class TestComplaints:
    def complaint(self, home: Path) -> str:
        user = User(home)
        _, errors = user.process.communicate(timeout=120)
        assert user.process.returncode == 1
        return errors.strip()

    def test_cluster_of_another_version(self, folder: Path) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "PG_VERSION").write_text("15\n")
        assert self.complaint(folder) == f"{folder / 'data'} was made by PostgreSQL 15, this is 18"

    def test_server_that_does_not_start(self, cluster: Path, folder: Path) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "PG_VERSION").write_text("18\n")
        message = self.complaint(folder)
        assert message.startswith("PostgreSQL did not start: ")
        assert message.endswith(f"(see {folder / 'log'})")
        assert "\n" not in message

    def test_unknown_program(self) -> None:
        with pytest.raises(embedded.EmbeddedServerError, match="has no program pg_nothing"):
            embedded.binary("pg_nothing")

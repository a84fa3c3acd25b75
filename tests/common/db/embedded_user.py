"""A program that uses the embedded server of a directory; driven by the tests of common.db.embedded.

It prints when the server was started, once it is connected, and ends with its standard input.
Arguments: the directory, and what to do in between.
"""

import multiprocessing
import os
import sys

import psycopg

from common.db import embedded

directory, task = sys.argv[1:]


def connect() -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(embedded.server_url(directory), autocommit=True)


def started() -> str:
    with connect() as connection:
        row = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()
    assert row is not None
    return row[0]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def child() -> None:
    """Outlive the parent unless the test closes the pipe first."""
    say(f"child {started()}")
    os.read(0, 1)


def main() -> None:
    since = started()
    if task == "write":
        with connect() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
    if task == "read":
        with connect() as connection:
            say(*connection.execute("SELECT count(*)::text FROM kept").fetchone() or ())
    say(since)
    if task == "fork":
        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        process.join()
        say(started())
    if task == "orphan" and os.fork() == 0:
        child()
        return
    if task == "orphan":
        return
    sys.stdin.read()


try:
    main()
except embedded.EmbeddedServerError as error:
    sys.exit(str(error))

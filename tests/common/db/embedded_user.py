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
        return str(connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0])  # type: ignore[index]


def child() -> None:
    """Outlive the parent unless the test closes the pipe first."""
    sys.stdin = open(0)
    print("child", started(), flush=True)
    sys.stdin.read()


def main() -> None:
    since = started()
    if task == "write":
        with connect() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
    if task == "read":
        with connect() as connection:
            print(*connection.execute("SELECT count(*) FROM kept").fetchone() or ())
    print(since, flush=True)
    if task == "fork":
        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        process.join()
        print(started(), flush=True)
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

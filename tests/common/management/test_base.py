"""Section 17: exit codes, `--dry-run` and `--json` of every operator command."""

import io
import json
import os
import signal
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from django.db import OperationalError, connection

from common.exceptions import InUse
from common.management.base import HouseCommand


class Probe(HouseCommand):
    help = "does what its flag says"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--do", default="report")

    def handle(self, *_args: Any, **options: Any) -> None:
        match options["do"]:
            case "refuse":
                raise InUse("the station has bookings")
            case "lose":
                raise OperationalError("connection refused\nDETAIL: jane@example.com")
            case "fall silent":
                raise OperationalError
            case "find":
                self.report({"rows": 3})
                self.conclude(2)
            case "write":
                with self.unit(), connection.cursor() as cursor:
                    cursor.execute("CREATE TABLE probe_written ()")
                self.report({"tables": 1})
            case _:
                with self.progress(2, "Probing") as advance:
                    advance(1)
                self.report(
                    {"rows": 3, "by_key": {"k1": 2}, "failed": [{"id": 7, "reason": "bad"}, "x"], "none": {}}
                )
                self.conclude(0)


def run(**options: Any) -> str:
    out = io.StringIO()
    call_command(Probe(), stdout=out, **options)
    return out.getvalue()


def test_report_is_readable() -> None:
    assert run() == ("rows: 3\nby key:\n  k1: 2\nfailed: 2\n  - id 7, reason bad\n  - x\nnone:\n")


def test_report_is_one_json_document() -> None:
    assert json.loads(run(as_json=True)) == {
        "rows": 3,
        "by_key": {"k1": 2},
        "failed": [{"id": 7, "reason": "bad"}, "x"],
        "none": {},
    }


def test_findings_end_with_1_after_the_report() -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^2 findings$") as caught:
        call_command(Probe(), do="find", stdout=out)
    assert (caught.value.returncode, out.getvalue()) == (1, "rows: 3\n")


def test_refusal_is_an_operator_mistake() -> None:
    with pytest.raises(CommandError, match=r"^the station has bookings$") as caught:
        run(do="refuse")
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ("lose", "Database or lock not available: connection refused"),
        ("fall silent", "Database or lock not available: OperationalError"),
    ],
)
def test_lost_database_ends_with_3_and_quotes_no_row(do: str, words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(do=do)
    assert (caught.value.returncode, str(caught.value)) == (3, words)


def test_wrong_flag_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        Probe().run_from_argv(["manage.py", "probe", "--nonsense"])
    assert caught.value.code == 2
    assert "unrecognized arguments: --nonsense" in capsys.readouterr().err


def test_command_line_ends_with_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        Probe().run_from_argv(["manage.py", "probe", "--do", "find", "--json"])
    assert (caught.value.code, capsys.readouterr().out) == (1, '{"rows": 3}\n')


@pytest.mark.django_db
@pytest.mark.parametrize(("dry_run", "exists"), [(True, False), (False, True)])
def test_dry_run_rolls_back(dry_run: bool, exists: bool) -> None:
    report = json.loads(run(do="write", dry_run=dry_run, as_json=True))
    assert report == ({"tables": 1, "dry_run": True} if dry_run else {"tables": 1})
    assert ("probe_written" in connection.introspection.table_names()) is exists


def test_reader_has_no_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    class Reader(Probe):
        has_dry_run = False

    with pytest.raises(SystemExit):
        Reader().run_from_argv(["manage.py", "reader", "--dry-run"])
    assert "unrecognized arguments: --dry-run" in capsys.readouterr().err


def test_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    run()
    assert "Probing" in capsys.readouterr().err
    run(as_json=True)
    assert capsys.readouterr().err == ""


def test_a_signal_asks_for_an_end_and_a_second_interrupt_breaks_in():
    before = signal.getsignal(signal.SIGINT)
    with HouseCommand().stoppable() as stopped:
        assert not stopped()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before


def test_a_command_outside_the_main_thread_is_not_stopped():
    answers = []

    def run():
        with HouseCommand().stoppable() as stopped:
            answers.append(stopped())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert answers == [False]

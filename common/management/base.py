"""What every operator command of the house shares: exit codes, `--dry-run`, `--json`, progress and report.

Exit codes: 0 done, 1 findings, failed items or an operator's mistake, 2 wrong flags, 3 database or lock not
available.
"""

import json
import signal
import threading
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from common.db.errors import first_line
from common.exceptions import DomainError

EXIT_FINDINGS = 1
EXIT_UNAVAILABLE = 3


def instant(text: str) -> datetime:
    """Return a date or an RFC 3339 time as an instant; UTC where it names no zone. A type of arguments."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date such as 2026-03-08 and no RFC 3339 time.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def at_least(minimum: int) -> Callable[[str], int]:
    """Return a type of arguments: whole numbers from `minimum` on; others are wrong flags (exit code 2)."""

    def whole_number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) >= minimum):
            raise ArgumentTypeError(f"{text!r} is no whole number from {minimum} on.")
        return int(text)

    return whole_number


class HouseCommand(BaseCommand):
    """A command that parses, calls one service per unit inside `self.unit()`, and reports counts."""

    has_dry_run: ClassVar[bool] = True
    """Offer `--dry-run`; False for commands that cannot roll back. One that only reads has nothing to."""

    dry_run = False
    as_json = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if self.has_dry_run:
            parser.add_argument("--dry-run", action="store_true", help="work and report, then roll back")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run `handle`; refusals leave with exit code 1, a lost database or lock with 3."""
        self.dry_run = bool(options.get("dry_run"))
        self.as_json = bool(options.get("as_json"))
        try:
            return super().execute(*args, **options)
        except DomainError as refusal:
            raise CommandError(refusal.detail, returncode=EXIT_FINDINGS) from refusal
        except (OperationalError, InterfaceError) as error:
            words = f"Database or lock not available: {first_line(error)}"
            raise CommandError(words, returncode=EXIT_UNAVAILABLE) from error

    @contextmanager
    def unit(self, using: str | None = None) -> Iterator[None]:
        """Do one unit of work in a transaction of its own, rolled back at its end under `--dry-run`."""
        with transaction.atomic(using=using):
            yield
            if self.dry_run:
                transaction.set_rollback(True, using=using)

    @contextmanager
    def stoppable(self) -> Iterator[Callable[[], bool]]:
        """Let Ctrl-C and SIGTERM ask for an end instead of breaking into the unit at hand.

        Yields `stopped()`, to be asked between units; a second Ctrl-C breaks in. Signals reach the main
        thread alone, so elsewhere nobody is ever stopped.
        """
        asked = threading.Event()
        if threading.current_thread() is not threading.main_thread():
            yield asked.is_set
            return
        former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def ask(_number: int, _frame: FrameType | None) -> None:
            asked.set()
            signal.signal(signal.SIGINT, signal.default_int_handler)

        for number in former:
            signal.signal(number, ask)
        try:
            yield asked.is_set
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @contextmanager
    def progress(self, total: int | None, description: str) -> Iterator[Callable[[int], None]]:
        """Show a bar on a terminal, nothing elsewhere; yields `advance(n)`. A total of None is not known."""
        console = Console(stderr=True)
        if self.as_json or not console.is_terminal:
            yield lambda _n: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(description, total=total)
            yield lambda n: bar.advance(task, n)

    def report(self, figures: Mapping[str, Any]) -> None:
        """Print counts and findings: one JSON document, or one line each."""
        figures = {**figures, "dry_run": True} if self.dry_run else figures
        if self.as_json:
            self.stdout.write(json.dumps(figures, cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        for line in _lines(figures):
            self.stdout.write(line)

    def conclude(self, findings: int, words: str = "findings") -> None:
        """End with exit code 1 when there are findings or failed items; the report stands before it."""
        if findings:
            raise CommandError(f"{findings} {words}", returncode=EXIT_FINDINGS)


def _lines(value: Any, label: str = "", depth: int = 0) -> Iterator[str]:
    """Yield readable lines for nested mappings and sequences."""
    indent = "  " * depth
    if isinstance(value, Mapping) and (value or label):
        if label:
            yield f"{indent}{label}:"
        for name, part in value.items():
            words = str(name) if depth or label else str(name).replace("_", " ")
            yield from _lines(part, words, depth + bool(label))
    elif isinstance(value, list | tuple):
        yield f"{indent}{label}: {len(value)}"
        for part in value:
            words = (
                ", ".join(f"{name} {item}" for name, item in part.items())
                if isinstance(part, Mapping)
                else part
            )
            yield f"{indent}  - {words}"
    else:
        yield f"{indent}{label}: {value}"

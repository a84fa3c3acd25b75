"""Replay of rows through the slot engine, dealt to worker processes: one date never goes to two workers.

Each worker takes its rows in order of their booking time. So the rows of one slot are decided in the order in
which they were booked, however many workers there are, and a run cut off has decided the first of them.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from multiprocessing.connection import Connection, wait
from typing import Any, TypeAlias

from django.db import InterfaceError, OperationalError, connections, transaction

from bookings.models import Booking, SystemEvent
from bookings.services.imports.live import ENTITY, ROW_REFUSED, SERVICE, book_row
from bookings.services.imports.rows import ImportRow
from common.imports.outcomes import Known, Outcome, Refused
from identity.models import Station

CHUNK = 5_000

Stopped = Callable[[], bool]
Pipe: TypeAlias = "Connection[Any, Any]"


class WorkerDied(Exception):
    """A worker process ended before its rows did."""


@dataclass(frozen=True, slots=True)
class _Done:
    """Last message of a worker."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """Last message of a worker that lost the database."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """`retry_refused` asks again for rows that an earlier run saw refused by the slot engine."""

    workers: int = 1
    ask_deposit: bool = False
    dry_run: bool = False
    retry_refused: bool = False


@contextmanager
def replay(
    *, rows: Sequence[ImportRow], station: Station, options: ReplayOptions
) -> Iterator[Iterator[Outcome]]:
    """Yield the outcomes as they come; worker processes are started on entry and gone on exit."""
    decided, open_rows = _known(rows, retry_refused=options.retry_refused)
    if options.workers == 1:
        work = Share(open_rows, station, options)
        yield _chained(decided, work.outcomes(lambda: False))
        return
    with _processes(open_rows, station, options) as readers:
        yield _chained(decided, _collected(readers))


def deal(rows: Iterable[ImportRow], workers: int) -> list[list[ImportRow]]:
    """Share the rows out by date, the dates with most rows first, each to the worker with the fewest."""
    dates = [list(group) for _day, group in groupby(sorted(rows, key=lambda row: row.date), lambda r: r.date)]
    shares: list[list[ImportRow]] = [[] for _ in range(workers)]
    for group in sorted(dates, key=len, reverse=True):
        min(shares, key=len).extend(group)
    return shares


class Share:
    """What one worker does."""

    def __init__(self, rows: Iterable[ImportRow], station: Station, options: ReplayOptions) -> None:
        self._station, self._options = station, options
        self._rows = sorted(rows, key=lambda row: (row.booked_at, row.number))

    def outcomes(self, stopped: Stopped) -> Iterator[Outcome]:
        for unit in self._units():
            with self._transaction():
                for row in unit:
                    if stopped():
                        return
                    yield book_row(row=row, station=self._station, ask_deposit=self._options.ask_deposit)

    def _units(self) -> Iterator[list[ImportRow]]:
        """Each row for itself; a dry run takes the rows of a date together, to see them fill the slots."""
        if self._options.dry_run:
            by_date = sorted(self._rows, key=lambda row: row.date)
            yield from (list(group) for _day, group in groupby(by_date, lambda row: row.date))
        else:
            yield from ([row] for row in self._rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with transaction.atomic() if self._options.dry_run else nullcontext():
            yield
            if self._options.dry_run:
                transaction.set_rollback(True)


def _known(rows: Sequence[ImportRow], *, retry_refused: bool) -> tuple[list[Outcome], list[ImportRow]]:
    decided: list[Outcome] = []
    open_rows: list[ImportRow] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        keys = [row.key for row in chunk]
        booked = set(Booking.objects.filter(pk__in=keys).values_list("pk", flat=True))
        refused: dict[Any, Any] = {}
        if not retry_refused:
            events = SystemEvent.objects.filter(
                service=SERVICE, action=ROW_REFUSED, entity_type=ENTITY, entity_id__in=keys
            )
            refused = dict(events.values_list("entity_id", "event_data"))
        for row in chunk:
            if row.key in booked:
                decided.append(Known(row.number))
            elif row.key in refused:
                data = refused[row.key]
                decided.append(Refused(row.number, data["code"], data["reason"]))
            else:
                open_rows.append(row)
    return decided, open_rows


def _chained(decided: Iterable[Outcome], coming: Iterable[Outcome]) -> Iterator[Outcome]:
    yield from decided
    yield from coming


@contextmanager
def _processes(rows: Iterable[ImportRow], station: Station, options: ReplayOptions) -> Iterator[list[Pipe]]:
    """Fork one worker per share; a connection must not be inherited, so the parent drops its own first."""
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    connections.close_all()
    readers, workers = [], []
    for share in deal(rows, options.workers):
        reader, writer = context.Pipe(duplex=False)
        worker = context.Process(
            target=_serve, args=(Share(share, station, options), writer, stop.is_set), daemon=True
        )
        worker.start()
        writer.close()
        readers.append(reader)
        workers.append(worker)
    try:
        yield readers
    finally:
        stop.set()
        for reader in readers:
            reader.close()
        for worker in workers:
            worker.join()


def _collected(readers: Iterable[Pipe]) -> Iterator[Outcome]:
    waiting = list(readers)
    while waiting:
        ready = wait(waiting)
        for reader in [reader for reader in waiting if reader in ready]:
            try:
                message = reader.recv()
            except EOFError:
                raise WorkerDied("A worker process died; start the import again to continue.") from None
            if isinstance(message, _Lost):
                raise OperationalError(message.words)
            if isinstance(message, _Done):
                waiting.remove(reader)
            else:
                yield message


def _serve(share: Share, writer: Pipe, stop: Stopped) -> None:
    """Work off a share in a child process, until told to stop or left alone by the parent."""
    # A signal reaches every process of the group: the parent decides, the row at hand is finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    parent = os.getppid()
    try:
        for outcome in share.outcomes(lambda: stop() or os.getppid() != parent):
            writer.send(outcome)
        writer.send(_Done())
    except (OperationalError, InterfaceError) as error:
        writer.send(_Lost(str(error)))
    except BrokenPipeError:
        return
    finally:
        connections.close_all()
        writer.close()

"""The jobs of the house as periodic tasks of procrastinate; named in PROCRASTINATE_ON_APP_READY."""

from collections.abc import Callable
from datetime import timedelta

from procrastinate import App

from events.services.worker import periodic_jobs, run_queued

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def cron(every: timedelta) -> str:
    """Return the cron line of a period that divides an hour or a day, or is a day: 08:30 UTC, night here."""
    if every == DAY:
        return "30 8 * * *"
    if every % HOUR == timedelta(0):
        return "0 * * * *" if every == HOUR else f"0 */{every // HOUR} * * *"
    return "* * * * *" if every == MINUTE else f"*/{every // MINUTE} * * * *"


def register(app: App) -> None:
    """Add every job; a job that is still queued is not queued a second time."""
    for job in periodic_jobs():
        task = app.task(name=f"house.{job.name}", queue=job.name, queueing_lock=job.name)(_task(job.name))
        app.periodic(cron=cron(job.every))(task)


def _task(name: str) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        del timestamp  # when it fell due; a job does what is due when it runs
        run_queued(name)

    return run

"""A week of a busy station: steps of some hours, in which everybody acts at once and workers die."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic, sleep

from croniter import croniter
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from events.schedule import cron
from events.services.worker import periodic_jobs
from tests.life.processes import wait_until

BUSY = 5
"""So many people talk to the house at the same time."""
WAITING = """
SELECT (SELECT count(*) FROM "events"."outbox" WHERE status IN ('pending', 'processing'))
     + (SELECT count(*) FROM "events"."inbox" WHERE status IN ('pending', 'processing'))
"""
OLDER = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s
"""


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


class Week:
    """Moves the clock, lets the jobs fall due, and kills a worker now and then."""

    def __init__(self, *, house, clock, guests, staff, callers, journal, chance):
        self.house, self.clock, self.guests, self.staff = house, clock, guests, staff
        self.callers, self.journal, self.chance = callers, journal, chance
        self.acts = 0
        self.surprises = []

    def live(self, until, *, wishes, kills):
        """Live through to an instant in steps of five to nine hours; a worker dies in each `kills`-th."""
        while self.clock.now() < until:
            hours = timedelta(minutes=self.chance.randrange(300, 541))
            self.advance(min(self.clock.now() + hours, until))
            self.step(wishes=self.chance.choice(wishes), kills=self.guests.step % kills == 0)

    def advance(self, instant):
        """Move the clock once nothing is half done, and start the jobs that fell due on the way.

        Procrastinate's own ticker sleeps by the real clock, so the ticks of the hours that are skipped are
        put into its queue here; a worker takes them from there.
        """
        before = self.clock.now()
        self.clock.move_to(instant)
        for caller in self.callers:
            caller.forget()
        moved_at = ask("SELECT clock_timestamp()")
        # Whatever began before the move ends before a job looks at the state of things: no real clock jumps.
        wait_until(lambda: ask(OLDER, moved_at) == 0, "transactions end")
        for job in periodic_jobs():
            if croniter(cron(job.every), before).get_next(type(before)) <= instant:
                try:
                    app.tasks[f"house.{job.name}"].defer(timestamp=int(instant.timestamp()))
                except AlreadyEnqueued:
                    continue

    def step(self, *, wishes, kills):
        """Let everybody act who has something to do, in any order, while the jobs run."""
        self.guests.step += 1
        rows = self.staff.admin.rows("/bookings")
        works = [self.staff.work_of(row, rows) for row in rows]
        acts = [
            *self.guests.arrivals(wishes),
            *self.guests.tell_money(),
            *(work for work in works if work is not None),
            *self.staff.pay_out(),
            *self.staff.match_by_hand(),
            partial(self.guests.look_around, self.chance.choice(list(self.guests.hosts))),
            partial(self.staff.read_pages, self.chance.choice(rows) if rows else None),
        ]
        self.chance.shuffle(acts)
        self.acts += len(acts)
        with ThreadPoolExecutor(BUSY) as pool:
            running = [pool.submit(act) for act in acts]
            if kills:
                sleep(self.chance.uniform(0, 0.4))
                self.house.kill_worker(self.chance.randrange(len(self.house.workers)))
            self.surprises += [str(error) for act in running if (error := act.exception()) is not None]
        wait_until(self._jobs_taken, "the jobs are taken")

    def drain(self):
        """Let everything that waits come to its end: what was told late, what is tried again later."""
        for _hour in range(48):
            self.advance(self.clock.now() + timedelta(minutes=30))
            acts = [*self.guests.tell_money(), *self.staff.pay_out(), *self.staff.match_by_hand()]
            for act in acts:
                act()
            self.guests.step += 1
            wait_until(self._jobs_taken, "the jobs are taken")
            quiet_from = monotonic()
            while ask(WAITING) and monotonic() - quiet_from < 5:
                sleep(0.05)
            if not acts and not self.guests.told and not ask(WAITING):
                return
        raise AssertionError("the queues do not run empty")

    def read_bookings(self):
        """Return the details of all bookings as the API tells them."""
        admin = self.staff.admin
        keys = [row["id"] for row in admin.rows("/bookings")]
        with ThreadPoolExecutor(BUSY) as pool:
            return [answer.json() for answer in pool.map(lambda key: admin.get(f"/bookings/{key}"), keys)]

    @staticmethod
    def _jobs_taken():
        return ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == 0

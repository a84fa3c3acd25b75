"""The processes of the house: a web server, and workers that may be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
LONGEST_LIFE = 3600
"""Seconds after which a worker ends that was left behind by a test that was killed itself."""
PATIENCE = 120
"""Seconds after which something that should have happened is taken for broken."""


def wait_until(condition, what, pause=0.03):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(pause)
    return found


class House:
    """Starts `manage.py worker` and granian on one database, under one clock; each writes its own log."""

    def __init__(self, folder: Path, *, database, workers=2, **environment):
        self.folder = folder
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.life.settings",
            "PYTHONPATH": str(ROOT),
            "LIFE_DIR": str(folder),
            "LIFE_DATABASE": database,
            **environment,
        }
        self.count = workers
        self.workers = []
        self.kills = 0
        self.logs = []
        self.server = None
        self.url = ""

    def open(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.server = self._start(
            "server",
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "6", "--log-level", "warning"),
            "config.wsgi:application",
        )
        self.workers = [self._start_worker() for _number in range(self.count)]
        wait_until(self._answers, "the server answers")

    def kill_worker(self, number):
        """End a worker as a power cut would, and start another in its place."""
        victim = self.workers[number]
        assert victim.poll() is None, f"a worker ended by itself: {victim.returncode}"
        victim.send_signal(signal.SIGKILL)
        victim.wait(PATIENCE)
        self.kills += 1
        self.workers[number] = self._start_worker()

    def close(self):
        """End everything by SIGTERM; returns how the workers ended."""
        running = [*self.workers, *([self.server] if self.server else [])]
        for process in running:
            process.terminate()
        try:
            codes = [process.wait(PATIENCE) for process in running]
        finally:
            for process in running:
                process.kill()
                process.wait()
            for log in self.logs:
                log.close()
        self.workers, self.server, self.logs = [], None, []
        return codes

    def log_text(self):
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def sent_mails(self):
        """Return every mail that the workers sent, in the order of sending."""
        lines = (self.folder / "outbox" / "mail.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def _start_worker(self):
        return self._start("worker", "manage.py", "worker", "--max-seconds", str(LONGEST_LIFE))

    def _start(self, name, *arguments):
        log = (self.folder / f"{name}-{len(self.logs)}.log").open("wb")
        self.logs.append(log)
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT
        )

    def _answers(self):
        assert self.server.poll() is None, self.log_text()
        try:
            return httpx.get(f"{self.url}/health/live").status_code == 200
        except httpx.TransportError:
            return False

"""`make run`: starts from nothing, books a party, leaves nothing behind, survives kill -9."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured

from bookings.models import Booking
from config.environment import BASE_DIR
from config.serve import chosen_port
from config.welcome import booking_line, first_free_slot, print_welcome
from tests.factories.bookings import make_request, make_selling_station

START_SECONDS = 180


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def house(tmp_path):
    """Start and stop the product in a directory of its own."""
    running = []
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), "PORT": str(port)}

    def start():
        log = (tmp_path / "log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"],
            cwd=BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        running.append(process)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process, (tmp_path / "log").read_text()
            time.sleep(0.2)
        raise AssertionError((tmp_path / "log").read_text())

    yield start, tmp_path
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)


def book(line):
    """Send what the printed curl line would send."""
    words = shlex.split(line)
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    headers["Idempotency-Key"] = f"party-{time.time_ns()}"
    body = words[words.index("-d") + 1]
    request = Request(words[2], data=body.encode(), headers=headers, method="POST")  # noqa: S310 -- our own server
    try:
        with urlopen(request, timeout=30) as response:  # noqa: S310 -- our own server
            return response.status, json.load(response)
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def users_of(directory):
    """Processes whose command line or environment names the directory."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(directory) in " ".join(process.cmdline()) or process.environ().get("VAR_DIR") == str(
                directory
            ):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def wait_until_empty(directory, seconds=20):
    deadline = time.monotonic() + seconds
    while users_of(directory) and time.monotonic() < deadline:
        time.sleep(0.2)
    return users_of(directory)


def test_run_books_stops_cleanly_and_survives_being_killed(house):
    start, tmp_path = house
    process, log = start()
    line = re.search(r"^curl .*$", log, re.MULTILINE).group()
    for words in ("admin ", "API docs", "super_admin", "station_manager", "steppe.owner.1@exchange.example"):
        assert words in log
    assert book(line)[0] == 201
    status, problem = book(line)
    assert (status, problem["code"]) == (409, "slot_taken")
    assert len(problem["alternatives"]) == 6

    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)
    assert wait_until_empty(tmp_path / "var") == []

    process, log = start()
    assert "logins_shown_only_now" not in log
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    start()
    assert book(line)[0] == 409


@pytest.mark.parametrize("wrong", ["", "http", "0", "70000", "-1"])
def test_port_is_checked(monkeypatch, wrong):
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(ImproperlyConfigured, match="Setting PORT"):
        chosen_port()


def test_port_in_use_is_refused(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(ImproperlyConfigured, match="is in use"):
            chosen_port()


@pytest.mark.django_db
def test_welcome_offers_a_slot_that_can_be_booked_once(capsys):
    station = make_selling_station()
    now = datetime.now(UTC)
    found, slot = first_free_slot(now)
    assert found == station
    assert slot.starts_at - now >= timedelta(hours=48)
    line = booking_line("http://127.0.0.1:8000", found, slot)
    assert shlex.split(line)[0] == "curl"
    print_welcome("http://127.0.0.1:8000")
    assert f'"date": "{slot.date}"' in capsys.readouterr().out
    assert make_request(station, date=slot.date, slot=slot.slot).station_id == station.pk
    assert Booking.objects.count() == 0


@pytest.mark.django_db
def test_welcome_without_a_station_prints_no_line(capsys):
    print_welcome("http://127.0.0.1:8000")
    assert "curl" not in capsys.readouterr().out


@pytest.mark.django_db
def test_welcome_names_one_trader_of_each_kind(capsys):
    names = ("steppe.owner", "caspian.owner", "accepted")
    roles = ("supplier_owner", "supplier_owner", "consumer")
    traders = [
        {"role": role, "email": f"{name}@exchange.example", "password": "Demo-1"}
        for name, role in zip(names, roles, strict=True)
    ]
    print_welcome("http://127.0.0.1:8000", traders)
    lines = capsys.readouterr().out.partition("/api/v1/supply:")[2].split("\n")[2:]
    assert lines[:3] == [
        "  supplier_owner   steppe.owner@exchange.example",
        "  consumer         accepted@exchange.example",
        "  password of all  Demo-1",
    ]
    assert shlex.split(lines[4])[-1] == '{"email": "steppe.owner@exchange.example", "password": "Demo-1"}'


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"MAIL_GATEWAY": "integra.smtp.SmtpMailGateway"}, "EMAIL_URL is missing"),
        ({"CARD_GATEWAY": "integra.stripe.StripeGateway"}, "STRIPE_API_KEY is missing"),
    ],
)
def test_a_gateway_without_its_setting_stops_the_start_with_one_line(tmp_path, settings, line):
    ended = subprocess.run(
        [sys.executable, "-m", "config.serve"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PORT": str(free_port()), **settings},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (
        1,
        f"make run: Setting {line}: set it in the environment.\n",
    )

"""A headless Chromium in front of the real server; without one the tests say so and are skipped."""

import shutil
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests.common.admin.world import build_world

CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium_path():
    found = next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("No Chromium on this machine: Debian's package `chromium` lets the browser tests run.")
    return found


@pytest.fixture
def allowed_orm(monkeypatch):
    # Playwright runs an event loop in this thread; the ORM is used here between its calls, never inside one.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # The server's threads must not keep the test database busy after their last request.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def world(transactional_db, allowed_orm):
    return build_world()


@pytest.fixture
def page(chromium_path, allowed_orm, live_server):
    """A page of a fresh browser, 1440 by 900, that starts at the server under test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
        # While Playwright's loop runs, the ORM works over a connection of its own.
        connections.close_all()
        context.close()
        browser.close()
    assert problems == []


@pytest.fixture
def shots(tmp_path_factory):
    """Where the pictures of a run are kept."""
    folder = Path(tmp_path_factory.getbasetemp()) / "shots"
    folder.mkdir(exist_ok=True)
    return folder

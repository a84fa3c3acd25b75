import re
import textwrap
from pathlib import Path

import pytest

from tests.events.webhooks.receiver import LOOPBACK

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "receive-webhooks.md"


@pytest.fixture
def loopback(settings):
    """Let receivers of this machine in."""
    settings.WEBHOOK_PRIVATE_NETWORKS = LOOPBACK


@pytest.fixture(scope="session")
def verify():
    """The receiver's side of the scheme, as the how-to page gives it."""
    [snippet] = re.findall(r"^   ```python\n(.*?)^   ```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    names = {}
    exec(textwrap.dedent(snippet), names)  # noqa: S102 -- our own page, run as its readers would
    return names["verify_webhook"]

"""Settings of server and workers of a simulated week: the suite's own, under a clock that a test moves."""

import os
from pathlib import Path

from config.test_settings import *  # noqa: F403 -- settings are made of settings
from tests.life.clock import SimulatedClock

# Mails, log and clock of this life; the database's directory stays where the suite has it.
VAR_DIR = Path(os.environ["LIFE_DIR"])
DATABASES["default"]["NAME"] = os.environ["LIFE_DATABASE"]  # noqa: F405 -- from config.settings
# Before any model is loaded: fields keep the function that they are given as a default.
SimulatedClock(VAR_DIR / "clock").install()

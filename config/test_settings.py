"""Settings of the test suite: own secrets, cheap password hashes, no rate limits unless a test wants them."""

import os

from config.environment import demo_secrets

os.environ["ENVIRONMENT"] = "test"
for name, value in demo_secrets().items():
    os.environ.setdefault(name, value)

from config.settings import *  # noqa: E402, F403 -- the environment must be complete before the settings read it

TEST_APPS = ["tests.crypto_app", "tests.engine_app"]
INSTALLED_APPS += TEST_APPS  # noqa: F405 -- from config.settings
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMITS_ENABLED = False
AVAILABILITY_CACHE_SECONDS = 0
MIDDLEWARE = ["tests.documented.DocumentedMiddleware", *MIDDLEWARE]  # noqa: F405 -- same

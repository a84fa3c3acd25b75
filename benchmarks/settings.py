"""The product's settings with the empty view beside it."""

from config.settings import *  # noqa: F403 -- the very settings of the product

ROOT_URLCONF = "benchmarks.urls"

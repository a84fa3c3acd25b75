"""WSGI entry point for granian or any other server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

YOUNG_OBJECTS = 20_000
"""New containers until the garbage collector looks among them for cycles; Python's own number is 700."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# All that is loaded now stays until the process ends. Full collections, which would look at each of half a
# million objects again and again, took a sixth of the time of a write; young ones, several in each request
# that live hardly longer than themselves, another 7 %.
get_resolver().url_patterns  # noqa: B018 -- loads every view
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG_OBJECTS)

"""API-10: no GET of the API asks once per row; the paths come from the URL conf, so a new one is counted too.

`make bench` prints the same matrix at a hundred rows.
"""

import pytest

from benchmarks.endpoints import measure, paths

pytestmark = pytest.mark.django_db
MOST = 30


def test_api10_no_count_grows_with_the_rows():
    lines = measure(rows=4)
    assert {line.what for line in lines} >= {f"GET /{path}" for path in paths()}
    assert [(line.what, line.caller, line.shown()) for line in lines if line.grows] == []
    assert [(line.what, line.statements) for line in lines if line.statements > MOST] == []
    writes = [line for line in lines if not line.what.startswith("GET")]
    assert [(line.what, line.statuses) for line in writes if not line.is_answered] == []

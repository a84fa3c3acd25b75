from collections.abc import Iterator

import pytest
from django.db import connection

# The usual path, none at all, and the one that leads to the wrong one of two namesakes.
SEARCH_PATHS = {
    "public": '"$user", public',
    "nothing": "",
    "namesake": "engine_shop, engine_depot, public",
}


@pytest.fixture(params=SEARCH_PATHS)
def search_path(request: pytest.FixtureRequest, db: None) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [SEARCH_PATHS[request.param]])
    return request.param

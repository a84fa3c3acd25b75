"""The expected side is made once per process; a test reads only the live catalogue again."""

from collections.abc import Callable

import pytest
from django.db import connection

from common.schema.verify import engine, migrated
from common.schema.verify.catalogue import Catalogue
from common.schema.verify.compare import compare
from common.schema.verify.expected import Script, realise, script
from common.schema.verify.expressions import settle
from common.schema.verify.findings import Finding


@pytest.fixture(scope="session")
def wanted(django_db_setup, django_db_blocker) -> Script:
    with django_db_blocker.unblock():
        return script(migrated.load(connection))


@pytest.fixture(scope="session")
def expected(wanted: Script, django_db_blocker) -> Catalogue:
    with django_db_blocker.unblock():
        return realise(connection, wanted)


@pytest.fixture
def drift(db, wanted: Script, expected: Catalogue) -> Callable[[], list[Finding]]:
    """Return a call that compares the models with the live catalogue as it is now."""

    def found() -> list[Finding]:
        return compare(expected, settle(connection, expected, engine.live(connection, wanted)))

    return found

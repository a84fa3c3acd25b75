"""Whatever is changed by hand is found and named, and what is said to run mends it."""

from fnmatch import fnmatchcase

import pytest
from django.db import connection

from tests.common.schema.verify.mutations import MUTATIONS, Mutation


def execute(*statements: str) -> None:
    """Run statements in the test's transaction, where nothing can be done concurrently."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.replace(" CONCURRENTLY ", " "))


def test_the_schema_as_migrated_has_no_finding(drift):
    assert drift() == []


def test_there_are_enough_ways():
    assert len(MUTATIONS) >= 60
    assert len({mutation.sql for mutation in MUTATIONS.values()}) == len(MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_change_by_hand_is_found_named_and_mended(drift, mutation: Mutation):
    if connection.pg_version // 10_000 < mutation.version:
        pytest.skip(f"needs PostgreSQL {mutation.version}")
    execute(mutation.sql)
    findings = drift()
    assert named(findings, mutation) == mutation.found
    assert all(finding.expected != finding.found for finding in findings)

    execute(*(statement for finding in sorted(findings, key=lambda f: f.step) for statement in finding.run))
    assert drift() == []


def named(findings, mutation: Mutation) -> set[tuple[str, str, str]]:
    """Return what was said; a name that ends in * in the mutation stands for one it begins."""
    said = {(finding.kind, finding.table, finding.name) for finding in findings}
    for kind, table, pattern in mutation.found:
        said = {
            (kind, table, pattern) if one[:2] == (kind, table) and fnmatchcase(one[2], pattern) else one
            for one in said
        }
    return said

"""Section 1 as one generated test: every operation × every kind of account × own, other and no station.

What must come out is derived from the table in `matrix.py` and from what `operations_*.py` say an operation
needs; the operations come from the live URL conf. A new endpoint fails here until it has its line.
"""

import json

import pytest
from django.db import transaction

from identity.models import User
from identity.permissions import MATRIX as HELD
from tests.access import matrix
from tests.access.callers import CALLERS, Place
from tests.access.everything import digest
from tests.access.expectations import Situation
from tests.access.operations import OPERATIONS
from tests.access.operations_events import SECRET
from tests.access.routes import routed
from tests.access.world import World

pytestmark = pytest.mark.django_db
ROUTED = routed()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all operations; it is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _offline(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.STRIPE_WEBHOOK_SECRETS = settings.PAYMENT_MAIL_SECRETS = [SECRET]


def test_the_matrix_of_the_house_is_the_one_of_section_1():
    held = {kind: {code: str(reach) for code, reach in codes.items()} for kind, codes in HELD.items()}
    assert held == matrix.MATRIX


def test_every_operation_has_an_expectation():
    """Add the line of a new operation to `operations_<app>.py`; take that of a dead one out."""
    named = [operation.name for operation in OPERATIONS]
    assert {
        "without expectation": sorted(ROUTED.keys() - set(named)),
        "not routed": sorted(set(named) - ROUTED.keys()),
        "twice": sorted({name for name in named if named.count(name) > 1}),
    } == {"without expectation": [], "not routed": [], "twice": []}


def test_every_view_declares_the_code_of_its_expectation():
    """R-4: two codes of one row of the matrix open the same doors today, and may not tomorrow."""
    stated = {operation.name: operation.code for operation in OPERATIONS}
    declared = {name: ROUTED[name].code for name in stated if name in ROUTED}
    assert declared == {name: code for name, code in stated.items() if name in ROUTED}


def test_every_write_would_be_noticed(world):
    before = digest()
    assert changed_since(before) == []
    User.objects.filter(pk=world.boss.pk).update(full_name="Ada Lovelace")
    world.party(Place.AWAY)
    assert changed_since(before) == [
        '"core"."bookings"',
        '"core"."deposits"',
        '"core"."slot_claims"',
        '"identity"."users"',
    ]


@pytest.mark.parametrize(
    "operation", sorted(OPERATIONS, key=lambda item: item.name), ids=lambda item: item.name
)
def test_r4_role_place_and_operation(world, operation):
    """One operation as everybody, everywhere, each on the same rows; refusals leave every row as it was."""
    targets = {place: target_at(operation, world, place) for place in operation.places}
    situations = [
        Situation(world=world, caller=caller, place=place, target=of(targets[place], caller, operation))
        for caller in CALLERS
        for place in (operation.places[:1] if operation.is_list else operation.places)
    ]
    before = digest()
    with transaction.atomic():
        wrong = [line for situation in situations for line in faults(operation, situation, targets)]
        touched = changed_since(before)
        transaction.set_rollback(True)
    if touched:
        wrong.append(f"refusals of {operation.name} changed {touched}")
        wrong += [line for situation in situations for line in traces(operation, situation, before)]
    assert wrong == [], "\n".join([operation.name, *wrong])


def target_at(operation, world, place):
    if operation.thing is None or place is Place.NOWHERE:
        return operation.nowhere()
    return operation.thing(world, place)


def of(target, caller, operation):
    """Return the caller's own object where everybody has one; nothing where they have none."""
    if not target.theirs:
        return target
    return target.theirs.get(caller.name, operation.nowhere())


def faults(operation, situation, targets):
    """Say how the answer differs from the expectation; only an expected refusal may leave traces."""
    caller, place = situation.caller, situation.place
    expected = operation.expected(caller, place)
    with transaction.atomic():
        response = situation.world.send(operation, situation)
        seen = said(response)
        if seen != expected or not operation.is_refusal(caller, place):
            transaction.set_rollback(True)
    where = f"{operation.name} as {caller.name}, {place}"
    if seen != expected:
        yield f"{where}: expected {expected}, saw {seen}: {response.content[:300]!r}"
    elif operation.is_list and seen == "200" and operation.thing is not None:
        expected_rows, seen_rows = rows_of(operation, caller, targets, response)
        if expected_rows != seen_rows:
            yield f"{where}: expected the rows {expected_rows}, saw {seen_rows}"


def traces(operation, situation, before):
    """Name the refusal that wrote something."""
    caller, place = situation.caller, situation.place
    if not operation.is_refusal(caller, place):
        return
    with transaction.atomic():
        situation.world.send(operation, situation)
        touched = changed_since(before)
        transaction.set_rollback(True)
    if touched:
        yield f"{operation.name} as {caller.name}, {place}: was refused and changed {touched}"


def changed_since(before):
    """Return the tables whose rows are others than before."""
    return sorted(table for table, rows in digest().items() if rows != before[table])


def rows_of(operation, caller, targets, response):
    """Return which of the rows ought to be listed and which are, by their places."""
    known = {}
    for place, target in targets.items():
        for name, row in target.theirs.items():
            known[row.shown] = (f"{place} of {name}", place if name == caller.name else Place.AWAY)
        if not target.theirs:
            known[target.shown] = (str(place), place)
    shown = response.content.decode()
    expected = sorted(label for label, place in known.values() if operation.lists(caller, place))
    return expected, sorted(label for pk, (label, _place) in known.items() if pk in shown)


def said(response):
    """Return the status, with the code of a problem."""
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return f"{response.status_code} {json.loads(response.content)['code']}"
    return str(response.status_code)

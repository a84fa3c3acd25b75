"""API-9: walks along the links of the document: what was made is found, what was deleted is gone."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.specs.openapi import checks

from tests.api_schema.fuzz_world import FuzzWorld
from tests.api_schema.fuzzing import CHECKS, quick, settled

pytestmark = pytest.mark.django_db

STEPS = 6
ENOUGH = 3
WALKS = (10, 40, 160)
"""More of them while too few links were gone along: what is made up depends on which modules are loaded."""


def walk_of(described, world, *, who, paths, walked):
    """Return the machine that walks as somebody, and notes the links that it goes along."""

    class Walk(described.include(path_regex=paths).as_state_machine()):
        """Each walk starts in the same world."""

        def setup(self):
            self.steps, self.is_led = 0, False
            self.undo = transaction.atomic()
            self.undo.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

        def step(self, asked_for):
            self.is_led = asked_for.transition is not None and asked_for.is_applied
            if self.is_led:
                walked.add(asked_for.transition.id)
            return super().step(asked_for)

        def before_call(self, case):
            self.steps += 1
            if not self.is_led:  # a link has named the right thing already
                world.point(case, self.steps)

        def get_call_kwargs(self, case):
            return {"headers": world.headers[who]}

        def validate_response(self, response, case, additional_checks=None, **kwargs):
            case.validate_response(
                response,
                checks=[*CHECKS, checks.use_after_free, checks.ensure_resource_availability],
                transport_kwargs=kwargs,
                recorder=self.recorder,
            )

    return Walk


@pytest.mark.parametrize(
    ("who", "paths"), [("super_admin", "^/api/v1/(?!supply|auth)"), ("supplier", "^/api/v1/supply")]
)
def test_api9_walks_along_the_links(described, who, paths):
    world = FuzzWorld()
    walked = set()
    machine = walk_of(described, world, who=who, paths=paths, walked=walked)
    for walks in WALKS:
        run_state_machine_as_test(
            machine, settings=settings(settled(quick(walks)), stateful_step_count=STEPS)
        )
        if len(walked) > ENOUGH:
            break
    assert len(walked) > ENOUGH, "some links were gone along"

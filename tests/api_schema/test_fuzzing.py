"""API-9: whatever is sent, by whomever, is answered as the document says."""

import pytest
from schemathesis import GenerationMode

from tests.api_schema.fuzz_world import FuzzWorld
from tests.api_schema.fuzzing import faults, quick

pytestmark = pytest.mark.django_db

PARTS = 6
"""The operations are spread over this many tests, so that they can run side by side."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("mode", GenerationMode)
def test_api9_made_up_requests_are_answered_as_documented(described, mode, part):
    world = FuzzWorld()
    operations = [found.ok() for found in described.get_all_operations()]
    wrong = [
        fault
        for operation in operations[part::PARTS]
        for fault in faults(operation, world, mode=mode, examples=quick(4))
    ]
    assert wrong == [], "\n\n".join(wrong)

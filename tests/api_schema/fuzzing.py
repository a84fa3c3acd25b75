"""Made-up requests for operations of the document, and what is wrong with the answers to them.

`FUZZ_EXAMPLES` makes the tests dig deeper: that many requests per operation and kind instead of a few, and
other ones in each run.
"""

import os
from collections.abc import Iterator
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import CheckContext, GenerationMode, Response
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api_schema.fuzz_world import FuzzWorld
from tests.supply.world import undone

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
REFUSED = ["4xx", "503"]
"""What a wrong request may meet; 503: a provider is not set up here."""
SAYABLE = frozenset(
    {
        "unknown_field",
        "unknown_parameter",
        "required",
        "null",
        "max_length",
        "max_value",
        "min_value",
        "not_a_list",
        "not_a_dict",
    }
)
"""Codes of wrong values that a schema has words for."""


def unspoken_refusals(ctx: CheckContext, response: Response, case: Any) -> bool | None:
    """Fail where a well-formed request is refused for what the schema could have said and did not.

    In the place of schemathesis' `positive_data_acceptance`: dates in the wrong order, phone numbers that
    nobody has, dishes of no price list, cursors of no list, blanks and NUL are refused by 400 too, and no
    schema can tell them.
    """
    if (
        case.meta is None
        or not case.meta.generation.mode.is_positive
        or response.status_code not in {400, 422}
    ):
        return None
    errors = response.json().get("errors", [])
    unspoken = [error for error in errors if error["code"] in SAYABLE]
    if unspoken:
        raise AssertionError(f"The schema does not say: {unspoken}")
    return None


CHECKS: list[CheckFunction] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    unspoken_refusals,
]


def quick(default: int) -> int:
    """Return how many requests to make of one kind."""
    return EXAMPLES or default


def settled(examples: int) -> settings:
    """Return settings that make the same requests in each run of the suite."""
    return settings(
        max_examples=examples,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def load(document: dict[str, Any]) -> Any:
    """Return the document as schemathesis reads it, answered by the product in this process."""
    config = schemathesis.Config(seed=None if EXAMPLES else 1)
    project = config.projects.default
    project.checks.negative_data_rejection.expected_statuses = REFUSED
    project.generation.deterministic = not EXAMPLES
    project.generation.with_security_parameters = False
    loaded = schemathesis.openapi.from_dict(document, config=config)
    loaded.app = WSGIHandler()
    return loaded


def faults(operation: Any, world: FuzzWorld, *, mode: GenerationMode, examples: int) -> Iterator[str]:
    """Yield what answers to made-up requests of an operation break; the world stays as it was."""

    @settled(examples)
    @given(
        case=operation.as_strategy(mode),
        who=st.sampled_from(world.callers(operation.path)),
        pick=st.integers(0, 255),
    )
    def ask(case: Any, who: str, pick: int) -> None:
        with undone():
            world.point(case, pick)
            response = case.call(headers=world.headers[who])
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseExceptionGroup as found:
                raise AssertionError(_told(found, who, case, response)) from None

    try:
        ask()
    except Unsatisfiable:
        return  # nothing in this operation can be wrong
    except AssertionError as error:
        yield f"{operation.label} ({mode.value}): {error}"


def _told(found: BaseExceptionGroup[Any], who: str, case: Any, response: Any) -> str:
    reasons = " | ".join(f"{type(one).__name__}: {one}".replace("\n", " ") for one in found.exceptions)
    request = {
        "path": case.path_parameters,
        "query": case.query,
        "headers": dict(case.headers or {}),
        "body": case.body,
    }
    return f"{who} {reasons}\n    {request}\n    {response.status_code} {response.text[:600]}"

"""E-3 at start-up: from every version of a payload one way leads to the newest."""

from collections import defaultdict
from typing import Any

from django.core.checks import CheckMessage, Error

from events.upcasters import upcasters


def check_upcasters(**kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- the check contract
    """Return an error for every version that no upcaster, or more than one, starts from."""
    starts: dict[str, list[int]] = defaultdict(list)
    for step in upcasters:
        starts[step.event_type].append(step.from_version)
    return [
        Error(
            f"{event_type}: {versions.count(version)} upcasters from version {version}, it takes one.",
            hint="Register one for each version below the newest, in the app that publishes the type.",
            id="events.E001",
        )
        for event_type, versions in sorted(starts.items())
        for version in sorted({*range(1, max(versions) + 1), *versions})
        if version < 1 or versions.count(version) != 1
    ]

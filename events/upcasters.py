"""E-3: stored payloads are never changed; whoever reacts to an event reads it in the newest shape.

An app that changes the shape of a type's payload registers an upcaster in `AppConfig.ready()`. From then on
events of that type are published with the next `event_version`, and older ones are lifted when they are read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from common.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcaster:
    """Makes of a type's payload of one version that of the next; it leaves what it is given as it is."""

    event_type: str
    from_version: int
    lift: Callable[[Mapping[str, Any]], Mapping[str, Any]]


upcasters: Registry[Upcaster] = Registry("upcasters")


def current_version(event_type: str) -> int:
    """Return the version of the newest shape of a type's payload: 1 until somebody changes it."""
    return max((step.from_version for step in _steps(event_type)), default=0) + 1


def newest_version(event_type: str, version: int) -> int:
    """Return the version to which `newest_shape` lifts a payload of a version."""
    return max(version, current_version(event_type))


def newest_shape(event_type: str, version: int, payload: Any) -> Any:
    """Return a payload of a version in the newest shape of its type.

    The same object when there is nothing to do, also for a version that a newer program has written.
    """
    for step in sorted(_steps(event_type), key=lambda step: step.from_version):
        if step.from_version >= version:
            payload = dict(step.lift(payload))
    return payload


def _steps(event_type: str) -> list[Upcaster]:
    # Asked for every event that is published or handled: mostly nobody has changed anything.
    return [step for step in upcasters if step.event_type == event_type] if len(upcasters) else []

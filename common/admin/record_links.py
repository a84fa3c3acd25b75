"""Buttons that an upper app puts on the page of a record of a lower one, such as a station's calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLink:
    """A button on the pages of one model (`identity.Station`), for holders of the code at the record."""

    model: str
    label: str
    icon: str
    code: str
    url: Callable[[Any], str]


record_links: Registry[RecordLink] = Registry("record_links")


def links_of(label: str) -> list[RecordLink]:
    """Return the buttons of a model, upper floors first."""
    return [link for link in record_links if link.model == label]

"""Permission codes behind the pages of one model."""

from dataclasses import dataclass

OWNER_CODE = "system.config"
"""Held by super_admin alone: opens, for reading, what declares no codes of its own."""

REVEAL_CODE = "pii.reveal"


@dataclass(frozen=True, slots=True)
class AdminCodes:
    """Which permission code opens which page; an empty code denies it to everybody."""

    view: str = OWNER_CODE
    add: str = ""
    change: str = ""
    delete: str = ""

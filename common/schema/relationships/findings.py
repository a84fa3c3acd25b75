"""What may be wrong with a relation, each kind with its severity and a word of its own."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Severity = Literal["error", "warning"]


class Fault(Enum):
    """A kind of fault: `code` for machines, `severity` for whoever decides."""

    TARGET_MISSING = ("target_missing", "error")
    TARGET_REPLACED = ("target_replaced", "error")
    REVERSE_MISSING = ("reverse_missing", "error")
    REVERSE_NO_RELATION = ("reverse_no_relation", "error")
    SIDES_DIFFER = ("sides_differ", "error")
    REVERSE_NAME_IMPLICIT = ("reverse_name_implicit", "error")
    TABLE_CLAIMED_TWICE = ("table_claimed_twice", "error")
    CLASS_DEFINED_TWICE = ("class_defined_twice", "error")
    KEY_POINTS_UP = ("key_points_up", "error")
    KEY_POINTS_SIDEWAYS = ("key_points_sideways", "error")
    KEY_MISSING = ("key_missing", "error")
    KEY_ELSEWHERE = ("key_elsewhere", "error")
    KEY_NOT_ENFORCED = ("key_not_enforced", "error")
    KEY_UNDECLARED = ("key_undeclared", "error")
    KEY_DOUBLED = ("key_doubled", "warning")
    REVERSE_HIDDEN = ("reverse_hidden", "warning")
    REVERSE_NAME_DEFAULT = ("reverse_name_default", "warning")

    def __init__(self, code: str, severity: Severity) -> None:
        self.code = code
        self.severity: Severity = severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, where it is (a field, a model or a table), and what is wrong in words."""

    fault: Fault
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words} ({self.fault.code})"

    def as_dict(self) -> dict[str, str]:
        return {"code": self.fault.code, "where": self.where, "words": self.words}

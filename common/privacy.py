"""Classification of every model field: public, personal or secret."""

from typing import Literal

Privacy = Literal["public", "personal", "secret"]

BASE_FIELDS = frozenset({"id", "created_at", "updated_at", "deleted_at", "deleted_by"})
"""Columns of the abstract base models; public. `delete_reason` is free text and classified by its model."""


class Classification:
    """Field names by privacy class, written as space-separated words.

    personal: tells something about a human being (masked in lists, exported, erased);
    secret: opens a door (tokens, password hashes, keys; never shown).
    """

    def __init__(self, *, public: str = "", personal: str = "", secret: str = "") -> None:
        self.by_class: dict[Privacy, frozenset[str]] = {
            "public": frozenset(public.split()),
            "personal": frozenset(personal.split()),
            "secret": frozenset(secret.split()),
        }

    def of(self, field_name: str) -> Privacy | None:
        """Return the class of a field, None when it is not classified."""
        for privacy, names in self.by_class.items():
            if field_name in names:
                return privacy
        return "public" if field_name in BASE_FIELDS else None

    @property
    def names(self) -> list[str]:
        """Every name classified here, duplicates kept (a test refuses them)."""
        return [name for names in self.by_class.values() for name in names]

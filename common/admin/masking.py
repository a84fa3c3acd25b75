"""P-3: encrypted columns appear masked, secret ones not at all; the clear text is one reveal away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst

from common.admin.scoping import ScopedAdmin
from common.crypto.exceptions import DecryptionError
from common.crypto.fields import BlindIndexField, EncryptedField
from common.crypto.tombstone import is_tombstone

if TYPE_CHECKING:
    from common.privacy import Classification

M = TypeVar("M", bound=Model)
NOTHING, ERASED, UNREADABLE = "-", "erased", "[unreadable]"


@dataclass(frozen=True, slots=True)
class Masked:
    """One encrypted attribute of a page: the path to it, such as `customer.email`, and its label."""

    path: str
    label: str

    def clear(self, obj: Model) -> str:
        """Return the clear text, a dash when there is none; raises DecryptionError."""
        sealed = self.sealed(obj)
        if sealed is None:
            return NOTHING
        text = sealed.reveal()
        return ERASED if is_tombstone(text) else str(text)

    def masked(self, obj: Model) -> str:
        """Return what lists and pages show; a damaged token spoils its own cell only."""
        sealed = self.sealed(obj)
        if sealed is None:
            return NOTHING
        try:
            return ERASED if is_tombstone(sealed.reveal()) else str(sealed)
        except DecryptionError:
            return UNREADABLE

    def sealed(self, obj: Model) -> Any:
        """Return the sealed value at the end of the path, None when there is none."""
        *path, last = self.path.split(".")
        owner: Any = obj
        for name in path:
            owner = getattr(owner, name)
            if owner is None:
                return None
        return getattr(owner, owner._meta.get_field(last).attname)


class MaskedAdmin(ScopedAdmin[M]):
    """Every encrypted column gets a display column `<name>_masked`; `masked` adds those of other rows."""

    masked: Mapping[str, Masked] = {}
    unrevealed: ClassVar[frozenset[str]] = frozenset()
    """Encrypted columns that nobody reads here, revealed or not."""

    def __init__(self, model: type[M], admin_site: AdminSite) -> None:
        own = {
            field.name: Masked(field.name, str(capfirst(field.verbose_name)))
            for field in model._meta.fields
            if isinstance(field, EncryptedField) and self.is_shown(model, field.name)
        }
        self.masked = {**own, **self.masked}
        for name, column in self.masked.items():
            if not hasattr(self, f"{name}_masked"):
                setattr(self, f"{name}_masked", masked_display(column))
        super().__init__(model, admin_site)

    def is_shown(self, model: type[Model], name: str) -> bool:
        """Tell whether a column of the model may appear on a page at all."""
        privacy: Classification | None = getattr(model, "privacy", None)
        return name not in self.unrevealed and (privacy is None or privacy.of(name) != "secret")

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        """Return every column that may be shown, in the model's order, encrypted ones masked."""
        if self.fields:
            return list(self.fields)
        shown = []
        for field in self.model._meta.fields:
            if isinstance(field, BlindIndexField) or not self.is_shown(self.model, field.name):
                continue
            shown.append(f"{field.name}_masked" if isinstance(field, EncryptedField) else field.name)
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        """Return the declared ones and everything that no form can edit."""
        fixed = [field.name for field in self.model._meta.fields if not field.editable or field.primary_key]
        declared = [*super().get_readonly_fields(request, obj), *fixed]
        return [*declared, *(f"{name}_masked" for name in self.masked)]


def masked_display(column: Masked) -> Callable[[Model], str]:
    """Return an admin display function for the masked column."""

    def display(obj: Model) -> str:
        return column.masked(obj)

    display.short_description = column.label  # type: ignore[attr-defined]  # how Django names a column
    return display

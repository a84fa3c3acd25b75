"""A value at rest: its token, its clear form, or both; each is made from the other when first asked for."""

import copy
from typing import TYPE_CHECKING, Any

from common.crypto.blind_index import blind_index
from common.crypto.tombstone import is_tombstone

if TYPE_CHECKING:
    from common.crypto.encrypted_field import EncryptedField

_UNKNOWN: Any = object()


class Sealed:
    """One encrypted value: `reveal()` is clear text, `str()` masked; repr and pickle hold none."""

    __slots__ = ("_clear", "_field", "_image", "_indexes", "_token", "assigned")

    def __init__(self, field: "EncryptedField", token: bytes | None, clear: Any = _UNKNOWN) -> None:
        self._field = field
        self._token = token
        self._clear = clear
        self._image: bytes | None = None
        self._indexes: dict[str, bytes | None] = {}
        self.assigned = False
        """Set by Python code, so that a blind index must follow; False for what came from the database."""

    @classmethod
    def of(cls, field: "EncryptedField", value: Any) -> "Sealed":
        """Seal a value that Python code assigns: clear, or sealed for any column."""
        if not isinstance(value, Sealed):
            sealed = cls(field, None, value)
        elif value.column == field.column_identity and value._token is not None:  # noqa: SLF001 -- same class
            clear = _UNKNOWN if field.mutable else value._clear  # noqa: SLF001 -- same class
            sealed = cls(field, value.token(), clear)
        else:
            sealed = cls(field, None, value.reveal())
        sealed.assigned = True
        return sealed

    @property
    def column(self) -> str:
        """The column whose tokens this is one of, as schema.table.column."""
        return self._field.column_identity

    def reveal(self) -> Any:
        """Return the clear value, decrypted once; DecryptionError for a token that is not of this column."""
        if self._clear is _UNKNOWN:
            self._clear = self._field.decrypt(self.token())
            self._remember()
        return self._clear

    def token(self) -> bytes:
        """Return the bytes for the database: untouched where nobody changed the value."""
        if self._token is None or self._changed_in_place():
            self._clear = self._field.normalize(self._clear)
            self._token = self._field.encrypt(self._clear)
            self._remember()
        return self._token

    def _remember(self) -> None:
        if self._field.mutable:
            self._image = self._field.encode(self._clear)

    def _changed_in_place(self) -> bool:
        return (
            self._field.mutable
            and self._clear is not _UNKNOWN
            and self._field.encode(self._clear) != self._image
        )

    def index(self, kind: str) -> bytes | None:
        """Return the blind index, None for an empty or erased value; ValueError for an impossible contact."""
        if kind not in self._indexes:
            clear = self.reveal()
            void = clear in {None, ""} or is_tombstone(clear)
            self._indexes[kind] = None if void else blind_index(clear, kind=kind)
        return self._indexes[kind]

    def __str__(self) -> str:
        return self._field.mask(self.reveal())

    def __repr__(self) -> str:
        return f"<Sealed {self.column}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self._field, self.token(), self.assigned)

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sealed":
        if not self._field.mutable or self._clear is _UNKNOWN:
            return self
        twin = Sealed(self._field, self._token, copy.deepcopy(self._clear, memo))
        twin.assigned, twin._image = self.assigned, self._image
        return twin


def _unpickle(field: "EncryptedField", token: bytes, assigned: bool) -> Sealed:
    sealed = Sealed(field, token)
    sealed.assigned = assigned
    return sealed

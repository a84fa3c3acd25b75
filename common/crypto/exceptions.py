from django.core.exceptions import FieldError


class DecryptionError(Exception):
    """A token that is damaged, of another column or under an unknown key; never names the value."""

    def __init__(self, *, column: str, key_id: str | None, reason: str) -> None:
        self.column, self.key_id, self.reason = column, key_id, reason
        super().__init__(column, key_id, reason)

    def __str__(self) -> str:
        return f"{self.column}: token under key {self.key_id or '(unreadable)'}: {self.reason}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.column, self.key_id, self.reason)


def _rebuild(column: str, key_id: str | None, reason: str) -> DecryptionError:
    return DecryptionError(column=column, key_id=key_id, reason=reason)


class EncryptedLookupError(FieldError):
    """A query or an assignment that ciphertext cannot answer."""

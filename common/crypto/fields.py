"""The encrypted kinds and the blind index, as models declare them."""

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from common.crypto import mask, normalize
from common.crypto.encrypted_field import EncryptedField
from common.crypto.index_field import BlindIndexField

__all__ = [
    "BlindIndexField",
    "EncryptedEmailField",
    "EncryptedField",
    "EncryptedJSONField",
    "EncryptedPhoneField",
    "EncryptedTextField",
]

_ST_contra = TypeVar("_ST_contra", contravariant=True)
_GT_co = TypeVar("_GT_co", covariant=True)

if TYPE_CHECKING:

    class _TextField(models.TextField[_ST_contra, _GT_co]): ...

    class _CharField(models.CharField[_ST_contra, _GT_co]): ...

    class _EmailField(models.EmailField[_ST_contra, _GT_co]): ...

    class _JSONField(models.JSONField[_ST_contra, _GT_co]):
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
else:

    class _Subscriptable:
        """Django's fields are generic in their stubs alone."""

        def __class_getitem__(cls, _types: object) -> type:
            return cls

    class _TextField(_Subscriptable, models.TextField): ...

    class _CharField(_Subscriptable, models.CharField): ...

    class _EmailField(_Subscriptable, models.EmailField): ...

    class _JSONField(_Subscriptable, models.JSONField): ...


class EncryptedTextField(EncryptedField, _TextField[_ST_contra, _GT_co]):
    """Text of any length, "" included; an empty form field is null where the column may be."""

    def formfield(self, **kwargs: Any) -> Any:
        if self.null:
            kwargs.setdefault("empty_value", None)
        return super().formfield(**kwargs)


class EncryptedEmailField(EncryptedField, _EmailField[_ST_contra, _GT_co]):
    """An e-mail address, stored in lower-case NFC."""

    def normalize_text(self, clear: str) -> str:
        return normalize.normalize_email(clear)

    def mask(self, clear: str) -> str:
        return mask.mask_email(clear)


class EncryptedPhoneField(EncryptedField, _CharField[_ST_contra, _GT_co]):
    """A phone number, stored as E.164; numbers without country code are of the US."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        super().__init__(*args, **kwargs)

    def normalize_text(self, clear: str) -> str:
        return normalize.normalize_phone(clear)

    def mask(self, clear: str) -> str:
        return mask.mask_phone(clear)


class EncryptedJSONField(EncryptedField, _JSONField[_ST_contra, _GT_co]):
    """Any JSON value but null, which is SQL NULL; UUID, date and Decimal are read back as text."""

    mutable = True

    def normalize(self, clear: Any) -> Any:
        return clear

    def encode(self, clear: Any) -> bytes:
        try:
            text = json.dumps(
                clear,
                cls=self.encoder or DjangoJSONEncoder,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
            )
        except TypeError:
            raise TypeError(f"{self.column_identity} takes JSON values.") from None
        except ValueError:
            raise ValueError(f"{self.column_identity} takes JSON values.") from None
        return super().encode(text)

    def decode(self, stored: bytes) -> Any:
        return json.loads(stored, cls=self.decoder)

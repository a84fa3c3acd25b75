"""The encrypted kinds and the blind index, as models declare them."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from common.crypto import mask, normalize
from common.crypto.encrypted_field import EncryptedField
from common.crypto.generics import CharField, EmailField, GetT_co, JSONField, SetT_contra, TextField
from common.crypto.index_field import BlindIndexField

__all__ = [
    "BlindIndexField",
    "EncryptedEmailField",
    "EncryptedField",
    "EncryptedJSONField",
    "EncryptedPhoneField",
    "EncryptedTextField",
]


class EncryptedTextField(EncryptedField[SetT_contra, GetT_co], TextField[SetT_contra, GetT_co]):
    """Text of any length, "" included; an empty form field is null where the column may be."""

    def formfield(self, **kwargs: Any) -> Any:
        if self.null:
            kwargs.setdefault("empty_value", None)
        return super().formfield(**kwargs)


class EncryptedEmailField(EncryptedField[SetT_contra, GetT_co], EmailField[SetT_contra, GetT_co]):
    """An e-mail address, stored in lower-case NFC."""

    def normalize_text(self, clear: str) -> str:
        return normalize.normalize_email(clear)

    def mask(self, clear: str) -> str:
        return mask.mask_email(clear)


class EncryptedPhoneField(EncryptedField[SetT_contra, GetT_co], CharField[SetT_contra, GetT_co]):
    """A phone number, stored as E.164; numbers without country code are of the US."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        super().__init__(*args, **kwargs)

    def normalize_text(self, clear: str) -> str:
        return normalize.normalize_phone(clear)

    def mask(self, clear: str) -> str:
        return mask.mask_phone(clear)


class EncryptedJSONField(EncryptedField[SetT_contra, GetT_co], JSONField[SetT_contra, GetT_co]):
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

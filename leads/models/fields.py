"""A column of contacts of any kind: e-mail, phone and handle in one."""

from common.crypto.fields import EncryptedTextField
from common.crypto.generics import GetT_co, SetT_contra
from common.crypto.mask import HIDDEN, mask_email, mask_phone
from common.crypto.normalize import normalize_email, normalize_handle, normalize_phone


class EncryptedContactField(EncryptedTextField[SetT_contra, GetT_co]):
    """A contact in the spelling of `leads.contacts`, told apart by its shape: `:`, then `@`, else digits."""

    def normalize_text(self, clear: str) -> str:
        if ":" in clear:
            return normalize_handle(clear)
        return normalize_email(clear) if "@" in clear else normalize_phone(clear)

    def mask(self, clear: str) -> str:
        platform, colon, _handle = clear.partition(":")
        if colon:
            return f"{platform}:{HIDDEN}"
        return mask_email(clear) if "@" in clear else mask_phone(clear)

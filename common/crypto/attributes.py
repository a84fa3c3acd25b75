"""Descriptors that put clear text and blind indexes on model instances."""

from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute

from common.crypto.exceptions import EncryptedLookupError
from common.crypto.sealed import Sealed

if TYPE_CHECKING:
    from common.crypto.encrypted_field import EncryptedField
    from common.crypto.index_field import BlindIndexField


def refuse_expression(field: "EncryptedField", value: object) -> None:
    """Raise for what only the database can compute: it knows no clear text."""
    if hasattr(value, "resolve_expression"):
        raise EncryptedLookupError(
            f"{field.model._meta.label}.{field.name} is encrypted: "
            f"assign a value, not a {type(value).__name__} expression."
        )


class ClearAttribute:
    """`obj.email`: clear text of the token that lies under `obj.email_encrypted`."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: Model | None, owner: type[Model] | None = None) -> Any:
        if instance is None:
            return self
        sealed = self.field.sealed_on(instance)
        return None if sealed is None else sealed.reveal()

    def __set__(self, instance: Model, value: Any) -> None:
        refuse_expression(self.field, value)
        instance.__dict__[self.field.attname] = None if value is None else Sealed.of(self.field, value)


class IndexAttribute(DeferredAttribute):
    """`obj.email_bidx`: the stored index, or the one of a source that was assigned since.

    None: the source is null, empty, erased, or no contact at all (saving that raises).
    """

    field: "BlindIndexField[Any, Any]"

    def __get__(self, instance: Model | None, cls: type[Model] | None = None) -> Any:
        if instance is None:
            return self
        try:
            known, index = self.field.computed_on(instance)
        except ValueError:
            return None
        return index if known else super().__get__(instance, cls)

    def __set__(self, instance: Model, value: bytes | None) -> None:
        instance.__dict__[self.field.attname] = value

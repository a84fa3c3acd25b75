"""The column beside an encrypted one that is searched instead of it."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, cast

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.signals import pre_save

from common.crypto.attributes import IndexAttribute
from common.crypto.blind_index import INDEX_BYTES, NORMALIZERS
from common.crypto.generics import BinaryField, GetT_co, SetT_contra

if TYPE_CHECKING:
    from common.crypto.fields import EncryptedTextField

_MISSING = object()


class OctetLength(models.Transform):
    """Length in bytes, for the implied CHECK."""

    function = "OCTET_LENGTH"
    lookup_name = "octet_length"
    output_field = models.IntegerField()


class BlindIndexField(BinaryField[SetT_contra, GetT_co]):
    """A keyed hash of 32 bytes, null where there is nothing to hash.

    With `source`, the index of that encrypted field: it follows every assignment to it, whatever saves the
    row (`QuerySet.update` names both columns). Without, the caller assigns a hash. `kind` is one of email,
    phone, handle, ip, or a named function of the instance where it depends on another column.
    """

    descriptor_class = IndexAttribute

    def __init__(
        self,
        *,
        source: str | None = None,
        kind: str | Callable[[Any], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.source, self.kind = source, kind
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        given = {"source": self.source, "kind": self.kind}
        return (
            name,
            path,
            args,
            {**kwargs, **{word: value for word, value in given.items() if value is not None}},
        )

    def implied_check(self) -> Q:
        return Q(**{f"{self.name}__octet_length": INDEX_BYTES})

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if self.source is not None and not cls._meta.abstract and cls.__module__ != "__fake__":
            pre_save.connect(self._refuse_to_go_stale, sender=cls)

    @property
    def source_field(self) -> "EncryptedTextField[Any, Any]":
        """Return the encrypted field that this one indexes."""
        return cast("EncryptedTextField[Any, Any]", self.model._meta.get_field(cast("str", self.source)))

    def kind_of(self, instance: models.Model) -> str:
        """Return the kind of the instance's contact."""
        return self.kind(instance) if callable(self.kind) else cast("str", self.kind)

    def computed_on(self, instance: models.Model) -> tuple[bool, bytes | None]:
        """Return (True, index) where the source is null or was assigned in Python, else (False, None)."""
        if self.source is None:
            return False, None
        source = self.source_field
        if instance.__dict__.get(source.attname, _MISSING) is _MISSING:
            return False, None
        sealed = source.sealed_on(instance)
        if sealed is None:
            return True, None
        return (True, sealed.index(self.kind_of(instance))) if sealed.assigned else (False, None)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002 -- the Field contract
        """Write the index of an assigned source to the instance; ValueError for an impossible contact."""
        known, index = self.computed_on(model_instance)
        if not known:
            return getattr(model_instance, self.attname)
        model_instance.__dict__[self.attname] = index
        return index

    def from_db_value(self, value: Any, *_args: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def to_python(self, value: Any) -> bytes | None:
        value = super().to_python(value)
        return None if value is None else bytes(value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.name} holds hashes: look up with __in=blind_indexes(value, kind=...).")
        return super().get_db_prep_value(value, connection, prepared)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_source()]

    def _check_source(self) -> list[checks.CheckMessage]:
        if self.source is None:
            return []
        if not callable(self.kind) and self.kind not in NORMALIZERS:
            kinds = ", ".join(NORMALIZERS)
            return [checks.Error(f"kind must be a function or one of {kinds}.", obj=self, id="crypto.E010")]
        try:
            source = self.source_field
        except FieldDoesNotExist:
            return [checks.Error(f"source {self.source!r} is no field.", obj=self, id="crypto.E011")]
        if not hasattr(source, "sealed_on") or source.mutable:
            return [checks.Error(f"source {self.source!r} is no encrypted text.", obj=self, id="crypto.E012")]
        return []

    def _refuse_to_go_stale(
        self, instance: models.Model, update_fields: Collection[str] | None = None, **_signal: Any
    ) -> None:
        """Refuse to save an assigned source alone: its old index would find the row under the old contact."""
        if update_fields is None or self.name in update_fields:
            return
        source = self.source_field
        if {source.name, source.attname}.intersection(update_fields) and self.computed_on(instance)[0]:
            raise ValueError(
                f"save(update_fields=...) names {source.name!r} without its index {self.name!r}."
            )


BlindIndexField.register_lookup(OctetLength)

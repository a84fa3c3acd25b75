"""What all encrypted fields share: the column holds tokens, the attribute reads and writes clear values.

`email = EncryptedEmailField()` makes the column `email_encrypted`; `obj.email` is clear text, decrypted when
first read; `obj.email_encrypted` is the `Sealed` value that travels between instance and database untouched.

Ciphertext cannot be compared: lookups raise, and `Meta.ordering`, indexes and unique constraints on it are
errors of the system check. An `order_by("email")` in a query sorts tokens, which is no order at all; Django
leaves no place to refuse it.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Case, Col, Value, When
from django.db.models.functions import Cast
from django.utils.encoding import is_protected_type

from common.crypto.attributes import ClearAttribute, refuse_expression
from common.crypto.cipher import column_cipher
from common.crypto.exceptions import EncryptedLookupError
from common.crypto.generics import GetT_co, MixinField, SetT_contra
from common.crypto.index_field import BlindIndexField
from common.crypto.mask import HIDDEN
from common.crypto.sealed import Sealed
from common.crypto.tombstone import is_tombstone

DUMP_PREFIX = "sealed:"
"""What a token begins with in a dump, where it stands in base64."""


class EncryptedField(MixinField[SetT_contra, GetT_co]):
    """What all encrypted fields share; see the module."""

    wasinstance = True  # asked for by EncryptedMixin.deconstruct: our classes are named by their own path
    empty_strings_allowed = False  # a forgotten value is NULL and refused, not an encrypted ""
    mutable = False
    """Clear values can change in place: saving compares what was read with what is there now."""

    def __init__(self, *args: Any, sealed_as: str | None = None, **kwargs: Any) -> None:
        self.sealed_as = sealed_as
        super().__init__(*args, **kwargs)

    # --- Where it lives ------------------------------------------------------------------------------

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.sealed_as is not None:
            kwargs["sealed_as"] = self.sealed_as
        return name, path, args, kwargs

    def clone(self) -> Any:
        """Copy all that `deconstruct` says; EncryptedMixin's own would forget what subclasses add."""
        _name, _path, args, kwargs = self.deconstruct()
        return type(self)(*args, **kwargs)

    def get_attname(self) -> str:
        return f"{self.name}_encrypted"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.name, ClearAttribute(self))
        column = f"{cls._meta.db_table}.{self.column}".replace('"', "")
        self.column_identity: str = self.sealed_as or column
        """`schema.table.column`, part of the key; `sealed_as` keeps the old one when a column moves."""

    # --- Clear values and tokens ---------------------------------------------------------------------

    def normalize(self, clear: Any) -> Any:
        """Return the spelling that is stored; ValueError or TypeError without the value in its words."""
        if not isinstance(clear, str):
            raise TypeError(f"{self.column_identity} takes text, not {type(clear).__name__}.")
        return clear if not clear or is_tombstone(clear) else self.normalize_text(clear)

    def normalize_text(self, clear: str) -> str:
        return clear

    def encode(self, clear: Any) -> bytes:
        try:
            return str(clear).encode()
        except UnicodeEncodeError:
            raise ValueError(f"{self.column_identity} takes Unicode text without lone surrogates.") from None

    def decode(self, stored: bytes) -> Any:
        return stored.decode()

    def mask(self, clear: Any) -> str:  # noqa: ARG002 -- kinds that show a part override it
        """Return what may be shown to people without the right to clear text."""
        return HIDDEN

    def encrypt(self, clear: Any) -> bytes:
        """Return a token for this column under the newest key."""
        return column_cipher(self.column_identity).encrypt(self.encode(clear))

    def decrypt(self, token: bytes) -> Any:
        """Return the clear value of a token of this column; DecryptionError for any other bytes."""
        return self.decode(column_cipher(self.column_identity).decrypt(token))

    def sealed_on(self, instance: models.Model) -> Sealed | None:
        """Return the value of an instance, sealed, loading it when deferred."""
        value = getattr(instance, self.attname)
        if value is None or (isinstance(value, Sealed) and value.column == self.column_identity):
            return value
        refuse_expression(self, value)
        sealed = instance.__dict__[self.attname] = Sealed.of(self, value)
        return sealed

    # --- To and from the database --------------------------------------------------------------------

    def from_db_value(self, value: Any, *_args: Any) -> Sealed | None:
        return None if value is None else Sealed(self, bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: ARG002 -- Field contract
        """Return the value with its token made, so that the instance holds the normalized spelling."""
        sealed = self.sealed_on(model_instance)
        if sealed is not None:
            sealed.token()
        return sealed

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if hasattr(value, "as_sql"):
            self._refuse_columns(value)
            return value
        return self.get_db_prep_value(value, connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002 -- same
        if value is None:
            return None
        return connection.Database.Binary(Sealed.of(self, value).token())

    def get_placeholder(self, value: Any, _compiler: Any, _connection: BaseDatabaseWrapper) -> str:
        """Let values pass; UPDATE asks here for expressions too."""
        if hasattr(value, "as_sql"):
            self._refuse_columns(value)
        return "%s"

    def _refuse_columns(self, expression: Any) -> None:
        """Raise unless each result is a value of this field or its own column, as in `bulk_update`."""
        match expression:
            case Value():
                output_field = getattr(expression, "_output_field_or_none", None)
                passes = expression.value is None or isinstance(output_field, EncryptedField)
            case Col():
                passes = expression.target is self
            case Cast() | Case() | When():
                results = (
                    [expression.result]
                    if isinstance(expression, When)
                    else expression.get_source_expressions()
                )
                for result in results:
                    self._refuse_columns(result)
                return
            case _:
                passes = False
        if not passes:
            refuse_expression(self, expression)

    # --- Queries -------------------------------------------------------------------------------------

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise self._no_lookup(lookup_name)
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise self._no_lookup(lookup_name)

    def _no_lookup(self, lookup_name: str) -> EncryptedLookupError:
        indexes = [
            field.name
            for field in self.model._meta.local_fields
            if isinstance(field, BlindIndexField) and field.source == self.name
        ]
        advice = (
            f"look it up by its blind index: {indexes[0]}__in=blind_indexes(value, kind=...)"
            if indexes
            else "it has no blind index to look it up by"
        )
        column = f"{self.model._meta.label}.{self.name}"
        return EncryptedLookupError(
            f"{column} is encrypted and knows only __isnull, not __{lookup_name}; {advice}."
        )

    # --- Forms and dumps -----------------------------------------------------------------------------

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Validate a clear value; a token that nobody touched was validated when it was written."""
        if isinstance(value, Sealed):
            return Sealed.of(self, self.clean(value.reveal(), model_instance)) if value.assigned else value
        if value is not None:
            try:
                value = self.normalize(value)
            except (TypeError, ValueError) as error:
                raise ValidationError(str(error), code="invalid") from None
        self.validate(value, model_instance)
        self.run_validators(value)
        return value

    def value_from_object(self, obj: models.Model) -> Any:
        """Return clear text, for forms; sealed where a serializer would dump it as it is (a JSON number)."""
        sealed = self.sealed_on(obj)
        if sealed is None:
            return None
        clear = sealed.reveal()
        return sealed if is_protected_type(clear) else clear

    def value_to_string(self, obj: models.Model) -> str:
        """Return the token for a dump: clear text never leaves this way."""
        sealed = self.sealed_on(obj)
        return "" if sealed is None else DUMP_PREFIX + base64.b64encode(sealed.token()).decode("ascii")

    def to_python(self, value: Any) -> Any:
        """Read what `value_to_string` wrote; clear values of hand-written fixtures pass."""
        if not isinstance(value, str) or not value.startswith(DUMP_PREFIX):
            return value
        try:
            return Sealed(self, base64.b64decode(value.removeprefix(DUMP_PREFIX), validate=True))
        except binascii.Error:
            raise ValidationError(f"{self.column_identity}: not a dumped token.", code="invalid") from None

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_unsearchable()]

    def _check_unsearchable(self) -> list[checks.CheckMessage]:
        """Report what would order, compare or default on ciphertext."""
        errors: list[checks.CheckMessage] = []
        if self.unique or self.primary_key or getattr(self, "db_index", False):
            message = "An encrypted field has no key and no index: put them on its blind index."
            errors.append(checks.Error(message, obj=self, id="crypto.E001"))
        if self.has_db_default():
            errors.append(checks.Error("The database cannot encrypt a default.", obj=self, id="crypto.E002"))
        meta, names = self.model._meta, {self.name, self.attname}
        used = [*(meta.ordering or ()), *(name for group in meta.unique_together for name in group)]
        used += [name for index in meta.indexes for name in index.fields]
        used += [name for constraint in meta.constraints for name in getattr(constraint, "fields", ())]
        if names.intersection(str(name).removeprefix("-") for name in used):
            message = "Ordering, index or unique constraint on ciphertext: use the blind index."
            errors.append(checks.Error(message, obj=self, id="crypto.E003"))
        return errors

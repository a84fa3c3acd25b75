"""Abstract base models: UUIDv7 key, timestamps with database defaults, soft delete, implied CHECKs."""

from datetime import datetime
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.base import ModelBase
from django.db.models.functions import Now
from django.utils import timezone

from common.fields import implied_check_name
from common.privacy import Classification

# Fields take type parameters only in the stubs.
if TYPE_CHECKING:
    _DateTimeField = models.DateTimeField[Any, Any]
else:
    _DateTimeField = models.DateTimeField


def uuid7() -> UUID:
    """Return a new time-ordered UUID (version 7), so that keys of one table grow to the right."""
    return uuid_utils.compat.uuid7()


class GenRandomUUID(Func):
    """PostgreSQL's own `gen_random_uuid()`, for rows written by hand in SQL."""

    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = models.UUIDField()


class HouseModelBase(ModelBase):
    """Adds to each concrete model what its declaration implies: CHECKs, and comments for the catalogue.

    The CHECK of a field or a mixin is named after its column and stands in `Meta.constraints` like a
    hand-written one. A field's `help_text` is its column's comment, the first paragraph of the class's
    docstring that of the table. Migrations carry them all, so nobody forgets one.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model = super().__new__(cls, name, bases, attrs, **kwargs)
        meta = getattr(model, "_meta", None)
        if meta is not None and not meta.abstract and not meta.proxy:
            _imply_checks(model)
            _imply_comments(model, attrs.get("__doc__"))
        return model


def _imply_checks(model: Any) -> None:
    meta = model._meta
    checks = [
        models.CheckConstraint(
            condition=check, name=implied_check_name(meta.db_table, field.db_column or field.attname)
        )
        for field in meta.local_fields
        if (implied := getattr(field, "implied_check", None)) and (check := implied()) is not None
    ]
    if soft_delete := getattr(model, "soft_delete_check", None):
        checks.append(
            models.CheckConstraint(
                condition=soft_delete(), name=implied_check_name(meta.db_table, "soft_delete")
            )
        )
    if checks:
        _set_option(meta, "constraints", [*meta.constraints, *checks])


def _imply_comments(model: Any, docstring: str | None) -> None:
    for field in model._meta.local_fields:
        if field.help_text and not field.db_comment:
            field.db_comment = str(field.help_text)
    if docstring and not model._meta.db_table_comment:
        paragraph = cleandoc(docstring).partition("\n\n")[0]
        _set_option(model._meta, "db_table_comment", " ".join(paragraph.split()))


def _set_option(meta: Any, name: str, value: object) -> None:
    setattr(meta, name, value)
    # Django's migration state reads the names of options that the model really set.
    meta.original_attrs[name] = value


class HouseModel(models.Model, metaclass=HouseModelBase):
    """A table row with a UUIDv7 key; PostgreSQL makes one itself for rows inserted by hand."""

    privacy: ClassVar[Classification]

    id = models.UUIDField(
        primary_key=True,
        default=uuid7,
        db_default=GenRandomUUID(),
        editable=False,
        help_text="Key of the row, a UUID of version 7: it grows with time.",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Name the row by its key: text of a row may be personal."""
        return f"{self._meta.verbose_name} {self.pk}"


class CreatedAtField(_DateTimeField):
    """The instant of insertion, set in Python and by the database alike."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", timezone.now)
        kwargs.setdefault("db_default", Now())
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)


class UpdatedAtField(CreatedAtField):
    """The instant of the last save; `QuerySet.update` callers set it themselves."""

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        if add:
            return super().pre_save(model_instance, add)  # type: ignore[no-any-return]  # Field is untyped here
        now = timezone.now()
        setattr(model_instance, self.attname, now)
        return now


class CreatedModel(HouseModel):
    """Flag C of the data model: `created_at`."""

    created_at = CreatedAtField(help_text="When the row was written.")

    class Meta:
        abstract = True


class TimestampedModel(CreatedModel):
    """Flag TS of the data model: `created_at` and `updated_at`."""

    updated_at = UpdatedAtField(help_text="When the row was last changed.")

    class Meta:
        abstract = True


class SoftDeleteQuerySet(models.QuerySet[Any]):
    """Reads that know about deleted rows."""

    def live(self) -> "SoftDeleteQuerySet":
        """Rows that nobody deleted."""
        return self.filter(deleted_at__isnull=True)


class SoftDeleteModel(models.Model):
    """Flag SD of the data model: a deleted row stays, with who, when and why."""

    deleted_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the row was deleted; it stays until it is purged.",
    )
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_deleted_by",
        help_text="Who deleted the row; empty for the system.",
    )
    delete_reason = models.TextField(
        null=True, blank=True, editable=False, help_text="Why the row was deleted."
    )

    class Meta:
        abstract = True

    @staticmethod
    def soft_delete_check() -> Q:
        """Return the rule: a deleted row has a reason, a live one neither reason nor actor."""
        deleted = Q(deleted_at__isnull=False)
        live = Q(deleted_at__isnull=True)
        return ((deleted & Q(delete_reason__isnull=False)) | (live & Q(delete_reason__isnull=True))) & (
            deleted | Q(deleted_by__isnull=True)
        )


LIVE = Q(deleted_at__isnull=True)
"""Condition of partial indexes and unique constraints on soft-deleted tables."""

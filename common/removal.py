"""Deleting a row of a table without a service of its own: with a reason and a trace, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError, RestrictedError

from common.actors import Actor
from common.exceptions import InUse
from common.models import SoftDeleteModel
from common.ports import audit_trail


@transaction.atomic
def remove_row(
    *, obj: Model, reason: str, by: Actor, at: datetime, station_id: UUID | None, permissions: Sequence[str]
) -> None:
    """Delete the row, softly where its table can, and audit it (P-7); refuses one that others hang on."""
    audit_trail.get().record(
        action="delete",
        resource_type=str(obj._meta.model_name),
        resource_id=str(obj.pk),
        by=by,
        station_id=station_id,
        permissions=permissions,
        reason=reason,
    )
    if isinstance(obj, SoftDeleteModel):
        obj.deleted_at, obj.deleted_by_id, obj.delete_reason = at, by.id, reason
        obj.save()
        return
    try:
        obj.delete()
    except (ProtectedError, RestrictedError) as error:
        raise InUse("Other records hang on this one.") from error

"""P-5: everything the house knows about a person, as one JSON document."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings.models import Customer
from bookings.services.privacy.subjects import subject_behind, subject_of
from common.actors import Actor
from common.exceptions import PermissionDenied
from common.ports import audit_trail
from events.services.subjects import export_rows
from events.subjects import Subject
from identity.models import User


@transaction.atomic
def export_customer(*, customer: Customer, by: Actor, at: datetime) -> dict[str, Any]:
    """Return all rows about one customer, by key or contact index; audited with counts."""
    subject = subject_of(customer, verified=True)
    return _export(subject, resource=customer, station_id=customer.station_id, by=by, at=at)


@transaction.atomic
def export_own(*, by: Actor, at: datetime) -> dict[str, Any]:
    """Return all rows about the caller, of every station; raises PermissionDenied without an account."""
    if by.id is None or not by.scope("customer.export").own:
        raise PermissionDenied
    user = User.objects.get(pk=by.id)
    return _export(subject_behind(user), resource=user, station_id=None, by=by, at=at)


def _export(
    subject: Subject, *, resource: Customer | User, station_id: UUID | None, by: Actor, at: datetime
) -> dict[str, Any]:
    tables = export_rows(subject)
    counts = {name: len(rows) for name, rows in tables.items() if rows}
    _record(resource, station_id, counts, by=by)
    return {
        "exported_at": at,
        "customers": sorted(subject.customers),
        "accounts": sorted(subject.accounts),
        "counts": counts,
        "tables": tables,
    }


def _record(
    resource: Customer | User, station_id: UUID | None, counts: Mapping[str, int], *, by: Actor
) -> None:
    audit_trail.get().record(
        action="export",
        resource_type=str(resource._meta.model_name),
        resource_id=str(resource.pk),
        by=by,
        station_id=station_id,
        permissions=["customer.export"] if by.type == "user" else [],
        details={"rows": dict(counts)},
    )

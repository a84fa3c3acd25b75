"""P-6: a customer asks to be forgotten; staff get 30 days for it."""

from datetime import datetime, timedelta

from django.db import transaction

from bookings.models import Customer
from bookings.services.privacy.subjects import subject_behind
from bookings.services.transitions import record_change
from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import PermissionDenied
from identity.models import User

DUE_WITHIN = timedelta(days=30)


@transaction.atomic
def request_erasure(*, by: Actor, at: datetime) -> datetime:
    """Note that the caller wants to be forgotten and return when it is due; emits customer.erasure_requested.

    The subject is the caller's newest customer row, else the account; PermissionDenied without account.
    """
    if by.id is None or not by.scope("customer.export").own:
        raise PermissionDenied
    advisory_xact_locks([lock_key("erasure_request", by.id)])
    user = User.objects.get(pk=by.id)
    rows = Customer.objects.filter(
        pk__in=subject_behind(user).customers, erased_at__isnull=True, deleted_at__isnull=True
    ).order_by("-pk")
    customers = list(rows)
    newest = customers[0] if customers else None
    stations = {customer.station_id for customer in customers}
    record_change(
        subject=newest or user,
        station_id=stations.pop() if len(stations) == 1 else None,
        event_type="customer.erasure_requested",
        by=by,
        at=at,
        payload={
            "account_id": str(user.pk),
            "customer_ids": [str(customer.pk) for customer in reversed(customers)],
        },
        private={
            "name": f"{newest.first_name} {newest.last_name}" if newest else user.full_name,
            "email": user.email,
            "phone": str(newest.phone) if newest else str(user.phone or ""),
        },
    )
    return at + DUE_WITHIN

from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Case, F, Min, OuterRef, QuerySet, Subquery, Value, When

from identity.models import RefreshToken


def list_sessions(*, user_id: UUID, current: UUID | None, at: datetime) -> QuerySet[RefreshToken]:
    """Log-ins of an account that go on, one row each: `started_at`, and `is_current` for the caller's own."""
    family = RefreshToken.objects.filter(family_id=OuterRef("family_id")).order_by().values("family_id")
    return RefreshToken.objects.filter(
        user_id=user_id, rotated_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at
    ).annotate(
        started_at=Subquery(family.annotate(first=Min("created_at")).values("first")),
        last_used_at=F("created_at"),
        is_current=Case(
            When(family_id=current, then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
    )

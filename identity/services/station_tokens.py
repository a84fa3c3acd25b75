"""Station tokens (AU-10): opaque, one live per account, never stored themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from common.exceptions import NotFound
from identity.actors import UserActor
from identity.enums import AuditAction, StationRole, StationStatus, UserRole
from identity.models import Station, StationAccessToken, User
from identity.permissions import OWNER_CODES
from identity.services.audit import audit_log
from identity.tokens import new_station_token, stored_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedStationToken:
    """The token, shown once, and what it stands for."""

    token: str
    row: StationAccessToken


@transaction.atomic
def issue_station_token(*, station_id: UUID, by: UserActor, at: datetime) -> IssuedStationToken:
    """Return a token that narrows requests to the station; the former one is revoked.

    It carries no code that only super_admin holds: those concern the company (R-9).
    Raises NotFound without a live link (an account that reaches every station needs none).
    """
    User.objects.select_for_update(no_key=True).get(pk=by.id)
    full = by.widened()
    link = full.link_to(station_id)
    owner = full.role == UserRole.SUPER_ADMIN
    station = Station.objects.exclude(status=StationStatus.INACTIVE).filter(pk=station_id).first()
    if station is None or not (link or owner):
        raise NotFound("There is no such station.")
    revoke_station_tokens(users=[by.id], at=at)
    token = new_station_token()
    row = StationAccessToken.objects.create(
        user_id=by.id,
        station=station,
        session_id=by.session_id,
        token_hash=stored_hash(token),
        role=link.role if link else StationRole.SUPER_ADMIN,
        permissions=sorted(full.codes_at(station_id) - OWNER_CODES),
        issued_at=at,
        expires_at=at + settings.STATION_TOKEN_LIFETIME,
    )
    audit_log.record(
        action=AuditAction.CREATE,
        resource_type="stationaccesstoken",
        resource_id=str(row.pk),
        by=by,
        station_id=station_id,
    )
    return IssuedStationToken(token=token, row=row)


def leave_station(*, by: UserActor, at: datetime) -> None:
    """Revoke the account's live station token; without one nothing happens."""
    revoke_station_tokens(users=[by.id], at=at)


def revoke_station_tokens(*, users: Collection[UUID], at: datetime, session_id: UUID | None = None) -> int:
    """Revoke the live tokens of the accounts, or only those of one log-in; returns how many."""
    live = StationAccessToken.objects.filter(user_id__in=users, revoked_at__isnull=True)
    if session_id is not None:
        live = live.filter(session_id=session_id)
    return live.update(revoked_at=at)

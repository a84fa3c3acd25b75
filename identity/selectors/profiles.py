from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity.actors import UserActor
from identity.models import User
from identity.selectors.links import list_live_links
from identity.selectors.users import get_user


@dataclass(frozen=True, slots=True, kw_only=True)
class StationProfile:
    """A station where the account may act, with its rights there."""

    id: UUID
    code: str
    display_name: str
    timezone: str
    role: str
    is_primary_station: bool
    expires_at: datetime | None
    permissions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an account may know of itself; `station_id` is that of the station token."""

    user: User
    roles: list[str]
    permissions: list[str]
    stations: list[StationProfile]
    station_id: UUID | None


def get_profile(actor: UserActor, *, at: datetime) -> Profile:
    """Return the profile of the account behind the actor."""
    user = get_user(actor.id)
    return Profile(
        user=user,
        roles=sorted(role.name for role in actor.roles),
        permissions=sorted(actor.codes()),
        stations=[
            StationProfile(
                id=link.station_id,
                code=link.station.code,
                display_name=link.station.display_name,
                timezone=link.station.timezone,
                role=link.role,
                is_primary_station=link.is_primary_station,
                expires_at=link.expires_at,
                permissions=sorted(actor.codes_at(link.station_id)),
            )
            for link in list_live_links(user, at=at)
        ],
        station_id=actor.narrowed_to,
    )

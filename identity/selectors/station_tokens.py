from datetime import datetime

from identity.actors import UserActor
from identity.enums import StationStatus, UserRole
from identity.exceptions import StationTokenInvalid
from identity.models import StationAccessToken
from identity.selectors.actors import narrowed_by
from identity.tokens import looks_like_station_token, stored_hash


def actor_at_station(*, token: str, actor: UserActor, at: datetime) -> UserActor:
    """Return the actor narrowed to the station of its token; raises StationTokenInvalid (AU-10).

    Valid is the account's own token, not expired, not revoked, its link still live (R-3).
    """
    row = None
    if looks_like_station_token(token):
        rows = StationAccessToken.objects.select_related("station")
        row = rows.filter(token_hash=stored_hash(token), user_id=actor.id).first()
    if row is None or row.revoked_at is not None or at >= row.expires_at:
        raise StationTokenInvalid
    # An owner needs no link, but the station must still be there.
    owner = actor.role == UserRole.SUPER_ADMIN and row.station.status != StationStatus.INACTIVE
    if not owner and actor.link_to(row.station_id) is None:
        raise StationTokenInvalid
    return narrowed_by(actor, row)

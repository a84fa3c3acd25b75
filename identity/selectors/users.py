from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from common.db.statements import Statement
from common.exceptions import NotFound
from identity.actors import UserActor
from identity.models import User
from identity.selectors.actors import keep_actor
from identity.selectors.grants import GRANTS, GRANTS_OF, actor_from_row

LIGHT = frozenset(
    {
        "id",
        "email",
        "full_name",
        "role",
        "status",
        "is_active",
        "deleted_at",
        "email_verified_at",
        "tokens_valid_after",
        "last_activity_at",
        "mfa_enabled",
        "activated_at",
        "created_at",
    }
)
"""Fields that authentication loads; the others of such an instance are deferred."""

# `from_db` takes values in the order of the model's fields.
FIELDS = tuple(field for field in User._meta.concrete_fields if field.attname in LIGHT)
NAMES = [field.attname for field in FIELDS]
SESSION_ENDED = (
    'EXISTS (SELECT FROM "identity"."refresh_tokens" t'
    " WHERE t.family_id = %(session_id)s AND t.revoked_at IS NOT NULL)"
)
"""A log-in has ended when any refresh token of it was revoked; rotated ones end nothing."""
USER_WITH_GRANTS = Statement(
    f"SELECT {', '.join(f'u.{field.column}' for field in FIELDS)}, {GRANTS}, {SESSION_ENDED} "  # noqa: S608 -- constants
    f'FROM "identity"."users" u, {GRANTS_OF} WHERE u.id = %(user_id)s'
)


class Bearer(NamedTuple):
    """Whom an access token speaks for, and whether the log-in that it belongs to has ended."""

    user: User
    actor: UserActor
    session_ended: bool


def find_bearer(user_id: UUID, *, at: datetime, session_id: UUID) -> Bearer | None:
    """Return an account, active or not, and its rights at the instant, by one statement; None if unknown.

    The instance is light (`LIGHT`) and made for one request: `actor_for` answers from it without a query.
    """
    row = USER_WITH_GRANTS.row({"user_id": user_id, "at": at, "session_id": session_id})
    if row is None:
        return None
    user = User.from_db(DEFAULT_DB_ALIAS, NAMES, row[: len(NAMES)])
    version, role_ids, links, session_ended = row[len(NAMES) :]
    actor = actor_from_row(
        user_id=user_id,
        role=user.role,
        version=version,
        role_ids=role_ids,
        links=links,
        session_id=session_id,
    )
    keep_actor(user, actor)
    return Bearer(user, actor, session_ended)


def find_user(email: str) -> User | None:
    """Return the account with this login name, whatever its status; None when there is none."""
    return User.objects.filter(email=email).first()


def get_user(pk: UUID) -> User:
    """Return an account that is not soft-deleted; raises NotFound."""
    user = User.objects.live().filter(pk=pk).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user

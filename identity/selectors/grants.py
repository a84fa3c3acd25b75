"""Reading rights: one statement per request, however many roles, codes and links there are (R-3, R-6).

The codes of all roles are kept in the process. Every statement brings the row versions of the roles along;
when they differ from those of the kept book, it is read anew: a change acts on the next request everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import F, Q

from identity.actors import LinkGrant, RoleGrant, UserActor
from identity.models import Role
from identity.permissions import STATION_ROLES

GRANTS = "g.roles_version, g.role_ids, g.links"
"""Columns that `actor_from_row` reads, of `GRANTS_OF` joined as `g`."""

GRANTS_OF = '"identity"."account_grants"(u.id, %(at)s) g'
"""A function of the database (migration 0003), called for a users row `u` and the instant of R-3."""

GRANTS_OF_USER = f'SELECT {GRANTS} FROM "identity"."users" u, {GRANTS_OF} WHERE u.id = %(user_id)s'  # noqa: S608 -- constants


@dataclass(frozen=True, slots=True)
class RoleBook:
    """Active roles and their codes as of one version of the roles table."""

    version: str
    by_id: dict[UUID, RoleGrant]
    by_name: dict[str, RoleGrant]

    def station_codes(self, station_role: str) -> frozenset[str]:
        """Return the codes that a link of this role gives."""
        role = self.by_name.get(STATION_ROLES[station_role])
        return role.codes if role else frozenset()


_book = RoleBook(version="", by_id={}, by_name={})


def role_book(version: str) -> RoleBook:
    """Return the codes of all active roles, read anew when the version differs from the kept one."""
    global _book  # noqa: PLW0603 -- one immutable book per process, replaced as a whole
    if _book.version != version:
        rows = (
            Role.objects.filter(is_active=True)
            .annotate(
                codes=ArrayAgg(
                    F("role_permissions__permission__code"),
                    filter=Q(role_permissions__isnull=False),
                    default=[],
                )
            )
            .values_list("id", "name", "codes")
        )
        grants = {pk: RoleGrant(name, frozenset(codes)) for pk, name, codes in rows}
        _book = RoleBook(version, grants, {grant.name: grant for grant in grants.values()})
    return _book


def actor_from_row(
    *,
    user_id: UUID,
    role: str,
    version: str | None,
    role_ids: Iterable[UUID] | None,
    links: str | None,
    session_id: UUID | None = None,
) -> UserActor:
    """Build the actor of an account from the columns of `GRANTS`."""
    book = role_book(version or "")
    return UserActor(
        id=user_id,
        role=role,
        roles=tuple(book.by_id[pk] for pk in role_ids or () if pk in book.by_id),
        links=tuple(
            LinkGrant(UUID(station_id), station_role, book.station_codes(station_role), frozenset(added))
            for station_id, station_role, added in (orjson.loads(links) if links else ())
        ),
        session_id=session_id,
    )


def read_actor(*, user_id: UUID, role: str, at: datetime) -> UserActor:
    """Return the actor of an account as its rights stand now."""
    with connection.cursor() as cursor:
        cursor.execute(GRANTS_OF_USER, {"user_id": user_id, "at": at})
        version, role_ids, links = cursor.fetchone() or (None, None, None)
    return actor_from_row(user_id=user_id, role=role, version=version, role_ids=role_ids, links=links)

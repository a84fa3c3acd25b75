"""What all pages of the exchange share: who opens them, and moves of a state machine as actions.

The exchange knows no permission codes: administrators see and change all of it, whatever station they are
linked to, and nobody else opens it here (`supply.policies.governs`).
"""

from typing import ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.actors import Actor
from common.admin.actions import ActionCall, ObjectAction
from common.admin.options import HouseModelAdmin, ReadOnlyAdmin
from common.exceptions import VersionConflict
from common.models import TimestampedModel
from supply.policies import governs
from supply.services.moves import Stateful, VersionCheck

M = TypeVar("M", bound=Model)
S = TypeVar("S", bound=TimestampedModel)

EXCHANGE = "exchange.govern"
"""How ledgers name the right of administrators over the exchange; no role and no link can be given it."""


class ExchangeAdmin(HouseModelAdmin[M]):
    """A page that administrators open."""

    def visible_rows(self, queryset: QuerySet[M], actor: Actor) -> QuerySet[M]:
        return queryset if governs(actor) else queryset.none()

    def may(self, request: HttpRequest, code: str, obj: M | None = None) -> bool:
        return bool(code) and governs(self.actor(request))


class ExchangeReadOnlyAdmin(ReadOnlyAdmin[M], ExchangeAdmin[M]):
    """A page that administrators read: its rows are written by what happens on the exchange."""


class Move(ObjectAction[S]):
    """One arrow of a state machine: offered in the states it leaves, refused by the service elsewhere."""

    code = EXCHANGE
    to: ClassVar[str]
    leaves: ClassVar[frozenset[str]]

    def is_offered(self, obj: S) -> bool:
        return cast("Stateful", obj).status in self.leaves


def as_seen(call: ActionCall[S]) -> VersionCheck:
    """Return the check that the row is still what the reader of the form saw."""

    def check(row: TimestampedModel) -> None:
        if call.seen_at is not None and row.updated_at != call.seen_at:
            raise VersionConflict(current_version=row.updated_at.isoformat())

    return check

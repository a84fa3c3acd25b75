"""One truth for API, admin and services about who may do what on the exchange."""

from collections.abc import Mapping

from common.actors import Actor
from common.exceptions import PermissionDenied
from identity.actors import UserActor
from identity.enums import UserRole
from supply.enums import StaffRole
from supply.exceptions import IllegalTransition
from supply.models import ChatSession, Complaint, Consumer

MANAGING_ROLES = frozenset({UserRole.SUPPLIER_OWNER, UserRole.SUPPLIER_MANAGER})
"""Kinds that decide about a supplier's links, products and orders."""

SUPPLIER_ROLES = MANAGING_ROLES | {UserRole.SUPPLIER_SALES}
"""Kinds that work for a supplier."""

TRADING_ROLES = SUPPLIER_ROLES | {UserRole.CONSUMER}
"""Kinds that the exchange is for."""

GOVERNING_ROLES = frozenset({UserRole.SUPER_ADMIN, UserRole.ADMIN})
"""Kinds that see and change all of the exchange through the admin."""

ROLE_OF_STAFF: Mapping[str, UserRole] = {
    StaffRole.MANAGER: UserRole.SUPPLIER_MANAGER,
    StaffRole.SALES: UserRole.SUPPLIER_SALES,
}
"""Work at a supplier → kind of the account."""


def role_of(by: Actor) -> str | None:
    """Return the kind of the actor's account, None without one."""
    return by.role if isinstance(by, UserActor) else None


def require_role(by: Actor, roles: frozenset[UserRole]) -> None:
    """Raise PermissionDenied unless the actor's account is of one of these kinds."""
    if role_of(by) not in roles:
        raise PermissionDenied


def governs(by: Actor) -> bool:
    """Tell whether the actor may do everything on the exchange: the house itself and its administrators."""
    return by.type == "system" or role_of(by) in GOVERNING_ROLES


def acts_for(by: Actor, consumer: Consumer) -> bool:
    """Tell whether the actor may ask for links, order and complain as this consumer."""
    return governs(by) or (by.id is not None and by.id == consumer.user_id)


def deals_with(by: Actor, complaint: Complaint) -> bool:
    """Tell whether the actor may move the complaint: the named representative and manager."""
    return governs(by) or by.id in {complaint.sales_rep_id, complaint.manager_id}


def takes_part(by: Actor, session: ChatSession) -> bool:
    """Tell whether the actor is one of the two people of a conversation (with its consumer loaded)."""
    return by.id is not None and by.id in {session.sales_rep_id, session.consumer.user_id}


def require_move(moves: Mapping[str, frozenset[str]], *, from_: str, to: str) -> None:
    """Raise IllegalTransition unless the state machine knows the move."""
    if to not in moves[from_]:
        raise IllegalTransition(from_=from_, to=to)

"""Permission codes, the matrix of roles (behaviour.md section 1) and admin permissions as codes."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Literal

from common.registry import Registry
from identity.enums import STAFF_ROLES, StationRole, UserRole


class Reach(StrEnum):
    """Where a role may use a code: all stations, linked stations, own records."""

    ALL = "A"
    STATIONS = "S"
    OWN = "O"


_COLUMNS = (
    UserRole.SUPER_ADMIN,
    UserRole.ADMIN,
    UserRole.CUSTOMER_SUPPORT,
    UserRole.STATION_MANAGER,
    UserRole.CHEF,
    UserRole.CUSTOMER,
)

_ROWS = (
    ("A S S S O O", "booking.read review.read"),
    ("A S S S - O", "booking.create,update,reschedule,request_cancel customer.read,create,update"),
    ("A S S S - O", "payment.read coupon.read message.read,send"),
    ("A S S S - -", "booking.hold,confirm_deposit hold.manage pii.reveal payment.record campaign.read"),
    (
        "A S S S - -",
        "lead.read,create,update,assign review.resolve coupon.issue call.read support.read,manage",
    ),
    ("A S S S O -", "chef.read station.read"),
    ("A S - S O -", "booking.complete"),
    ("A S - S - -", "booking.approve_cancel,assign_chef,override pricing.adjust chef.manage qr.read"),
    ("A S - S - -", "analytics.station"),
    ("A S S - - -", "subscriber.read,manage campaign.manage template.manage consent.read"),
    ("A S S - - -", "social.read,reply"),
    ("A S O O - -", "audit.read"),
    ("A S - - - O", "customer.export"),
    ("A S - - - -", "booking.correct,delete,restore customer.delete privacy.erase"),
    ("A S - - - -", "payment.match,refund,report pricing.manage lead.delete campaign.send"),
    ("A S - - - -", "template.approve review.moderate coupon.cancel qr.manage recording.listen"),
    ("A S - - - -", "social.approve,manage station.update,manage_users user.read,invite audit.export"),
    ("A - - - - -", "station.create,delete user.approve,disable role.assign analytics.all"),
    ("A - - - - -", "recording.manage event.read,replay system.config"),
)


def _codes(words: str) -> list[str]:
    """Return the codes of `booking.create,update customer.read`: actions of one resource share its name."""
    split = (word.split(".") for word in words.split())
    return [f"{resource}.{action}" for resource, actions in split for action in actions.split(",")]


def _matrix() -> dict[str, dict[str, Reach]]:
    matrix: dict[str, dict[str, Reach]] = {role.value: {} for role in UserRole}
    for reaches, words in _ROWS:
        for (role, reach), code in product(zip(_COLUMNS, reaches.split(), strict=True), _codes(words)):
            if reach != "-":
                matrix[role.value][code] = Reach(reach)
    return matrix


MATRIX: dict[str, dict[str, Reach]] = _matrix()
"""Role name → permission code → reach; a role of suppliers or consumers holds no code here (supply.md)."""

CODES: tuple[str, ...] = tuple(sorted(MATRIX[UserRole.SUPER_ADMIN]))
"""Every permission code of the house."""

OWNER_CODES: frozenset[str] = frozenset(CODES) - frozenset().union(
    *(codes for role, codes in MATRIX.items() if role != UserRole.SUPER_ADMIN)
)
"""Codes that only super_admin holds: no station link gives them (R-9)."""

STATION_ROLES: dict[str, str] = {
    StationRole.SUPER_ADMIN.value: UserRole.SUPER_ADMIN.value,
    StationRole.ADMIN.value: UserRole.ADMIN.value,
    StationRole.STATION_ADMIN.value: UserRole.STATION_MANAGER.value,
    StationRole.CUSTOMER_SUPPORT.value: UserRole.CUSTOMER_SUPPORT.value,
}
"""Role of a station link → system role whose codes it gives at that station (R-2)."""


def reach_of(role: str, code: str) -> Reach:
    """Return how far a role carries a code it holds; a role of nobody's making reaches linked stations."""
    if role == UserRole.SUPER_ADMIN:
        return Reach.ALL
    fallback = Reach.STATIONS if role in STAFF_ROLES or role not in MATRIX else Reach.OWN
    return MATRIX.get(role, {}).get(code, fallback)


AdminAction = Literal["view", "add", "change", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRights:
    """Codes behind the four admin permissions of a model; None: nobody, whatever the role."""

    model: str
    view: str | None
    add: str | None = None
    change: str | None = None
    delete: str | None = None

    def code(self, action: str) -> str | None:
        """Return the code behind `view`, `add`, `change` or `delete`; any other action is nobody's."""
        codes = {"view": self.view, "add": self.add, "change": self.change, "delete": self.delete}
        return codes.get(action)


model_rights: Registry[ModelRights] = Registry("model_rights")
"""Filled by each app in `AppConfig.ready()`; `model` is the lower-case label, `bookings.booking`."""

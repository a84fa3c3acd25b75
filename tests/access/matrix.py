"""Section 1 of the behaviour specification, copied word by word: who may do what, and where.

A all stations, S linked stations, O own records, - denied. Nothing here is read from the code that it judges.
"""

import re

COLUMNS = ("super_admin", "admin", "customer_support", "station_manager", "chef", "customer")
OUTSIDERS = ("supplier_owner", "supplier_manager", "supplier_sales", "consumer")
"""Kinds of account without any code: the exchange has rules of its own."""

KINDS = (*COLUMNS, *OUTSIDERS)

TABLE = """
|booking.read, review.read|A|S|S|S|O|O|
|booking.{create, update, reschedule, request_cancel}, customer.{read, create, update}, payment.read, coupon.read, message.{read, send}|A|S|S|S|-|O|
|booking.{hold, confirm_deposit}, hold.manage, pii.reveal, payment.record, lead.{read, create, update, assign}, campaign.read, review.resolve, coupon.issue, call.read, support.{read, manage}|A|S|S|S|-|-|
|chef.read, station.read|A|S|S|S|O|-|
|booking.complete (also no-show)|A|S|-|S|O|-|
|booking.{approve_cancel, assign_chef, override}, pricing.adjust, chef.manage, qr.read, analytics.station|A|S|-|S|-|-|
|subscriber.{read, manage}, campaign.manage, template.manage, consent.read, social.{read, reply}|A|S|S|-|-|-|
|audit.read|A|S|O|O|-|-|
|customer.export|A|S|-|-|-|O|
|booking.{correct, delete, restore}, customer.delete, privacy.erase, payment.{match, refund, report}, pricing.manage, lead.delete, campaign.send, template.approve, review.moderate, coupon.cancel, qr.manage, recording.listen, social.{approve, manage}, station.{update, manage_users}, user.{read, invite}, audit.export|A|S|-|-|-|-|
|station.{create, delete}, user.{approve, disable}, role.assign, analytics.all, recording.manage, event.{read, replay}, system.config|A|-|-|-|-|-|
"""  # noqa: E501 -- the rows of the specification as they stand there

STATION_ROLES = {
    "super_admin": "super_admin",
    "admin": "admin",
    "station_admin": "station_manager",
    "customer_support": "customer_support",
}
"""Role of a station link → the column that counts at that station (R-2)."""


def _codes(words: str) -> list[str]:
    """Return the codes of `booking.{hold, override}, hold.manage`."""
    found = []
    for resource, several, single in re.findall(r"(\w+)\.(?:\{([^}]*)\}|(\w+))", words):
        found += [f"{resource}.{action.strip()}" for action in (several or single).split(",")]
    return found


def _matrix() -> dict[str, dict[str, str]]:
    matrix: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for line in TABLE.strip().splitlines():
        words, *reaches = line.strip("|").split("|")
        for kind, reach in zip(COLUMNS, reaches, strict=True):
            if reach != "-":
                matrix[kind] |= dict.fromkeys(_codes(words), reach)
    return matrix


MATRIX = _matrix()
"""Kind of account → code → A, S or O."""

CODES = frozenset(MATRIX["super_admin"])

OWNERS_ONLY = CODES - frozenset().union(*(MATRIX[kind] for kind in COLUMNS[1:]))
"""Codes that only super_admin holds: no link gives them (R-9)."""

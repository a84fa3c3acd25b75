"""What events and audit rows say in words; they hold codes, ids and amounts, nothing personal (E-1, P-7)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from common.admin.display import local_time, money

WORDS = {
    "booking.created": "Booked",
    "booking.confirmed": "Confirmed",
    "booking.updated": "Changed",
    "booking.rescheduled": "Moved",
    "booking.deposit_requested": "Deposit asked for",
    "booking.deposit_reversed": "Deposit gone, waiting for it again",
    "booking.cancellation_requested": "Cancellation asked for",
    "booking.cancellation_rejected": "Cancellation rejected",
    "booking.cancelled": "Cancelled",
    "booking.completed": "Completed",
    "booking.no_show": "Nobody was there",
    "booking.corrected": "Corrected to a no-show",
    "booking.reinstated": "Reinstated",
    "booking.chef_assigned": "Chef assigned",
    "booking.adjusted": "Price adjusted",
    "booking.held": "Put on hold",
    "booking.released": "Hold released",
    "booking.deleted": "Deleted",
    "booking.restored": "Restored",
    "booking.failed": "Booking refused",
}
SLOT = ("date", "slot")
SILENT = frozenset({"event", "reference", "from", "to", "old", "new", "consents", "currency"})


def title_of(event_type: str) -> str:
    """Return an event's name in words; unknown ones by their own name."""
    return WORDS.get(event_type) or event_type.replace(".", " ").replace("_", " ").capitalize()


def facts_of(payload: Mapping[str, Any], zone: str) -> list[str]:
    """Return what a payload tells people: amounts, states, old and new values; ids tell nothing."""
    return list(_facts(payload, zone))


def comparable(value: Any) -> Any:
    """Return JSON in which equal instants look equal: events and audit rows write them differently."""
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return _instant(value) or value


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _facts(payload: Mapping[str, Any], zone: str) -> Iterator[str]:
    if "from" in payload and "to" in payload:
        yield f"{_plain(payload['from'], zone)} → {_plain(payload['to'], zone)}"
    if isinstance(payload.get("old"), dict) and isinstance(payload.get("new"), dict):
        yield f"{_slot(payload['old'], zone)} → {_slot(payload['new'], zone)}"
    for key, value in payload.items():
        if key in SILENT or key.endswith(("_id", "_ids", "_hash")):
            continue
        if value is None or value is False or value in ("", [], {}) or _is_id(value):
            continue
        label = key.removesuffix("_cents").removesuffix("_at").replace("_", " ")
        if value is True:
            yield label
        elif key.endswith("_cents") and isinstance(value, int):
            yield f"{label} {money(value)}"
        elif key == "changed" and isinstance(value, dict):
            yield from _changes(value, zone)
        else:
            yield f"{label} {_plain(value, zone)}"


def _changes(changed: Mapping[str, Any], zone: str) -> Iterator[str]:
    for name, change in changed.items():
        label = name.replace("_", " ")
        if isinstance(change, dict) and {"old", "new"} <= change.keys():
            yield f"{label}: {_plain(change['old'], zone)} → {_plain(change['new'], zone)}"
        else:
            yield f"{label} changed"


def _slot(values: Mapping[str, Any], zone: str) -> str:
    shown = [values[name] for name in SLOT if values.get(name)] or list(values.values())
    return ", ".join(_plain(value, zone) for value in shown)


def _plain(value: Any, zone: str) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item, zone) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(item, zone)}" for name, item in value.items())
    if value is None:
        return "none"
    if (instant := _instant(value)) is not None:
        return local_time(instant, zone)
    text = str(value).replace("_", " ")
    return text.removesuffix(":00") if text.count(":") == 2 else text  # noqa: PLR2004 -- hours:minutes:seconds


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False

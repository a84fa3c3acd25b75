"""What a station's JSON says (behaviour.md S-1, S-4, section 4.1, Q-7, Q-12, N-7), typed and complete.

Forms and services refuse wrong JSON through `check_station_json`; a reader never fails: a wrong value that
got into the table all the same counts as absent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common.exceptions import FieldError
from identity.models import Station

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_CENTS = 10_000_000
MAX_BASIS_POINTS = 10_000
MAX_LEAD_HOURS = 8_760
MAX_ITEMS = 400

Span = tuple[time, time]

DEFAULT_SLOTS = (time(12), time(15), time(18), time(21))
DEFAULT_DAY: Span = (time(11), time(22))
DEFAULT_QUIET: Span = (time(8), time(21))
DEFAULT_PUBLIC_LEAD_HOURS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSettings:
    """Rules of one station; times are station-local, `hours` is indexed Monday = 0, None = closed that day.

    `public_lead_time_hours` is never under `booking_lead_time_hours`, which counts for staff (S-4).
    `quiet_hours` is the span of the day in which SMS may go out (N-7).
    """

    slots: tuple[time, ...] = DEFAULT_SLOTS
    public_lead_time_hours: int = DEFAULT_PUBLIC_LEAD_HOURS
    booking_lead_time_hours: int = 24
    blackout_dates: frozenset[date] = frozenset()
    deposit_cents: int = 10_000
    reschedule_fee_cents: int = 20_000
    tax_rate_bps: int = 825
    card_fee: bool = True
    quiet_hours: Span = DEFAULT_QUIET
    alert_emails: tuple[str, ...] = ()
    hours: tuple[Span | None, ...] = (DEFAULT_DAY,) * len(WEEKDAYS)


def _time(value: Any) -> time:
    if not isinstance(value, str) or len(value) != len("00:00"):
        raise ValueError("must be a time like 18:00")
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time like 18:00") from None


def _date(value: Any) -> date:
    try:
        if len(value) == len("2026-12-31"):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise ValueError("must be a date like 2026-12-31")


def _email(value: Any) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise ValueError("must be an e-mail address") from None
    return str(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise ValueError(f"must be a list of at most {MAX_ITEMS} items")
    return value


def _slots(value: Any) -> tuple[time, ...]:
    slots = [_time(item) for item in _list(value)]
    if not slots or slots != sorted(set(slots)):
        raise ValueError("must be different times in rising order, at least one")
    return tuple(slots)


def _dates(value: Any) -> frozenset[date]:
    return frozenset(_date(item) for item in _list(value))


def _emails(value: Any) -> tuple[str, ...]:
    return tuple(_email(item) for item in _list(value))


def _number(maximum: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if type(value) is not int or not 0 <= value <= maximum:
            raise ValueError(f"must be a whole number from 0 to {maximum}")
        return value

    return parse


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 -- every parser refuses with ValueError
    return value


def _span(value: Any) -> Span:
    if not isinstance(value, dict) or set(value) != {"open", "close"}:
        raise ValueError('must be like {"open": "11:00", "close": "22:00"}')
    opens, closes = _time(value["open"]), _time(value["close"])
    if opens >= closes:
        raise ValueError("must open before it closes")
    return opens, closes


def _quiet_hours(value: Any) -> Span:
    opens, closes = _span(value)
    if opens < DEFAULT_QUIET[0] or closes > DEFAULT_QUIET[1]:
        raise ValueError("may narrow 08:00 to 21:00, never widen it")
    return opens, closes


def _day(value: Any) -> Span | None:
    return None if value is None else _span(value)


PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "slots": _slots,
    "public_lead_time_hours": _number(MAX_LEAD_HOURS),
    "blackout_dates": _dates,
    "deposit_cents": _number(MAX_CENTS),
    "reschedule_fee_cents": _number(MAX_CENTS),
    "tax_rate_bps": _number(MAX_BASIS_POINTS),
    "card_fee": _flag,
    "quiet_hours": _quiet_hours,
    "alert_emails": _emails,
}
"""Key of `Station.settings` → what makes a value of it, or raises ValueError with words for people."""


def _parse(
    document: Any, parsers: Mapping[str, Callable[[Any], Any]], pointer: str
) -> tuple[dict[str, Any], list[FieldError]]:
    if not isinstance(document, dict):
        return {}, [FieldError(pointer, "invalid", "must be a JSON object")]
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for key, value in document.items():
        place = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if key not in parsers:
            errors.append(FieldError(place, "unknown", "is no setting of a station"))
            continue
        try:
            values[key] = parsers[key](value)
        except ValueError as error:
            errors.append(FieldError(place, "invalid", str(error)))
    return values, errors


def _hours(document: Any) -> tuple[tuple[Span | None, ...], list[FieldError]]:
    days, errors = _parse(document, dict.fromkeys(WEEKDAYS, _day), "/business_hours")
    if not document or errors:
        return (DEFAULT_DAY,) * len(WEEKDAYS), errors
    return tuple(days.get(day) for day in WEEKDAYS), []


def check_station_json(*, settings: Any, business_hours: Any) -> list[FieldError]:
    """Return what is wrong with the JSON of a station, each with a pointer into it."""
    return _parse(settings, PARSERS, "/settings")[1] + _hours(business_hours)[1]


def station_settings(station: Station) -> StationSettings:
    """Return the station's rules, defaults filled in.

    `business_hours` {} means every day 11:00 to 22:00; otherwise a weekday that is absent or null is closed.
    """
    values, errors = _parse(station.settings, PARSERS, "/settings")
    hours, hour_errors = _hours(station.business_hours)
    if errors or hour_errors:
        wrong = [error.pointer for error in errors + hour_errors]
        structlog.get_logger("identity").warning("station_json_wrong", station=station.code, pointers=wrong)
    public = values.pop("public_lead_time_hours", DEFAULT_PUBLIC_LEAD_HOURS)
    return StationSettings(
        **values,
        public_lead_time_hours=max(public, station.booking_lead_time_hours),
        booking_lead_time_hours=station.booking_lead_time_hours,
        hours=hours,
    )

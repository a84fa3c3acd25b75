"""Rows of a CSV, plain or gzip, read by a mapping: what a booking needs, or why the row is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from bookings.calendar import SlotCalendar, party_fits, starts_at
from bookings.enums import BookingStatus
from bookings.inputs import check_contact
from bookings.selectors.stations import slot_calendar
from bookings.services.imports.mapping import DateColumns, Mapping
from common.exceptions import ValidationFailed
from common.imports.outcomes import Refused
from common.imports.rows import Columns, RowRefused, fill_template, read_rows
from identity.models import Station

LONGEST = {"first_name": 100, "last_name": 100, "postal_code": 10, "address": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One party of the file; `key` is the primary key its booking gets, `number` counts data rows from 1."""

    number: int
    key: UUID
    date: date
    slot: time
    starts_at: datetime
    booked_at: datetime
    adults: int
    kids: int
    toddlers: int
    status: BookingStatus
    closed_at: datetime | None
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    postal_code: str
    allergens: tuple[str, ...]
    special_requests: str
    notes: str


class Reader:
    """Reads a file for one station, in whose namespace its rows are known."""

    def __init__(self, *, path: Path, mapping: Mapping, station: Station) -> None:
        self._path, self._mapping, self._station = path, mapping, station
        self._calendar: SlotCalendar = slot_calendar(station)
        self._zone = ZoneInfo(station.timezone)

    def __iter__(self) -> Iterator[ImportRow | Refused]:
        """Yield every data row in order; raises ValidationFailed when the file lacks a mapped column."""
        rows = read_rows(self._path, namespace=self._station.pk, wanted=self._wanted())
        for row in rows:
            yield row if isinstance(row, Refused) else self._read(row.number, row.key, row.columns)

    def _wanted(self) -> Iterator[str]:
        mapping = self._mapping
        yield from (*mapping.date.columns, mapping.slot, mapping.booked.days_before, mapping.status.column)
        yield from (mapping.party.adults, mapping.party.kids, mapping.party.toddlers)
        yield from mapping.closed.columns if mapping.closed else ()

    def _read(self, number: int, key: UUID, columns: Columns) -> ImportRow | Refused:
        try:
            return self._row(number, key, columns)
        except RowRefused as refusal:
            return Refused(number, refusal.code, str(refusal))
        except ValidationFailed as failed:
            return Refused(number, failed.code, failed.detail)

    def _row(self, number: int, key: UUID, columns: Columns) -> ImportRow:
        mapping = self._mapping
        day = self._date(mapping.date, columns)
        adults = _count(mapping.party.adults, columns)
        kids = _count(mapping.party.kids, columns)
        toddlers = _count(mapping.party.toddlers, columns)
        if not party_fits(adults=adults, kids=kids, toddlers=toddlers, override=False):
            raise RowRefused("party_size_invalid", f"{adults} adults, {kids} kids, {toddlers} toddlers.")
        slot, start = self._slot(number, day, columns)
        word = columns[mapping.status.column]
        if word not in mapping.status.values:
            raise RowRefused("validation_error", f"{mapping.status.column}: {word!r} is not in the mapping.")
        booked_at = self._booked_at(day, columns)
        if booked_at > start:
            raise RowRefused("validation_error", "The party is booked after its start.")
        return ImportRow(
            number=number,
            key=key,
            date=day,
            slot=slot,
            starts_at=start,
            booked_at=booked_at,
            adults=adults,
            kids=kids,
            toddlers=toddlers,
            status=mapping.status.values[word],
            closed_at=self._closed_at(columns),
            **self._contact(number, columns),
            allergens=tuple(mapping.details.allergens),
            special_requests=self._text(mapping.details.special_requests, number, columns),
            notes=self._text(mapping.details.notes, number, columns),
        )

    def _date(self, source: DateColumns, columns: Columns) -> date:
        text = " ".join(columns[name] for name in source.columns)
        try:
            return datetime.strptime(text, source.format).date()  # noqa: DTZ007 -- a date has no zone
        except ValueError as error:
            raise RowRefused("validation_error", f"{text!r} is no date like {source.format}.") from error

    def _slot(self, number: int, day: date, columns: Columns) -> tuple[time, datetime]:
        """Return the slot of the column, else the n-th of the slots offered that day, n = row number."""
        offered = [slot for slot in self._calendar.slots if self._calendar.closed_reason(day, slot) is None]
        if self._mapping.slot:
            wanted = columns[self._mapping.slot]
            offered = [slot for slot in offered if slot.isoformat("minutes") == wanted]
        if not offered:
            raise RowRefused("slot_not_offered", f"The station offers no such slot on {day.isoformat()}.")
        slot = offered[(number - 1) % len(offered)]
        start = starts_at(self._calendar.zone, day, slot)
        if start is None:  # pragma: no cover -- a slot that is offered has its instant
            raise RowRefused("slot_not_offered", "This local time does not exist.")
        return slot, start

    def _booked_at(self, day: date, columns: Columns) -> datetime:
        name = self._mapping.booked.days_before
        days = _count(name, columns)
        try:
            booked_on = date.fromordinal(day.toordinal() - days)
        except (ValueError, OverflowError) as error:
            raise RowRefused("validation_error", f"{name}: {days} days before is no date.") from error
        local = datetime.combine(booked_on, self._mapping.booked.at, tzinfo=self._zone)
        return local.astimezone(UTC)

    def _closed_at(self, columns: Columns) -> datetime | None:
        if self._mapping.closed is None:
            return None
        day = self._date(self._mapping.closed, columns)
        return datetime.combine(day, time(12), tzinfo=self._zone).astimezone(UTC)

    def _contact(self, number: int, columns: Columns) -> dict[str, str]:
        templates = self._mapping.contact
        values = {
            name: self._text(getattr(templates, name), number, columns).strip()
            for name in templates.__slots__
        }
        for name, longest in LONGEST.items():
            if not 1 <= len(values[name]) <= longest or "\x00" in values[name]:
                raise RowRefused("validation_error", f"{name}: 1 to {longest} characters are needed.")
        values["email"], values["phone"] = check_contact(email=values["email"], phone=values["phone"])
        return values

    def _text(self, template: str, number: int, columns: Columns) -> str:
        known: dict[str, object] = {
            **columns,
            "row": number,
            "nn": f"{number % 100:02d}",
            "station_postal_code": self._station.postal_code,
        }
        return fill_template(template, known)


def _count(name: str, columns: Columns) -> int:
    """Return a column's whole number, 0 when the mapping names no column."""
    if not name:
        return 0
    text = columns[name].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 -- fits any integer column
        raise RowRefused("validation_error", f"{name}: {text!r} is no whole number.")
    return int(text)

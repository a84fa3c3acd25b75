"""Rows of a bank's CSV as payment events (section 17); money that is known already changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from bookings.enums import PaymentMethod
from common.crypto.normalize import normalize_email, normalize_phone
from common.imports.mapping import read_mapping
from common.imports.outcomes import Imported, Known, Outcome, Refused
from common.imports.rows import FileRow, RowRefused, read_rows
from identity.models import Station
from integra.enums import PaymentProvider
from integra.services.payment_events import ToldPayment, store_payment_event

NAMESPACE = UUID("6f1c9a52-7d0b-5a5e-9a57-3f0f3c1f6c11")
BATCH = 200
MAX_CENTS = 100_000_000
MAX_KEY = 255
NO_MAPPING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Columns of the file by what they mean; an empty name is a column the file does not have.

    `amount` is in dollars; rows of less than nothing are outgoing and left out. `zone` is that of times
    without one; `method` counts where the file has no column of it.
    """

    amount: str = "amount"
    occurred_at: str = "occurred_at"
    id: str = "id"
    method_column: str = ""
    method: str = "zelle"
    memo: str = "memo"
    sender_name: str = "sender_name"
    sender_email: str = ""
    sender_phone: str = ""
    sender_handle: str = ""
    zone: str = "UTC"
    format: str = ""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A readable row: its number in the file and the money it tells of."""

    number: int
    told: ToldPayment


def load_mapping(path: Path | None) -> Mapping:
    """Return the mapping of a TOML file, the default without one; raises ValidationFailed."""
    text = NO_MAPPING if path is None else path.read_text(encoding="utf-8")
    return read_mapping(text, Mapping)


def read_payment_rows(
    path: Path, *, mapping: Mapping, station: Station | None
) -> Iterator[ImportRow | Refused]:
    """Yield every row as money that came in, or why it cannot enter."""
    wanted = (
        mapping.amount,
        mapping.occurred_at,
        mapping.id,
        mapping.method_column,
        mapping.memo,
        mapping.sender_name,
        mapping.sender_email,
        mapping.sender_phone,
        mapping.sender_handle,
    )
    for row in read_rows(path, namespace=NAMESPACE, wanted=wanted):
        if isinstance(row, Refused):
            yield row
            continue
        try:
            yield ImportRow(row.number, _told(row, mapping, station))
        except RowRefused as refusal:
            yield Refused(row.number, refusal.code, str(refusal))


@transaction.atomic
def import_payments(*, rows: Sequence[ImportRow], at: datetime) -> list[Outcome]:
    """Keep the money of the rows; tells of each whether it is new."""
    outcomes: list[Outcome] = []
    for row in rows:
        _event, is_new = store_payment_event(told=row.told, at=at)
        outcomes.append(Imported(row.number) if is_new else Known(row.number))
    return outcomes


def _told(row: FileRow, mapping: Mapping, station: Station | None) -> ToldPayment:
    values = row.columns

    def text(column: str) -> str:
        return values[column].strip() if column else ""

    key = text(mapping.id)
    return ToldPayment(
        provider=PaymentProvider.IMPORT,
        provider_id=key[:MAX_KEY] or str(row.key),
        method=_method(text(mapping.method_column) or mapping.method),
        amount_cents=_cents(text(mapping.amount)),
        occurred_at=_instant(text(mapping.occurred_at), mapping),
        station_id=None if station is None else station.pk,
        memo=text(mapping.memo),
        sender_name=text(mapping.sender_name),
        sender_email=_email(text(mapping.sender_email)),
        sender_phone=_phone(text(mapping.sender_phone)),
        sender_handle=text(mapping.sender_handle),
        raw=values,
    )


def _cents(text: str) -> int:
    try:
        cents = Decimal(text.replace("$", "").replace(",", "").strip()) * 100
    except InvalidOperation:
        raise RowRefused("validation_error", "The amount is no sum of dollars.") from None
    if cents != cents.to_integral_value() or cents > MAX_CENTS:
        raise RowRefused("validation_error", "The amount is no sum of dollars and cents.")
    if cents <= 0:
        raise RowRefused("outgoing", "The money went out, or there is none.")
    return int(cents)


def _instant(text: str, mapping: Mapping) -> datetime:
    try:
        read = datetime.strptime(text, mapping.format) if mapping.format else datetime.fromisoformat(text)  # noqa: DTZ007 -- the zone of the mapping follows
    except ValueError:
        raise RowRefused("validation_error", "The time cannot be read.") from None
    aware = read if read.tzinfo else read.replace(tzinfo=ZoneInfo(mapping.zone))
    return aware.astimezone(UTC)


def _method(text: str) -> PaymentMethod:
    try:
        return PaymentMethod(text.lower())
    except ValueError:
        raise RowRefused("validation_error", "The method is none of ours.") from None


def _email(text: str) -> str:
    if not text:
        return ""
    address = normalize_email(text)
    try:
        validate_email(address)
    except ValidationError:
        raise RowRefused("validation_error", "The e-mail address is none.") from None
    return address


def _phone(text: str) -> str:
    if not text:
        return ""
    try:
        return normalize_phone(text)
    except ValueError:
        raise RowRefused("validation_error", "The phone number is none.") from None

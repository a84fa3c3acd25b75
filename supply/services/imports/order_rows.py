"""Lines of past orders as a CSV tells of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common.crypto.normalize import normalize_email
from common.exceptions import FieldError, ValidationFailed
from common.imports.outcomes import Refused
from common.imports.rows import Columns, FileRow, RowRefused, fill_template, read_rows
from supply.models import Supplier
from supply.services.imports.lines import (
    VALIDATION_ERROR,
    read_price,
    read_quantity,
    read_text,
)
from supply.services.imports.mapping import ConsumerColumns, LineColumns, Mapping, OrderColumns, PlacedColumn
from supply.services.imports.products import NAME_LENGTH, SKU_LENGTH

CONSUMER_MISSING = "consumer_missing"
NUMBER_LENGTH = 100
EMAIL_LENGTH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of a past order; `key` and `order_key` are the primary keys that item and order get."""

    number: int
    key: UUID
    order_key: UUID
    placed_at: datetime
    email: str
    consumer_name: str
    sku: str
    qty: int
    unit_price_kzt: Decimal


@dataclass(frozen=True, slots=True)
class _Reader:
    supplier: Supplier
    line: LineColumns
    order: OrderColumns
    consumer: ConsumerColumns
    at: datetime

    def read(self, row: FileRow) -> OrderRow:
        """Return the line; raises RowRefused, for a return without buyer and price with all three reasons."""
        columns = row.columns
        _refuse_all(
            lambda: read_quantity(columns, self.line),
            lambda: read_price(columns, self.line),
            lambda: self._who(columns),
        )
        who = self._who(columns)
        number = read_text(columns, self.order.number, longest=NUMBER_LENGTH)
        return OrderRow(
            number=row.number,
            key=row.key,
            order_key=uuid5(self.supplier.pk, f"order:{number}:{who}"),
            placed_at=self._placed_at(columns, self.order.placed),
            email=self._email(columns),
            consumer_name=self._text(self.consumer.name, columns, NAME_LENGTH),
            sku=read_text(columns, self.line.sku, longest=SKU_LENGTH),
            qty=read_quantity(columns, self.line),
            unit_price_kzt=read_price(columns, self.line),
        )

    def _who(self, columns: Columns) -> str:
        who = columns[self.consumer.key].strip()
        if not who:
            raise RowRefused(CONSUMER_MISSING, f"{self.consumer.key}: nobody is named.")
        return who

    def _placed_at(self, columns: Columns, placed: PlacedColumn) -> datetime:
        text = columns[placed.column].strip()
        try:
            wall = datetime.strptime(text, placed.format).replace(tzinfo=ZoneInfo(placed.timezone))
            instant = wall.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            words = f"{placed.column}: {text[:50]!r} is no time like {placed.format}."
            raise RowRefused(VALIDATION_ERROR, words) from error
        if instant > self.at:
            raise RowRefused(VALIDATION_ERROR, f"{placed.column}: {text!r} lies ahead.")
        return instant

    def _email(self, columns: Columns) -> str:
        email = normalize_email(self._text(self.consumer.email, columns, EMAIL_LENGTH))
        try:
            validate_email(email)
        except ValidationError as error:
            raise RowRefused(VALIDATION_ERROR, "The template of the e-mail yields none.") from error
        return email

    def _text(self, template: str, columns: Columns, longest: int) -> str:
        text = fill_template(template, dict(columns)).strip()
        if not 1 <= len(text) <= longest or "\x00" in text:
            words = f"The template {template!r} has to yield 1 to {longest} characters."
            raise RowRefused(VALIDATION_ERROR, words)
        return text


def _refuse_all(*checks: Callable[[], object]) -> None:
    """Make every check; raise RowRefused with the code of the first that refuses and the reasons of all."""
    refusals = []
    for check in checks:
        try:
            check()
        except RowRefused as refusal:
            refusals.append(refusal)
    if refusals:
        raise RowRefused(refusals[0].code, " ".join(map(str, refusals)))


def read_order_rows(
    *, path: Path, mapping: Mapping, supplier: Supplier, at: datetime
) -> Iterator[OrderRow | Refused]:
    """Yield every line in order; raises ValidationFailed when mapping or file lack what orders need."""
    if mapping.order is None or mapping.consumer is None or not mapping.line.quantity:
        words = "The mapping file lacks [order], [consumer] or a column of the quantity."
        raise ValidationFailed([FieldError("", "missing", words)])
    reader = _Reader(supplier, mapping.line, mapping.order, mapping.consumer, at)
    wanted = (
        *(mapping.line.sku, mapping.line.price, mapping.line.quantity),
        *(mapping.order.number, mapping.order.placed.column, mapping.consumer.key),
    )
    for row in read_rows(path, namespace=supplier.pk, wanted=wanted):
        if isinstance(row, Refused):
            yield row
            continue
        try:
            yield reader.read(row)
        except RowRefused as refusal:
            yield Refused(row.number, refusal.code, str(refusal))

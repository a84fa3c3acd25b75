"""The mapping file of both imports: which foreign columns say what (docs/howto/import-products.md)."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from common.imports.mapping import read_mapping, wrong_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumns:
    """What each line of an invoice says; `rate` is how many tenge one unit of the file's money is worth."""

    sku: str
    price: str
    quantity: str = ""
    rate: str = "1"

    def __post_init__(self) -> None:
        try:
            rate = Decimal(self.rate)
        except InvalidOperation:
            rate = Decimal(0)
        if not rate.is_finite() or rate <= 0:
            raise wrong_mapping("/line/rate", "has to be a number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductColumns:
    """What a product is called; without a column of the stock nothing of it can be ordered yet."""

    name: str
    description: str = ""
    stock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedColumn:
    """When an order was placed: read with the `strptime` format as wall time of the zone."""

    column: str
    format: str = "%Y-%m-%d %H:%M:%S"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise wrong_mapping("/order/placed/timezone", "has to be an IANA zone") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderColumns:
    """Lines with the same number are one order."""

    number: str
    placed: PlacedColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerColumns:
    """Who bought: `key` is a column, the others are texts with `{column}` names in them."""

    key: str
    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping file; products need the table `product`, orders `order` and `consumer`."""

    line: LineColumns
    product: ProductColumns | None = field(default=None)
    order: OrderColumns | None = field(default=None)
    consumer: ConsumerColumns | None = field(default=None)


def load_mapping(text: str) -> Mapping:
    """Return the mapping that a TOML text holds; names what is wrong with it (validation_error)."""
    return read_mapping(text, Mapping)

"""What both imports read of a line: code, price, quantity; refused with a reason where they make no sense."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from common.imports.rows import Columns, RowRefused
from supply.services.imports.mapping import LineColumns
from supply.services.orders import MAX_TOTAL
from supply.services.stock import MAX_QTY

CENT = Decimal("0.01")
LONGEST_NUMBER = 30

VALIDATION_ERROR = "validation_error"
RETURNED = "returned"
"""A line that takes something back, or gives a discount: its quantity is not above zero."""
PRICE_MISSING = "price_missing"


def read_text(columns: Columns, name: str, *, longest: int) -> str:
    """Return a text without blanks around it; refuses an empty one, a long one and one with NUL."""
    text = columns[name].strip()
    if not 1 <= len(text) <= longest or "\x00" in text:
        raise RowRefused(VALIDATION_ERROR, f"{name}: 1 to {longest} characters are needed.")
    return text


def read_number(columns: Columns, name: str) -> Decimal:
    """Return a finite number; refuses anything else."""
    text = columns[name].strip()
    try:
        number = Decimal(text if len(text) <= LONGEST_NUMBER else "")
    except InvalidOperation:
        raise RowRefused(VALIDATION_ERROR, f"{name}: {text[:LONGEST_NUMBER]!r} is no number.") from None
    if not number.is_finite():
        raise RowRefused(VALIDATION_ERROR, f"{name}: {text!r} is no number.")
    return number


def read_quantity(columns: Columns, line: LineColumns) -> int:
    """Return the units of a line, 1 where the file has no such column; refuses returns."""
    if not line.quantity:
        return 1
    units = read_units(columns, line.quantity)
    if units <= 0:
        raise RowRefused(RETURNED, f"{line.quantity}: {units} is a return or a discount, no sale.")
    return units


def read_units(columns: Columns, name: str) -> int:
    """Return a whole number that a column holds."""
    number = read_number(columns, name)
    if number != number.to_integral_value() or abs(number) > MAX_QTY:
        raise RowRefused(VALIDATION_ERROR, f"{name}: {number} is no number of units.")
    return int(number)


def read_price(columns: Columns, line: LineColumns) -> Decimal:
    """Return the price of one unit in tenge, to the tiyn; refuses zero, negative and unpayable ones."""
    foreign = read_number(columns, line.price)
    if foreign == 0:
        raise RowRefused(PRICE_MISSING, f"{line.price}: the line has no price.")
    try:
        price = (foreign * Decimal(line.rate)).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        price = MAX_TOTAL + 1
    if not 0 < price <= MAX_TOTAL:
        raise RowRefused(VALIDATION_ERROR, f"{line.price}: {foreign} is no price.")
    return price

"""Q-3: what a party may choose, checked against the price book."""

from collections.abc import Iterator, Mapping

from bookings.exceptions import ProteinCountMismatch
from bookings.pricing.price_book import PriceBook
from bookings.requests import MenuChoice
from common.exceptions import FieldError, ValidationFailed

PROTEINS_PER_EATER = 2
PROTEINS_PER_TODDLER = 1
MAX_PORTIONS = 1_000


def checked_menu(price_book: PriceBook, menu: MenuChoice, *, eaters: int, toddlers: int) -> MenuChoice:
    """Return the choice sorted and without zeros; refuses unknown codes and a wrong count of proteins."""
    errors = [
        *_errors_in("proteins", menu.proteins, price_book.proteins),
        *_errors_in("extra_proteins", menu.extra_proteins, price_book.proteins),
        *_errors_in("addons", menu.addons, price_book.addons),
    ]
    if any(menu.extra_proteins.values()) and price_book.extra_protein_cents is None:
        errors.append(FieldError("/menu/extra_proteins", "invalid_choice", "Extra proteins are not offered."))
    if errors:
        raise ValidationFailed(errors)
    given = sum(menu.proteins.values())
    expected = PROTEINS_PER_EATER * eaters + PROTEINS_PER_TODDLER * toddlers
    if given not in {0, expected}:
        raise ProteinCountMismatch(expected=expected, given=given)
    return MenuChoice(
        proteins=_chosen(menu.proteins),
        extra_proteins=_chosen(menu.extra_proteins),
        addons=_chosen(menu.addons),
    )


def _errors_in(member: str, counts: Mapping[str, int], offered: Mapping[str, object]) -> Iterator[FieldError]:
    for code, count in counts.items():
        pointer = f"/menu/{member}/{code.replace('~', '~0').replace('/', '~1')}"
        if count < 0:
            yield FieldError(pointer, "min_value", "A count is not negative.")
        elif count > MAX_PORTIONS:
            yield FieldError(pointer, "max_value", f"At most {MAX_PORTIONS} portions.")
        elif count and code not in offered:
            yield FieldError(pointer, "invalid_choice", "This is not on the price list.")


def _chosen(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: counts[code] for code in sorted(counts) if counts[code]}

"""Q-12: what each way to pay costs the customer."""

from dataclasses import dataclass
from typing import Any

from bookings.enums import PaymentMethod
from bookings.pricing.money import basis_points_of

CARD_FEE_BPS = 290
CARD_FEE_CENTS = 30
IN_ORDER = (
    PaymentMethod.CARD,
    PaymentMethod.ACH,
    PaymentMethod.ZELLE,
    PaymentMethod.VENMO,
    PaymentMethod.CASH,
    PaymentMethod.CHECK,
)


@dataclass(frozen=True, slots=True)
class MethodAmount:
    """What is charged in one method: the amount due plus its fee, in cents."""

    method: PaymentMethod
    fee_cents: int
    amount_cents: int

    def as_dict(self) -> dict[str, Any]:
        """Return the member of `methods` of Q-13."""
        return {
            "method": self.method.value,
            "fee_cents": self.fee_cents,
            "amount_cents": self.amount_cents,
        }


def payment_fee_cents(amount_cents: int, method: PaymentMethod, *, card_fee: bool) -> int:
    """Return the fee in cents on top of an amount: for cards where the station charges it, else 0."""
    if method != PaymentMethod.CARD or not card_fee or amount_cents <= 0:
        return 0
    return basis_points_of(amount_cents, CARD_FEE_BPS) + CARD_FEE_CENTS


def amounts_per_method(amount_cents: int, *, card_fee: bool) -> tuple[MethodAmount, ...]:
    """Return what an amount costs in every method."""
    fees = {method: payment_fee_cents(amount_cents, method, card_fee=card_fee) for method in IN_ORDER}
    return tuple(MethodAmount(method, fee, amount_cents + fee) for method, fee in fees.items())

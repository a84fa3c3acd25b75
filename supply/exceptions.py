"""Refusals of the exchange; statuses and codes are those of its contract."""

from typing import Any
from uuid import UUID

from common.exceptions import DomainError, FieldError, NotFound, ValidationFailed


class EmailTaken(DomainError):
    code = "email_taken"
    status = 400
    title = "There is an account with this e-mail"


class PasswordPolicy(ValidationFailed):
    """The password breaks rules of sign-up; `errors` names every one."""

    code = "password_policy"
    title = "The password is too simple"


class IllegalTransition(DomainError):
    """A move that the state machine does not know; names both states."""

    code = "illegal_transition"
    status = 400
    title = "This move is not possible in the present state"

    def __init__(self, *, from_: str, to: str) -> None:
        states: dict[str, Any] = {"from": str(from_), "to": str(to)}
        super().__init__(f"Not possible from {from_!s} to {to!s}.", **states)


class MovedMeanwhile(DomainError):
    """The move would still be legal, but somebody else has moved the thing since it was looked at."""

    code = "moved_meanwhile"
    status = 409
    title = "Somebody else has just moved this"


class ResolutionRequired(DomainError):
    code = "resolution_required"
    status = 400
    title = "Resolving a complaint needs a resolution"


class SkuTaken(DomainError):
    code = "sku_taken"
    status = 409
    title = "The supplier has a product with this SKU"


class ProductNotFound(NotFound):
    """No such product; `pointer` names the item."""

    title = "There is no such product"


class ForeignProduct(DomainError):
    code = "foreign_product"
    status = 400
    title = "The product is another supplier's"


class InactiveProduct(DomainError):
    code = "inactive_product"
    status = 400
    title = "The product is not on offer"


class NotStaff(DomainError):
    code = "not_staff"
    status = 400
    title = "The person does not work there"


class InsufficientStock(DomainError):
    """More is ordered than is free; names the product and what is left of it."""

    code = "insufficient_stock"
    status = 409
    title = "There is not enough in stock"

    def __init__(self, *, product_id: UUID, sku: str, available: int) -> None:
        super().__init__(
            f"Of product {sku} only {available} can be ordered.",
            product_id=str(product_id),
            sku=sku,
            available=available,
        )


class TotalTooLarge(ValidationFailed):
    """The prices times the quantities are more than an order can cost."""

    def __init__(self) -> None:
        super().__init__([FieldError("/items", "total_too_large", "The order costs more than an order can.")])


class WrongValues(ValidationFailed):
    """A body or query of the exchange that cannot be understood."""

    status = 422

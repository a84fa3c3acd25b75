"""Checks of single values that callers give to services; no queries."""

from bookings.enums import PaymentMethod
from common.exceptions import FieldError, ValidationFailed

REASON_MINIMUM = 10
REASON_MAXIMUM = 500
REFERENCE_MAXIMUM = 255
MANUAL_METHODS = (
    PaymentMethod.CASH,
    PaymentMethod.CHECK,
    PaymentMethod.ZELLE,
    PaymentMethod.VENMO,
    PaymentMethod.ACH,
)


def check_reason(reason: str) -> str:
    """Return the trimmed reason; refuse one of fewer than 10 or more than 500 characters."""
    trimmed = reason.strip()
    if not REASON_MINIMUM <= len(trimmed) <= REASON_MAXIMUM:
        message = f"A reason of {REASON_MINIMUM} to {REASON_MAXIMUM} characters is needed."
        raise ValidationFailed([FieldError("/reason", "invalid", message)])
    return trimmed


def check_manual_payment(*, amount_cents: int, method: str, reference: str) -> None:
    """PY-6: refuse an amount that is not positive, a method that is not manual, or a missing reference."""
    errors = []
    if amount_cents <= 0:
        errors.append(FieldError("/amount_cents", "min_value", "The amount has to be above 0."))
    if method not in MANUAL_METHODS:
        choices = ", ".join(MANUAL_METHODS)
        errors.append(FieldError("/method", "invalid_choice", f"Choose one of {choices}."))
    if not 1 <= len(reference.strip()) <= REFERENCE_MAXIMUM:
        message = f"A reference of 1 to {REFERENCE_MAXIMUM} characters is needed."
        errors.append(FieldError("/reference", "invalid", message))
    if errors:
        raise ValidationFailed(errors)

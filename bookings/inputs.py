"""Checks of single values that callers give to services; no queries."""

from typing import overload

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bookings.enums import PaymentMethod
from common.crypto.normalize import normalize_email, normalize_phone
from common.exceptions import FieldError, ValidationFailed

REFERENCE_MAXIMUM = 255
MANUAL_METHODS = (
    PaymentMethod.CASH,
    PaymentMethod.CHECK,
    PaymentMethod.ZELLE,
    PaymentMethod.VENMO,
    PaymentMethod.ACH,
)


@overload
def check_contact(*, email: str, phone: str) -> tuple[str, str]: ...
@overload
def check_contact(*, email: str | None, phone: str | None) -> tuple[str | None, str | None]: ...
def check_contact(*, email: str | None, phone: str | None) -> tuple[str | None, str | None]:
    """Return e-mail and E.164 phone in their one spelling (None stays None); name each that is none."""
    errors = []
    if email is not None:
        email = normalize_email(email)
        try:
            validate_email(email)
        except ValidationError:
            errors.append(FieldError("/email", "invalid", "This is no e-mail address."))
    if phone is not None:
        try:
            phone = normalize_phone(phone)
        except ValueError:
            errors.append(FieldError("/phone", "invalid", "This is no phone number."))
    if errors:
        raise ValidationFailed(errors)
    return email, phone


def check_manual_payment(*, amount_cents: int, method: str, reference: str) -> str:
    """Return the trimmed reference (PY-6).

    Refuses an amount that is not positive, a method that is not manual, and a missing reference.
    """
    errors = []
    if amount_cents <= 0:
        errors.append(FieldError("/amount_cents", "min_value", "The amount has to be above 0."))
    if method not in MANUAL_METHODS:
        choices = ", ".join(MANUAL_METHODS)
        errors.append(FieldError("/method", "invalid_choice", f"Choose one of {choices}."))
    trimmed = reference.strip()
    errors.extend(_reference_errors(trimmed))
    if errors:
        raise ValidationFailed(errors)
    return trimmed


def check_reference(reference: str) -> str:
    """Return the trimmed reference of a transfer; refuse none, and one of more than 255 characters."""
    trimmed = reference.strip()
    if errors := _reference_errors(trimmed):
        raise ValidationFailed(errors)
    return trimmed


def _reference_errors(trimmed: str) -> list[FieldError]:
    if 1 <= len(trimmed) <= REFERENCE_MAXIMUM:
        return []
    message = f"A reference of 1 to {REFERENCE_MAXIMUM} characters is needed."
    return [FieldError("/reference", "invalid", message)]

"""Passwords: comparing in constant work (AU-4) and what a new one must be (AU-6)."""

from collections.abc import Iterator

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from common.exceptions import FieldError, ValidationFailed
from identity.enums import STAFF_ROLES
from identity.models import User

STAFF_MINIMUM = 12
MINIMUM = 8
MAXIMUM = 128
LIBRARY_CHECKS = (
    UserAttributeSimilarityValidator(user_attributes=("email", "full_name")),
    CommonPasswordValidator(),
)


def matches(user: User | None, password: str) -> bool:
    """Tell whether the password is the account's; costs one hash also where there is nothing to compare."""
    if user is None or not user.has_usable_password():
        make_password(password)
        return False
    return check_password(password, user.password)


def needs_new_hash(user: User) -> bool:
    """Tell whether the stored hash was written by another rule than the one of today."""
    preferred = get_hasher()
    written_by = identify_hasher(user.password)
    return written_by.algorithm != preferred.algorithm or bool(preferred.must_update(user.password))


def require_good_password(password: str, *, user: User, pointer: str) -> None:
    """Refuse what AU-6 does not allow as the account's next password, naming every reason."""
    errors = [FieldError(pointer, code, message) for code, message in _weaknesses(password, user)]
    if not errors and user.has_usable_password() and check_password(password, user.password):
        errors.append(FieldError(pointer, "password_unchanged", "This is the current password."))
    if errors:
        raise ValidationFailed(errors)


def _weaknesses(password: str, user: User) -> Iterator[tuple[str, str]]:
    minimum = STAFF_MINIMUM if user.role in STAFF_ROLES else MINIMUM
    if len(password) < minimum:
        yield "password_too_short", f"Use at least {minimum} characters."
    if len(password) > MAXIMUM:
        # Comparing a huge text with names is slow, and one reason is enough.
        yield "password_too_long", f"Use at most {MAXIMUM} characters."
        return
    for check in LIBRARY_CHECKS:
        try:
            check.validate(password, user)
        except ValidationError as error:
            yield str(error.code), " ".join(error.messages)

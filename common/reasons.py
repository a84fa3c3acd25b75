"""Why somebody did it: where a reason is asked for, 10 to 500 characters (P-7)."""

from common.exceptions import FieldError, ValidationFailed

REASON_MIN = 10
REASON_MAX = 500


def check_reason(reason: str, *, pointer: str = "/reason") -> str:
    """Return the trimmed reason; refuse one that is too short or too long at its place in the request."""
    trimmed = reason.strip()
    if len(trimmed) < REASON_MIN:
        message = f"A reason of at least {REASON_MIN} characters is needed."
        raise ValidationFailed([FieldError(pointer, "min_length", message)])
    if len(trimmed) > REASON_MAX:
        message = f"A reason has at most {REASON_MAX} characters."
        raise ValidationFailed([FieldError(pointer, "max_length", message)])
    return trimmed

import pytest

from common.exceptions import FieldError, ValidationFailed
from common.reasons import check_reason


@pytest.mark.parametrize("reason", ["x" * 10, "x" * 500, "  " + "x" * 10 + " "])
def test_reason_is_trimmed(reason):
    assert check_reason(reason) == reason.strip()


@pytest.mark.parametrize(
    ("reason", "code", "message"),
    [
        ("", "min_length", "A reason of at least 10 characters is needed."),
        ("too short", "min_length", "A reason of at least 10 characters is needed."),
        (" " * 40, "min_length", "A reason of at least 10 characters is needed."),
        ("x" * 501, "max_length", "A reason has at most 500 characters."),
    ],
)
def test_p7_a_reason_out_of_bounds_is_refused_at_its_place(reason, code, message):
    with pytest.raises(ValidationFailed) as refusal:
        check_reason(reason, pointer="/override_reason")
    assert refusal.value.errors == (FieldError("/override_reason", code, message),)

import pytest

from bookings.inputs import check_manual_payment, check_reason
from common.exceptions import FieldError, ValidationFailed


@pytest.mark.parametrize("reason", ["x" * 10, "x" * 500, "  " + "x" * 10 + " "])
def test_reason_is_trimmed(reason):
    assert check_reason(reason) == reason.strip()


@pytest.mark.parametrize("reason", ["", "too short", " " * 40, "x" * 501])
def test_reason_out_of_bounds_is_refused(reason):
    with pytest.raises(ValidationFailed) as refusal:
        check_reason(reason)
    assert refusal.value.errors == (
        FieldError("/reason", "invalid", "A reason of 10 to 500 characters is needed."),
    )


@pytest.mark.parametrize("method", ["cash", "check", "zelle", "venmo", "ach"])
def test_py6_manual_methods(method):
    check_manual_payment(amount_cents=1, method=method, reference="R-1")


def test_py6_names_every_wrong_value():
    with pytest.raises(ValidationFailed) as refusal:
        check_manual_payment(amount_cents=0, method="card", reference=" ")
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/amount_cents", "min_value"),
        ("/method", "invalid_choice"),
        ("/reference", "invalid"),
    ]


def test_py6_the_reference_is_trimmed():
    assert check_manual_payment(amount_cents=1, method="cash", reference="  R-1 ") == "R-1"

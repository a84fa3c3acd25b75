import pytest

from bookings.inputs import check_manual_payment
from common.exceptions import ValidationFailed


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

import pytest

from tests.round_trips import assert_round_trip


@pytest.mark.django_db
def test_migrations_go_back_to_zero_and_forward_again() -> None:
    assert_round_trip("communications", "communications")

import pytest

from bookings.selectors.booking_rows import fetch_newest_rows
from identity.enums import UserRole
from tests.bookings.parties import make_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [UserRole.CUSTOMER, UserRole.CHEF])
def test_r4_statements_of_own_bookings_are_not_kept(role):
    with pytest.raises(ValueError, match="own bookings"):
        fetch_newest_rows(make_actor(role), 21)

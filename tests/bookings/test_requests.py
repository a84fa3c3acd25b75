"""P-4: what a request prints, in a traceback or a log, tells nobody who asks."""

from decimal import Decimal

import pytest

from bookings.requests import MenuChoice
from bookings.services.changes import BookingChanges
from bookings.services.chefs import ChefChanges
from bookings.services.customers import CustomerChanges
from bookings.services.quotes import Venue
from tests.factories.bookings import RequestFactory

CANARY = "Canary-4711"
POINT = {"latitude": Decimal("37.4711"), "longitude": Decimal("-121.4711")}


@pytest.mark.parametrize(
    "values",
    [
        RequestFactory.build(
            **dict.fromkeys(
                (
                    "first_name",
                    "last_name",
                    "email",
                    "phone",
                    "address",
                    "postal_code",
                    "special_requests",
                    "notes",
                    "override_reason",
                ),
                CANARY,
            ),
            allergens=(CANARY,),
            **POINT,
        ),
        BookingChanges(
            address=CANARY,
            postal_code=CANARY,
            special_requests=CANARY,
            notes=CANARY,
            allergens=(CANARY,),
            **POINT,
        ),
        CustomerChanges(first_name=CANARY, last_name=CANARY, email=CANARY, phone=CANARY, notes=CANARY),
        ChefChanges(name=CANARY, email=CANARY, phone=CANARY, google_calendar_id=CANARY),
        Venue(postal_code=CANARY, **POINT),
    ],
    ids=lambda values: type(values).__name__,
)
def test_p4_a_printed_request_holds_nothing_personal(values):
    assert "4711" not in repr(values)
    assert type(values).__name__ in repr(values)


def test_menu_items_are_kept_without_zeros():
    menu = MenuChoice(proteins={"tofu": 2, "chicken": 0}, addons={"gyoza": 0})
    assert menu.as_items() == [{"kind": "protein", "code": "tofu", "quantity": 2}]

from datetime import time
from pathlib import Path

import pytest

from bookings.enums import BookingStatus
from bookings.services.imports.mapping import (
    BookedColumns,
    ContactTemplates,
    DateColumns,
    DetailTemplates,
    LiveOptions,
    Mapping,
    PartyColumns,
    StatusColumns,
    load_mapping,
)
from common.exceptions import ValidationFailed
from tests.bookings.imports.files import MAPPING

SHIPPED = Path(__file__).parents[3] / "docs" / "howto" / "hotel_bookings.mapping.toml"


def test_the_shipped_mapping_is_whole() -> None:
    assert load_mapping(SHIPPED.read_text(encoding="utf-8")) == Mapping(
        date=DateColumns(
            columns=["arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"],
            format="%Y %B %d",
        ),
        booked=BookedColumns(days_before="lead_time", at=time(9)),
        party=PartyColumns(adults="adults", kids="children", toddlers="babies"),
        status=StatusColumns(
            column="reservation_status",
            values={
                "Check-Out": BookingStatus.COMPLETED,
                "Canceled": BookingStatus.CANCELLED,
                "No-Show": BookingStatus.NO_SHOW,
            },
        ),
        closed=DateColumns(columns=["reservation_status_date"], format="%m/%d/%Y"),
        contact=ContactTemplates(
            first_name="Guest",
            last_name="Row {row}",
            email="row{row}@hotel-bookings.example",
            phone="+141555501{nn}",
            address="{row} Market Street",
            postal_code="{station_postal_code}",
        ),
        details=DetailTemplates(
            allergens=["unknown"],
            special_requests="{total_of_special_requests} special requests",
            notes="{hotel}, {market_segment}",
        ),
        live=LiveOptions(ask_deposit=False),
    )


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ("[date]", "[date", ""),
        ("[date]", "[dates]", "/dates"),
        ('columns = ["day"]', 'columns = "day"', "/date/columns"),
        ('columns = ["day"]', 'columns = ["day"]\nfromat = "%Y"', "/date/fromat"),
        ('days_before = "lead"', "", "/booked/days_before"),
        ('days_before = "lead"', "days_before = 3", "/booked/days_before"),
        ('"completed"', '"new"', "/status/values/Check-Out"),
        ('"completed"', "1", "/status/values/Check-Out"),
        ('slot = ""', "slot = 1", "/slot"),
        ('slot = ""', 'live = "yes"', "/live"),
        ('first_name = "Guest"', "", "/contact/first_name"),
        ('[booked]\ndays_before = "lead"', "", "/booked"),
    ],
)
def test_what_is_wrong_is_named(old, new, pointer) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        load_mapping(MAPPING.replace(old, new, 1))
    assert [error.pointer for error in refusal.value.errors] == [pointer]

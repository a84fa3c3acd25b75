from datetime import UTC, date, datetime, time

import pytest

from bookings.enums import BookingStatus
from bookings.services.imports.mapping import load_mapping
from bookings.services.imports.rows import ImportRow, Reader
from common.exceptions import ValidationFailed
from common.imports.outcomes import Refused
from tests.bookings.imports.files import MAPPING, ROW, SLOT_MAPPING, write_csv
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def read(station, tmp_path):
    def _read(*rows, mapping=MAPPING, name="rows.csv", header=None):
        path = write_csv(tmp_path / name, *rows, header=header)
        return list(Reader(path=path, mapping=load_mapping(mapping), station=station))

    return _read


def test_a_row_is_a_party(read) -> None:
    [row] = read({"wish": "Cake"})
    assert row == ImportRow(
        number=1,
        key=row.key,
        date=date(2026, 3, 7),
        slot=time(12),
        starts_at=datetime(2026, 3, 7, 20, tzinfo=UTC),
        booked_at=datetime(2026, 2, 5, 17, tzinfo=UTC),
        adults=2,
        kids=1,
        toddlers=0,
        status=BookingStatus.COMPLETED,
        closed_at=datetime(2026, 3, 8, 19, tzinfo=UTC),
        first_name="Guest",
        last_name="Row 1",
        email="row1@rows.example",
        phone="+14155550101",
        address="1 Market Street",
        postal_code="94536",
        allergens=("unknown",),
        special_requests="Cake",
        notes="from a file",
    )


def test_rows_are_spread_over_the_slots_by_their_number(read) -> None:
    rows = read(*[{"wish": str(number)} for number in range(6)])
    assert [row.slot.hour for row in rows] == [12, 15, 18, 21, 12, 15]


def test_the_spread_knows_what_the_day_offers(read, station) -> None:
    station.business_hours = {"saturday": {"open": "14:00", "close": "20:00"}}
    assert [row.slot.hour for row in read({}, {}, {})] == [15, 18, 15]


def test_a_column_may_name_the_slot(read) -> None:
    [row, refused] = read({}, {"hour": "19:00"}, mapping=SLOT_MAPPING)
    assert (row.slot, row.closed_at) == (time(18), None)
    assert refused == Refused(2, "slot_not_offered", "The station offers no such slot on 2026-03-07.")


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"adults": 0}, "party_size_invalid", "0 adults, 1 kids, 0 toddlers."),
        ({"adults": 50}, "party_size_invalid", "50 adults, 1 kids, 0 toddlers."),
        ({"kids": "NA"}, "validation_error", "kids: 'NA' is no whole number."),
        ({"kids": "-1"}, "validation_error", "kids: '-1' is no whole number."),
        ({"kids": "1.0"}, "validation_error", "kids: '1.0' is no whole number."),
        ({"kids": ""}, "validation_error", "kids: '' is no whole number."),
        ({"kids": "\u0661"}, "validation_error", "kids: '\u0661' is no whole number."),
        ({"lead": 10**9}, "validation_error", "lead: '1000000000' is no whole number."),
        ({"lead": 999_999}, "validation_error", "lead: 999999 days before is no date."),
        ({"day": "2026-02-31"}, "validation_error", "'2026-02-31' is no date like %Y-%m-%d."),
        ({"closed": "later"}, "validation_error", "'later' is no date like %Y-%m-%d."),
        ({"end": "Lost"}, "validation_error", "end: 'Lost' is not in the mapping."),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(read, changes, code, reason) -> None:
    assert read(changes) == [Refused(1, code, reason)]


def test_a_party_is_not_booked_after_its_start(read) -> None:
    late = MAPPING.replace('days_before = "lead"', 'days_before = "lead"\nat = 12:00:01')
    rows = read({"lead": 0}, {"lead": 0}, mapping=late)
    assert rows[0] == Refused(1, "validation_error", "The party is booked after its start.")
    assert isinstance(rows[1], ImportRow)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Guest", "{missing}", "The template '{missing}' cannot be filled."),
        ("Guest", "{", "The template '{' cannot be filled."),
        ("Guest", " ", "first_name: 1 to 100 characters are needed."),
        ("Guest", "x" * 101, "first_name: 1 to 100 characters are needed."),
        ("row{row}@rows.example", "nobody", "/email: This is no e-mail address."),
        ("+141555501{nn}", "none", "/phone: This is no phone number."),
    ],
)
def test_a_contact_that_is_none_is_refused(read, old, new, reason) -> None:
    assert read({}, mapping=MAPPING.replace(old, new)) == [Refused(1, "validation_error", reason)]


def test_a_row_of_another_length_is_refused(read, station, tmp_path) -> None:
    path = write_csv(tmp_path / "rows.csv", {}, {})
    path.write_text(path.read_text() + "2026-03-07,18:00\n")
    rows = list(Reader(path=path, mapping=load_mapping(MAPPING), station=station))
    assert rows[2] == Refused(3, "validation_error", "2 values, not 9.")


def test_a_row_is_known_by_its_content_wherever_it_stands(read, station) -> None:
    first, twin, other = (row.key for row in read({}, {}, {"wish": "Cake"}))
    assert len({first, twin, other}) == 3
    packed = [row.key for row in read({"wish": "Cake"}, {}, {}, {"adults": 9}, name="rows.csv.gz")]
    assert packed[:3] == [other, first, twin]
    assert packed[3] not in {first, twin, other}


def test_the_same_row_at_another_station_is_another_party(read, station, tmp_path) -> None:
    [here] = read({})
    [there] = Reader(path=tmp_path / "rows.csv", mapping=load_mapping(MAPPING), station=StationFactory())
    assert isinstance(there, ImportRow)
    assert there.key != here.key


def test_a_file_without_a_mapped_column_is_refused(read) -> None:
    header = [name for name in ROW if name not in {"adults", "closed"}]
    with pytest.raises(ValidationFailed) as refusal:
        read(header=header)
    assert refusal.value.errors[0].message == "The file has no column adults, closed."


def test_an_empty_file_lacks_every_column(station, tmp_path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    with pytest.raises(ValidationFailed):
        list(Reader(path=path, mapping=load_mapping(MAPPING), station=station))

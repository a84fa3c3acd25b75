import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.services.reference_data import load_price_list
from tests.bookings.imports.files import MAPPING, write_csv
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    load_price_list()
    return StationFactory(code="ST-TEST-001")


@pytest.fixture
def run(station, tmp_path, settings):
    """Run the command as JSON on rows; returns its report."""
    settings.VAR_DIR = tmp_path / "var"
    mapping = tmp_path / "rows.mapping.toml"
    mapping.write_text(MAPPING)

    def _run(*rows, path=None, **options):
        file = path or write_csv(tmp_path / "rows.csv", *rows)
        out = StringIO()
        try:
            call_command(
                "import_bookings",
                **{"file": file, "station": station.code, "mapping": mapping, "as_json": True, **options},
                stdout=out,
            )
        finally:
            _run.output = out.getvalue()
        return json.loads(_run.output)

    return _run


def figures(report):
    return {name: report[name] for name in ("rows", "imported", "already_imported", "refused")}


BAD = [{"adults": 0}, {"kids": "NA"}]


def test_history_is_counted_and_refused_rows_are_listed(run, tmp_path) -> None:
    report = run({}, *BAD, {})
    assert figures(report) == {
        "rows": 4,
        "imported": 2,
        "already_imported": 0,
        "refused": {"party_size_invalid": 1, "validation_error": 1},
    }
    path = tmp_path / "var" / "imports" / "rows.ST-TEST-001.refused.csv"
    assert report["refused_rows_in"] == str(path)
    with path.open(newline="") as text:
        assert list(csv.reader(text)) == [
            ["row", "code", "reason"],
            ["2", "party_size_invalid", "0 adults, 1 kids, 0 toddlers."],
            ["3", "validation_error", "kids: 'NA' is no whole number."],
        ]
    assert set(Booking.objects.values_list("status", flat=True)) == {BookingStatus.COMPLETED}


def test_starting_again_continues(run) -> None:
    run({}, {})
    assert figures(run({}, {}, {}, *BAD, {}, {})) == {
        "rows": 7,
        "imported": 3,
        "already_imported": 2,
        "refused": {"party_size_invalid": 1, "validation_error": 1},
    }
    assert Booking.objects.count() == 5


def test_as_live_goes_through_the_slot_engine(run, tmp_path) -> None:
    rows = [{"wish": str(number)} for number in range(5)]
    report = run(*rows, as_live=True, report=tmp_path / "refused.csv")
    assert figures(report) == {
        "rows": 5,
        "imported": 4,
        "already_imported": 0,
        "refused": {"slot_taken": 1},
    }
    assert (tmp_path / "refused.csv").read_text().splitlines()[1:] == ["5,slot_taken,This slot is taken"]
    assert set(Booking.objects.values_list("status", flat=True)) == {BookingStatus.NEW}
    assert figures(run(*rows, as_live=True))["already_imported"] == 4


@pytest.mark.parametrize("as_live", [False, True])
def test_a_dry_run_leaves_nothing(run, as_live) -> None:
    report = run({}, {}, as_live=as_live, dry_run=True)
    assert (report["imported"], report["dry_run"]) == (2, True)
    assert not Booking.objects.exists()


def test_a_row_that_breaks_something_fails_the_command(run) -> None:
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "core"."deposits" ADD CONSTRAINT broken CHECK (amount_cents <> 10000)')
    with pytest.raises(CommandError, match="1 rows failed") as failure:
        run({}, as_live=True)
    assert failure.value.returncode == 1
    assert json.loads(run.output)["refused"] == {"internal_error": 1}


def test_the_mistakes_of_an_operator_are_told(run, tmp_path) -> None:
    packed = tmp_path / "broken.csv.gz"
    packed.write_bytes(b"\x1f\x8b broken")
    wrong_mapping = tmp_path / "wrong.toml"
    wrong_mapping.write_bytes(b"\xff")
    for options, words in (
        ({"station": "ST-NONE-001"}, "There is no station ST-NONE-001."),
        ({"path": tmp_path / "none.csv"}, "The file cannot be read"),
        ({"path": packed}, "The file cannot be read"),
        ({"mapping": tmp_path / "none.toml"}, "The mapping file cannot be read"),
        ({"mapping": wrong_mapping}, "The mapping file cannot be read"),
        ({"path": write_csv(tmp_path / "few.csv", header=["day"])}, "The file has no column lead"),
    ):
        with pytest.raises(CommandError, match=words) as failure:
            run(**options)
        assert failure.value.returncode == 1


@pytest.mark.parametrize("workers", ["0", "65", "x", "-1"])
def test_workers_are_a_small_number(workers, tmp_path) -> None:
    with pytest.raises(CommandError, match="from 1 to 64"):
        call_command("import_bookings", "--file=f", "--station=s", "--mapping=m", f"--workers={workers}")

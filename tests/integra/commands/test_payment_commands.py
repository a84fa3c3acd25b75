"""Section 17: import_payment_events and match_payments."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integra.models import PaymentEvent, PaymentMatch
from tests.bookings.parties import make_booking, make_station
from tests.factories.integra import PaymentEventFactory

pytestmark = pytest.mark.django_db
CSV = """id,amount,occurred_at,memo,sender_name
T-1,"$1,100.50",2026-05-01T12:00:00-07:00,MH-12AB34CD,Ann Lee
T-2,-20.00,2026-05-01,Rent,Landlord
T-1,"$1,100.50",2026-05-01T12:00:00-07:00,MH-12AB34CD,Ann Lee
,55.00,2026-05-02T10:00:00,,Bo Ray
T-4,many,2026-05-02,,X
T-5,1.005,2026-05-02,,X
T-6,5.00,soon,,X
"""


def run(name, *args):
    out = StringIO()
    try:
        call_command(name, "--json", *args, stdout=out)
    except CommandError as end:
        return json.loads(out.getvalue()), end.returncode
    return json.loads(out.getvalue()), 0


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(CSV)
    return path


def test_py8_rows_are_imported_once(file):
    report, code = run("import_payment_events", "--file", str(file))
    assert code == 1
    assert report == {
        "rows": 7,
        "imported": 2,
        "already_imported": 1,
        "refused": {"outgoing": 1, "validation_error": 3},
        "refused_rows": [
            {"row": 5, "code": "validation_error", "reason": "The amount is no sum of dollars."},
            {"row": 6, "code": "validation_error", "reason": "The amount is no sum of dollars and cents."},
            {"row": 7, "code": "validation_error", "reason": "The time cannot be read."},
        ],
    }
    first = PaymentEvent.objects.get(provider_id="T-1")
    assert (
        first.provider,
        first.method,
        first.amount_cents,
        first.occurred_at,
        first.memo,
        first.sender_name,
        first.station,
    ) == (
        "import",
        "zelle",
        110_050,
        datetime(2026, 5, 1, 19, tzinfo=UTC),
        "MH-12AB34CD",
        "Ann Lee",
        None,
    )
    again, _code = run("import_payment_events", "--file", str(file))
    assert (again["imported"], again["already_imported"]) == (0, 3)


def test_dry_run_rolls_back(file):
    report, _code = run("import_payment_events", "--file", str(file), "--dry-run")
    assert (report["imported"], report["dry_run"], PaymentEvent.objects.count()) == (2, True, 0)


def test_foreign_columns_by_mapping(tmp_path):
    station = make_station()
    file = tmp_path / "bank.csv"
    file.write_text(
        "Date,Details,Sum,From,Mail,Phone,How,At\n"
        "05/01/2026 12:30,MH-1,100,Ann Lee,ANN@example.com,(510) 555-0123,venmo,ann-5\n"
        "05/01/2026 12:31,MH-1,100,Ann Lee,none,,venmo,\n"
        "05/01/2026 12:32,MH-1,100,Ann Lee,,12,venmo,\n"
        "05/01/2026 12:33,MH-1,100,Ann Lee,,,coins,\n"
        "too,short\n"
    )
    mapping = tmp_path / "bank.toml"
    mapping.write_text(
        'amount = "Sum"\noccurred_at = "Date"\nid = ""\nmethod_column = "How"\nmemo = "Details"\n'
        'sender_name = "From"\nsender_email = "Mail"\nsender_phone = "Phone"\nsender_handle = "At"\n'
        'zone = "America/Los_Angeles"\nformat = "%m/%d/%Y %H:%M"\n'
    )
    report, code = run(
        "import_payment_events", "--file", str(file), "--mapping", str(mapping), "--station", station.code
    )
    assert (code, report["imported"], report["refused"]) == (1, 1, {"validation_error": 4})
    event = PaymentEvent.objects.get()
    assert (
        event.station,
        event.method,
        event.occurred_at,
        event.sender_email,
        event.sender_phone,
        event.sender_handle,
    ) == (
        station,
        "venmo",
        datetime(2026, 5, 1, 19, 30, tzinfo=UTC),
        "ann@example.com",
        "+15105550123",
        "ann-5",
    )


def test_operators_mistakes(file, tmp_path):
    with pytest.raises(CommandError, match="no station ST-NONE"):
        call_command("import_payment_events", "--file", str(file), "--station", "ST-NONE")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_payment_events", "--file", str(tmp_path / "none.csv"))
    bad = tmp_path / "bad.toml"
    bad.write_text('amount = "Total"')
    with pytest.raises(CommandError, match="no column Total"):
        call_command("import_payment_events", "--file", str(file), "--mapping", str(bad))


def test_match_payments_shows_the_scores():
    now = timezone.now()
    booking = make_booking(
        make_station(),
        created_at=now - timedelta(hours=1),
        date=(now + timedelta(days=30)).date(),
    )
    event = PaymentEventFactory(memo=booking.reference, sender_name="Ann Lee", occurred_at=now)
    stranger = PaymentEventFactory(sender_name="Zed", amount_cents=77, occurred_at=now)
    report, code = run("match_payments", "--dry-run")
    assert (report["matched"], PaymentMatch.objects.count()) == (1, 0)
    report, code = run("match_payments")
    assert code == 0
    assert report == {
        "matched": 1,
        "suggested": 0,
        "unmatched": 1,
        "failed": 0,
        "events": [
            {
                "event": str(event.pk),
                "verdict": "auto",
                "score": 1.0,
                "booking": str(booking.pk),
                "parts": "reference=0.60 amount_equal=0.25 time_within_24h=0.10 name_equal=0.25",
            },
            {"event": str(stranger.pk), "verdict": "unmatched", "score": 0},
        ],
    }
    assert run("match_payments", "--since", "2026-01-01")[0]["unmatched"] == 1

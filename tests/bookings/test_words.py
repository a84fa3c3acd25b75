"""Every message has words: whole texts of some, and no destination without a kind."""

import ast
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bookings.enums import DepositStatus, ReminderType
from bookings.models import ReservationHold
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold
from bookings.services.notices import hold_notice, money_facts, notices
from bookings.services.words import ABOUT_BOOKINGS, ABOUT_HOLDS, composer, local_words, message_kinds, money
from common.actors import GuestActor
from events.models import OutboxMessage
from events.registry import message_kind_of
from events.registry import message_kinds as registry
from tests.factories.bookings import NOW, make_request, make_selling_station

ROOT = Path(__file__).parents[2] / "bookings"
TEMPLATES = ROOT / "templates" / "bookings" / "messages"
SENDERS = {"Delivery", "notices", "hold_notice"}
OUTSIDE = {"stripe"}
"""Targets that carry no words."""


def literals(node):
    """The constant strings in an expression."""
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def sent_kinds():
    """The kinds of message that the sources name, and the calls whose kind they do not say."""
    kinds, unclear = set(), []
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name not in SENDERS or path.name == "notices.py":
                continue
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            if name == "Delivery" and literals(named["target"]) & OUTSIDE:
                continue
            kind = named["destination"] if name == "Delivery" else call.args[0]
            found = literals(kind)
            if not found:
                unclear.append(f"{path.relative_to(ROOT)}:{call.lineno}")
            kinds |= found
    return kinds, unclear


def test_no_destination_is_without_words():
    kinds, unclear = sent_kinds()
    assert unclear == []
    for kind in kinds | set(ABOUT_HOLDS) | set(ABOUT_BOOKINGS):
        assert message_kind_of(kind).purpose == "transactional"
    assert set(ABOUT_BOOKINGS) <= kinds
    assert {kind.name for kind in message_kinds()} <= {kind.name for kind in registry}


def test_every_kind_has_a_text_per_channel():
    names = {path.stem for path in TEMPLATES.iterdir()}
    assert set(ABOUT_BOOKINGS) | {f"{kind}.sms" for kind in ABOUT_BOOKINGS} | set(ABOUT_HOLDS) <= names


@pytest.fixture
def booking(db):
    station = make_selling_station(display_name="My Hibachi Fremont", phone="+15105550100")
    return create_booking(
        request=make_request(station, first_name="Ann & Bo", sms_consent=True), by=GuestActor(), at=NOW
    )


def composed(delivery):
    row = OutboxMessage(
        target=delivery.target, destination=delivery.destination, payload=dict(delivery.payload)
    )
    row.private_payload = dict(delivery.private)
    return composer(delivery.destination)(row)


FACTS = {
    "deadline": "2026-05-01T21:00:00+00:00",
    "old_starts_at": "2026-06-05T01:00:00+00:00",
    "fee_cents": 20_000,
    "refund_cents": 15_000,
    "missing_cents": 4_000,
    "amount_cents": 10_000,
    "forfeited": True,
    "late": False,
}
PRIVATE = {"reason": "The menu is bought already", "text": "Please keep the dog inside"}


@pytest.mark.parametrize("kind", ABOUT_BOOKINGS)
def test_texts_of_bookings_are_complete(booking, kind):
    mail, sms = notices(kind, booking, extra={**money_facts(booking), **FACTS}, private=PRIVATE)
    subject, body = composed(mail)
    assert booking.reference in subject
    assert body.startswith("Hello Ann & Bo,\n\n")
    assert body.rstrip().endswith("My Hibachi Fremont")
    assert "\n\n\n" not in body
    no_subject, short = composed(sms)
    assert no_subject == ""
    assert short.endswith(" Reply STOP to opt out")
    assert short.startswith("My Hibachi Fremont")
    assert len(short) <= 320
    assert "\n" not in short
    assert short.isascii()
    for words in (subject, body, short):
        assert not re.search(r"[{}<>]|None|_cents|&amp;|  |\bcents\b", words)
        assert not re.search(r"\d{4}-\d\d-\d\d", words)
    assert "Saturday, June 6, 2026 at 12:00 PM PDT" in subject + body


@pytest.mark.parametrize("kind", ABOUT_HOLDS)
def test_texts_of_holds_are_complete(booking, kind):
    station = booking.station
    station.slot_capacity = 2
    station.save()
    hold, token = create_hold(request=make_request(station), by=GuestActor(), at=NOW)
    subject, body = composed(hold_notice(kind, hold, token=token))
    assert subject
    assert body.startswith("Hello Ann Lee,\n\n")
    assert "Saturday, June 6, 2026 at 12:00 PM PDT" in subject + body
    assert (token in body) == (kind == "hold_signing_link")
    assert not re.search(r"[{}<>]|None|_cents", subject + body)


@pytest.mark.parametrize("of_a_hold", [False, True])
def test_py4_a_declined_card_is_told_to_the_host_of_a_booking_and_of_a_hold(booking, of_a_hold):
    """A booking's message knows the first name, a hold's the whole one."""
    extra = {"charged_cents": 10_320}
    booking.station.slot_capacity = 2
    booking.station.save()
    if of_a_hold:
        hold, _token = create_hold(request=make_request(booking.station), by=GuestActor(), at=NOW)
        mail, name = hold_notice("payment_failed", hold, extra=extra), "Ann Lee"
    else:
        (mail,) = notices("payment_failed", booking, extra=extra, by=ReminderType.EMAIL)
        name = "Ann & Bo"
    subject, body = composed(mail)
    assert subject == "Your card payment did not go through"
    assert body.startswith(
        f"Hello {name},\n\nyour payment of $103.20 for your hibachi party on Saturday, June 6, 2026 at 12:00"
    )


def test_a_whole_mail_and_sms(booking):
    mail, sms = notices("booking_confirmed", booking, extra=money_facts(booking))
    assert composed(mail) == (
        f"Your hibachi party {booking.reference} is confirmed",
        """Hello Ann & Bo,

it is settled: our chef comes to you on Saturday, June 6, 2026 at 12:00 PM PDT.

Total: $595.38
Still to pay: $595.38, at the latest on the day of the party.

We will write again a few days before. You can change the number of guests until 24 hours and the menu until \
12 hours before we start; call us at +15105550100 or reply to this e-mail.

We look forward to cooking for you
My Hibachi Fremont
""",
    )
    starts = "Saturday, June 6, 2026 at 12:00 PM PDT"
    words = f"My Hibachi Fremont: your party {booking.reference} on {starts} is confirmed."
    assert composed(sms) == ("", f"{words} Still to pay: $595.38. Reply STOP to opt out")


def test_a_cancellation_speaks_of_money_only_where_there_is_some(booking):
    def words(refund_cents, deposit):
        facts = {"refund_cents": refund_cents, "forfeited": deposit == DepositStatus.FORFEITED}
        return composed(notices("booking_cancelled", booking, extra=facts)[0])[1]

    assert "We are sending $150.00 back to you" in words(15_000, DepositStatus.REFUNDED)
    assert "the deposit is kept" in words(15_000, DepositStatus.FORFEITED)
    waived = words(0, DepositStatus.WAIVED)
    assert "sending" not in waived
    assert "kept" not in waived
    assert "\n\n\n" not in waived


def test_an_expired_hold_says_why(booking):
    hold = ReservationHold(station=booking.station, starts_at=booking.starts_at, signing_deadline_at=NOW)
    hold.deposit_cents = 10_000
    for reason, words in (
        ("signing_timeout", "was not signed"),
        ("payment_timeout", "deposit did not arrive"),
    ):
        hold.cancellation_reason = reason
        assert words in composed(hold_notice("hold_expired", hold))[1]


def test_times_and_money():
    zone = "America/Los_Angeles"
    assert local_words(NOW.replace(hour=7, minute=5), zone) == "Friday, May 1, 2026 at 12:05 AM PDT"
    assert local_words(NOW.astimezone(ZoneInfo("UTC")), zone) == "Friday, May 1, 2026 at 12:00 PM PDT"
    assert [money(cents, "USD") for cents in (0, 5, 123_456, -250)] == [
        "$0.00",
        "$0.05",
        "$1,234.56",
        "-$2.50",
    ]
    assert money(1_00, "EUR") == "EUR 1.00"

"""Section 7: money finds its booking by rule or by hand, and is taken back when that was wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.models import Booking, Deposit, Payment, SystemEvent
from bookings.selectors.payments import UNPLACED, get_paid_cents
from bookings.services.refunds import refund_payment
from common.exceptions import InvalidTransition, NotFound, ValidationFailed
from identity.enums import StationRole, UserRole
from identity.models import StationAuditLog
from integra.enums import MatchMethod, MatchStatus
from integra.exceptions import AlreadyMatched
from integra.models import PaymentEvent, PaymentMatch
from integra.scoring import Verdict
from integra.selectors.candidates import find_candidates
from integra.services.match_runs import MatchReport, _match_batch, match_payments, match_waiting
from integra.services.matches import match_event, unmatch_event
from integra.services.queue import ignore_event
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_customer, make_station
from tests.factories.integra import PaymentEventFactory

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=30)
REASON = "The money was for another party"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def admin(station):
    return make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN)


@pytest.fixture
def booking(station):
    customer = make_customer(
        station, first_name="Ann", last_name="Lee", email="ann@example.com", phone="+15105550123"
    )
    return make_booking(station, customer=customer)


def money(**values):
    return PaymentEventFactory(**{"occurred_at": SOON, **values})


def found(event):
    place = find_candidates([event], at=SOON)[event.pk]
    return place.verdict, [(score.points, dict(score.parts)) for score in place.scores]


def test_py9_a_sure_match(booking):
    event = money(memo=f"deposit {booking.reference.lower()}", sender_name="LEE ANN")
    assert found(event) == (
        Verdict.AUTO,
        [
            (
                100,
                {"reference": 60, "amount_equal": 25, "time_within_24h": 10, "name_equal": 25},
            )
        ],
    )


@pytest.mark.parametrize("is_matched", [False, True])
def test_money_that_staff_settled_meanwhile_is_no_failure_of_the_job(booking, admin, is_matched):
    event = money(memo=booking.reference, sender_name="Ann Lee", sender_email="ann@example.com")
    seen_before = PaymentEvent.objects.get(pk=event.pk)
    if is_matched:
        match_event(event=event, booking=booking, by=admin, at=SOON)
    else:
        ignore_event(event=event, note=REASON, by=admin, at=SOON)
    report = MatchReport()
    _match_batch([seen_before], report, at=SOON)
    assert (report.matched, report.failed, Payment.objects.count()) == (0, 0, int(is_matched))


def test_t3_the_job_matches_and_confirms(booking):
    event = money(memo=booking.reference, sender_name="Ann Lee", sender_email="ann@example.com")
    report = match_payments(at=SOON)
    assert (report.done, report.failed) == (1, 0)
    match = PaymentMatch.objects.get()
    payment = match.payment
    event.refresh_from_db()
    booking.refresh_from_db()
    assert (match.status, match.match_method, match.confidence, match.reviewed_by, match.booking) == (
        MatchStatus.AUTO,
        MatchMethod.AUTOMATIC,
        Decimal("1.00"),
        None,
        booking,
    )
    assert match.evidence["email_equal"] == 30
    assert (event.status, booking.status) == ("matched", "confirmed")
    assert (
        payment.amount_cents,
        payment.payment_method,
        payment.payment_type,
        payment.received_at,
        payment.payment_reference,
        payment.sender_name,
        payment.sender_email,
    ) == (
        10_000,
        "zelle",
        "deposit",
        SOON,
        f"payment_mail:{event.provider_id}",
        "Ann Lee",
        "ann@example.com",
    )
    assert events_of(event.pk) == [
        (
            "payment.matched",
            {
                "booking_id": str(booking.pk),
                "payment_id": str(payment.pk),
                "match_id": str(match.pk),
                "amount_cents": 10_000,
                "currency": "USD",
                "method": "automatic",
                "points": 100,
            },
        )
    ]
    assert match_payments(at=SOON).done == 0
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"sender_email": "ann@example.com", "sender_phone": "+15105550123"}, (Verdict.AUTO, 95)),
        ({"sender_name": "Ann Lee"}, (Verdict.UNMATCHED, 60)),
        ({"sender_name": "A. Lee", "sender_email": "ANN@example.com"}, (Verdict.SUGGESTED, 80)),
        ({"sender_phone": "+14155550123", "sender_name": "Ann"}, (Verdict.UNMATCHED, 48)),
        ({"sender_name": "Ann Lee", "amount_cents": 9_950}, (Verdict.UNMATCHED, 55)),
        ({"sender_name": "Ann Lee", "amount_cents": 5_000}, (Verdict.UNMATCHED, 45)),
        ({"sender_name": "Ann Lee", "occurred_at": NOW + timedelta(days=9)}, (Verdict.UNMATCHED, 50)),
        (
            {"sender_name": "Ann Lee", "occurred_at": NOW + timedelta(days=2, hours=23)},
            (Verdict.UNMATCHED, 55),
        ),
    ],
)
def test_the_parts_of_the_score(booking, values, expected):
    verdict, scores = found(money(**values))
    assert (verdict, scores[0][0]) == expected


def test_a_high_score_of_the_wrong_amount_is_only_suggested(booking):
    event = money(memo=booking.reference, sender_name="Ann Lee", amount_cents=5_000)
    assert found(event)[0] == Verdict.SUGGESTED
    match_payments(at=SOON)
    event.refresh_from_db()
    assert event.status == "unmatched"
    alert = SystemEvent.objects.get(service="alerts", action="unplaced")
    assert alert.entity_id == event.pk
    match_payments(at=SOON)
    assert SystemEvent.objects.filter(action="unplaced").count() == 1


def test_a_close_runner_up_leaves_it_to_staff(station, booking):
    make_booking(station, customer=booking.customer, slot=booking.slot.replace(hour=15))
    event = money(sender_email="ann@example.com", sender_phone="+15105550123", sender_name="Ann Lee")
    verdict, scores = found(event)
    assert (verdict, [points for points, _parts in scores]) == (Verdict.SUGGESTED, [100, 100])


def test_py9_who_is_no_candidate(station, booking):
    event = money(memo=booking.reference)
    assert found(event)[1]
    for change in (
        {"created_at": SOON + timedelta(hours=1, seconds=1)},
        {"date": (SOON - timedelta(days=31)).date()},
        {"total_due_cents": 0, "deposit_due_cents": 0},
        {"deleted_at": NOW, "delete_reason": "A mistake of ours"},
    ):
        before = {name: getattr(booking, name) for name in change}
        Booking.objects.filter(pk=booking.pk).update(**change)
        assert found(event)[1] == []
        Booking.objects.filter(pk=booking.pk).update(**before)
    elsewhere = money(memo=booking.reference, station=make_station())
    assert found(elsewhere)[1] == []


def timed_out(booking, **values):
    booking.slot_claim.delete()
    Booking.objects.filter(pk=booking.pk).update(
        status="cancelled", cancelled_at=NOW, cancellation_reason_code="deposit_timeout", **values
    )
    Deposit.objects.update(status="waived", settled_at=NOW)


def test_py9_t11_a_party_cancelled_for_want_of_its_deposit(booking):
    timed_out(booking)
    event = money(memo=booking.reference, sender_name="Ann Lee")
    late = find_candidates([event], at=NOW + timedelta(days=7, seconds=1))[event.pk]
    assert late.scores == []
    match_payments(at=SOON)
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_match_by_hand(booking, admin):
    event = money(amount_cents=12_345)
    match = match_event(event=event, booking=booking, by=admin, at=SOON, notes=" Called her ")
    assert (match.status, match.match_method, match.reviewed_by_id, match.reviewed_at, match.notes) == (
        "manual",
        "manual",
        admin.id,
        SOON,
        "Called her",
    )
    assert (match.confidence, match.evidence) == (Decimal(0), {})
    booking.refresh_from_db()
    assert (booking.status, get_paid_cents(booking.pk)) == ("confirmed", 12_345)
    audit = StationAuditLog.objects.get(resource_type="paymentevent")
    assert (audit.permissions_used, audit.station_id) == (["payment.match"], booking.station_id)


def test_a_suggestion_confirmed_by_hand(booking, admin):
    event = money(sender_name="A. Lee", sender_email="ann@example.com")
    match = match_event(event=event, booking=booking, by=admin, at=SOON)
    assert (match.match_method, match.confidence) == ("suggested", Decimal("0.80"))


def test_one_live_match_per_event(booking, admin, station):
    event = money()
    match_event(event=event, booking=booking, by=admin, at=SOON)
    with pytest.raises(AlreadyMatched):
        match_event(event=event, booking=booking, by=admin, at=SOON)
    with pytest.raises(AlreadyMatched):
        ignore_event(event=event, note=REASON, by=admin, at=SOON)


def test_t8_unmatching_takes_the_money_back(booking, admin):
    event = money(memo=booking.reference, sender_name="Ann Lee")
    match_payments(at=SOON)
    with pytest.raises(ValidationFailed):
        unmatch_event(event=event, reason="no", by=admin, at=SOON)
    match = unmatch_event(event=event, reason=REASON, by=admin, at=SOON)
    event.refresh_from_db()
    booking.refresh_from_db()
    payment = Payment.objects.get()
    assert (match.status, match.notes, match.reviewed_by_id) == ("ignored", REASON, admin.id)
    assert (payment.status, payment.failure_reason) == ("failed", "unmatched")
    assert (event.status, booking.status, Deposit.objects.get().status) == (
        "unmatched",
        "deposit_pending",
        "pending",
    )
    assert events_of(booking.pk)[-1][1]["cause"] == "unmatched"
    with pytest.raises(InvalidTransition):
        unmatch_event(event=event, reason=REASON, by=admin, at=SOON)
    again = match_event(event=event, booking=booking, by=admin, at=SOON)
    assert PaymentMatch.objects.live().get() == again


def test_money_of_which_some_went_back_is_not_unmatched(booking, admin):
    event = money()
    match = match_event(event=event, booking=booking, by=admin, at=SOON)
    refund_payment(payment=match.payment, amount_cents=1, reason=REASON, by=admin, at=SOON)
    with pytest.raises(InvalidTransition):
        unmatch_event(event=event, reason=REASON, by=admin, at=SOON)
    event.refresh_from_db()
    assert event.status == "matched"


def test_py10_matched_to_a_cancelled_party_and_taken_back(booking, admin):
    timed_out(booking, starts_at=NOW - timedelta(days=1), ends_at=NOW)
    event = money()
    match = match_event(event=event, booking=booking, by=admin, at=SOON)
    assert (list(Payment.objects.filter(UNPLACED)), Deposit.objects.get().status) == ([match.payment], "paid")
    unmatch_event(event=event, reason=REASON, by=admin, at=SOON)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.payment, deposit.settled_at) == ("waived", None, SOON)


def test_a_deleted_booking_gets_no_money(booking, admin):
    Booking.objects.update(deleted_at=NOW, delete_reason="A mistake of ours")
    with pytest.raises(NotFound):
        match_event(event=money(), booking=booking, by=admin, at=SOON)
    assert PaymentEvent.objects.get().status == "pending"


def test_ignoring_takes_an_event_out_of_the_queue(admin):
    event = money()
    with pytest.raises(ValidationFailed):
        ignore_event(event=event, note="no", by=admin, at=SOON)
    ignore_event(event=event, note="A supplier's refund", by=admin, at=SOON)
    event.refresh_from_db()
    assert (event.status, event.ignored_at, event.ignored_by_id, event.ignore_note) == (
        "ignored",
        SOON,
        admin.id,
        "A supplier's refund",
    )
    with pytest.raises(InvalidTransition):
        ignore_event(event=event, note="A supplier's refund", by=admin, at=SOON)
    assert match_waiting(at=SOON).matched == 0


def test_two_payments_of_one_run_see_each_other(booking):
    """A doubled transfer: the first is the deposit, the second is for staff."""
    first = money(memo=booking.reference, sender_name="Ann Lee")
    second = money(memo=booking.reference, sender_name="Ann Lee", occurred_at=SOON + timedelta(minutes=1))
    report = match_waiting(at=SOON)
    assert (report.matched, report.suggested, report.unmatched) == (1, 1, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("matched", "unmatched")


def test_old_money_without_a_place_is_left_to_staff(booking):
    event = money(status="unmatched", memo=booking.reference, sender_name="Ann Lee")
    assert match_waiting(at=SOON + timedelta(days=8)).scores == []
    report = match_waiting(at=SOON + timedelta(days=8), since=SOON)
    assert [(key, verdict) for key, verdict, _score in report.scores] == [(event.pk, Verdict.AUTO)]


def test_an_event_that_fails_stops_no_other(booking, station):
    event = money(memo=booking.reference, sender_name="Ann Lee")
    Deposit.objects.all().delete()
    other = make_booking(station, slot=booking.slot.replace(hour=15))
    good = money(memo=other.reference, sender_name="Ann Lee")
    report = match_waiting(at=SOON)
    assert (report.matched, report.failed) == (1, 1)
    event.refresh_from_db()
    good.refresh_from_db()
    assert (event.status, good.status) == ("pending", "matched")


@pytest.mark.parametrize("events", [1, 5])
def test_py9_one_query_for_any_number_of_events(booking, events, django_assert_num_queries):
    made = [money(memo=booking.reference) for _number in range(events)]
    with django_assert_num_queries(1):
        assert len(find_candidates(made, at=SOON)) == events
    with django_assert_num_queries(0):
        assert find_candidates([], at=SOON) == {}

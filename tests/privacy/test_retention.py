"""Section 14: what has served its time goes, what has not stays, legal hold stays."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from bookings.models import Booking, Customer, Payment, ReservationHold
from common.crypto.tombstone import is_tombstone
from events.models import DomainEvent, OutboxMessage
from events.registry import retentions
from events.services.outbox import dispatch_outbox
from events.services.purging import Purged, purge_retention, run_purge
from identity.models import StationAuditLog
from newsletter.models import SmsQueueItem
from tests.factories import bookings as b
from tests.factories import communications as c
from tests.factories import events as e
from tests.factories import feedback as f
from tests.factories import identity as i
from tests.factories import integra as g
from tests.factories import leads as l
from tests.factories import marketing as m
from tests.factories import newsletter as n

pytestmark = pytest.mark.django_db
AT = datetime(2034, 5, 1, 12, tzinfo=UTC)
REASON = "Entered twice by mistake"


def deleted(before):
    return {"deleted_at": before, "delete_reason": REASON}


def old_party(before, **fields):
    return b.BookingFactory(
        status="completed", starts_at=before - timedelta(hours=2), ends_at=before, **fields
    )


def aged(row, **columns):
    """Write times that the model sets itself."""
    type(row).objects.filter(pk=row.pk).update(**columns)
    return row


def dead_hold(before):
    hold = b.ReservationHoldFactory(status="expired", cancellation_reason="signing_timeout")
    return aged(hold, updated_at=before)


MAKERS = {
    "communications.call_recordings": lambda before: c.CallRecordingFactory(
        call_started_at=before, status="available", storage_bucket="calls", storage_key="a.mp3"
    ),
    "core.bookings": old_party,
    "core.bookings.deleted": lambda before: old_party(AT, **deleted(before)),
    "core.chefs.deleted": lambda before: b.ChefFactory(**deleted(before)),
    "core.customers.deleted": lambda before: b.CustomerFactory(**deleted(before)),
    "core.deposits": lambda before: b.DepositFactory(booking=old_party(before)),
    "core.message_threads": lambda before: b.MessageThreadFactory(last_message_at=before),
    "core.message_threads.deleted": lambda before: b.MessageThreadFactory(
        last_message_at=AT, **deleted(before)
    ),
    "core.messages": lambda before: b.MessageFactory(created_at=before),
    "core.payments": lambda before: b.PaymentFactory(booking=old_party(before)),
    "core.reservation_holds": lambda before: b.ReservationHoldFactory(
        starts_at=before, status="cancelled", cancellation_reason="user_cancelled"
    ),
    "core.reservation_holds.contact": dead_hold,
    "core.social_accounts.deleted": lambda before: b.SocialPageFactory(**deleted(before)),
    "core.social_messages": lambda before: b.SocialMessageFactory(created_at=before),
    "core.social_threads": lambda before: b.SocialThreadFactory(last_message_at=before),
    "core.system_events": lambda before: b.SystemEventFactory(timestamp=before),
    "events.idempotency_keys": lambda before: e.IdempotencyKeyFactory(created_at=before),
    "events.inbox": lambda before: e.InboxMessageFactory(status="processed", processed_at=before),
    "events.outbox": lambda before: aged(
        e.OutboxMessageFactory(status="completed", completed_at=before), updated_at=before
    ),
    "feedback.customer_reviews": lambda before: f.CustomerReviewFactory(booking=old_party(before)),
    "feedback.review_media": lambda before: f.ReviewMediaFactory(
        review=f.CustomerReviewFactory(moderation_status="rejected", moderated_at=before)
    ),
    "identity.station_access_tokens": lambda before: i.StationAccessTokenFactory(expires_at=before),
    "identity.station_audit_logs": lambda before: i.StationAuditLogFactory(created_at=before),
    "integra.call_sessions": lambda before: g.CallSessionFactory(started_at=before),
    "integra.call_sessions.transcript": lambda before: g.CallSessionFactory(
        started_at=before, transcript="Hello"
    ),
    "integra.payment_events": lambda before: g.PaymentEventFactory(occurred_at=before),
    "integra.payment_matches": lambda before: g.PaymentMatchFactory(booking=old_party(before)),
    "integra.social_inbox": lambda before: g.SocialInboxMessageFactory(
        status="processed", processed_at=before
    ),
    "lead.leads": lambda before: l.LeadFactory(last_contact_date=before),
    "lead.leads.deleted": lambda before: l.LeadFactory(last_contact_date=AT, **deleted(before)),
    "lead.social_messages": lambda before: l.LeadSocialMessageFactory(created_at=before),
    "marketing.qr_scans": lambda before: m.QrScanFactory(scanned_at=before),
    "newsletter.contact_log": lambda before: n.ContactLogFactory(occurred_at=before),
    "newsletter.sms_send_queue": lambda before: n.SmsQueueItemFactory(status="sent", sent_at=before),
}
"""Rule → a row of its table whose time ended at the given instant."""

STAYS = {
    "communications.call_recordings": lambda row: row.status == "deleted" and row.storage_key is None,
    "core.bookings.deleted": lambda row: is_tombstone(row.address) and row.delete_reason == "Erased",
    "core.customers.deleted": lambda row: row.erased_at == AT and is_tombstone(row.email),
    "core.reservation_holds.contact": lambda row: is_tombstone(row.email) and is_tombstone(row.request),
    "integra.call_sessions.transcript": lambda row: row.transcript is None,
    "newsletter.sms_send_queue": lambda row: is_tombstone(row.message) and is_tombstone(row.phone),
}
"""Rules under which the row stays, and what it looks like then; all others delete it."""

RULES = {rule.name: rule for rule in retentions}


def purge(*names, at=AT, batch=1_000):
    return {
        table.name: (table.done, table.failed) for table in purge_retention(at=at, only=names, batch=batch)
    }


def test_section_14_every_rule_is_tested():
    assert MAKERS.keys() == RULES.keys()


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_section_14_what_is_due_goes_and_the_next_day_does_not(name):
    """Section 14"""
    rule = RULES[name]
    due_since = AT - timedelta(days=rule.days)
    due = MAKERS[name](due_since - timedelta(seconds=1))
    kept = MAKERS[name](due_since + timedelta(seconds=1))
    assert purge(name) == {name: (1, 0)}
    model = rule.model
    assert model.objects.filter(pk=kept.pk).exists()
    left = model.objects.filter(pk=due.pk).first()
    if name in STAYS:
        assert STAYS[name](left)
        assert not STAYS[name](model.objects.get(pk=kept.pk))
    else:
        assert left is None
    assert purge(name) == {name: (0, 0)}


HELD = {
    "communications.call_recordings": lambda: {"legal_hold": True},
    "integra.call_sessions": lambda: {"recording": c.CallRecordingFactory(legal_hold=True)},
    "integra.call_sessions.transcript": lambda: {"recording": c.CallRecordingFactory(legal_hold=True)},
}
BY_CUSTOMER = [
    "communications.call_recordings",
    "core.reservation_holds",
    "core.reservation_holds.contact",
    "integra.call_sessions",
    "lead.leads",
    "lead.leads.deleted",
    "core.message_threads",
    "core.message_threads.deleted",
    "core.social_threads",
    "core.bookings",
    "core.bookings.deleted",
]


@pytest.mark.parametrize("name", sorted(HELD))
def test_m4_a_recording_on_legal_hold_keeps_what_hangs_on_it(name):
    """M-4, section 14"""
    row = MAKERS[name](AT - timedelta(days=2_000))
    aged(row, **HELD[name]())
    assert purge(name) == {name: (0, 0)}


@pytest.mark.parametrize("name", BY_CUSTOMER)
def test_section_14_a_customer_on_legal_hold_keeps_everything(name):
    """Section 14"""
    row = MAKERS[name](AT - timedelta(days=3_000))
    aged(row, customer=b.CustomerFactory(legal_hold=True))
    assert purge(name) == {name: (0, 0)}


def test_section_14_customer_on_legal_hold_is_not_erased():
    b.CustomerFactory(legal_hold=True, **deleted(AT - timedelta(days=60)))
    assert purge("core.customers.deleted") == {"core.customers.deleted": (0, 0)}


def test_p6_a_deleted_customer_with_an_open_balance_waits():
    """P-6: blocked, so tried again with the next purge."""
    customer = b.CustomerFactory(**deleted(AT - timedelta(days=60)))
    b.BookingFactory(customer=customer, station=customer.station, status="completed")
    assert purge("core.customers.deleted") == {"core.customers.deleted": (0, 0)}
    assert Customer.objects.get().erased_at is None


def test_section_14_a_whole_party_goes_with_money_and_review_from_the_top_floor_down():
    """Section 14: 2 555 days, PY-1's ledger included."""
    before = AT - timedelta(days=2_556)
    party = old_party(before)
    paid = b.PaymentFactory(
        booking=party, status="refunded", completed_at=before, refunded_amount_cents=10_000
    )
    b.PaymentFactory(booking=party, payment_type="refund", refunded_payment=paid, refund_reason="Rain")
    b.DepositFactory(booking=party, payment=paid)
    b.BookingReminderFactory(booking=party)
    b.PriceAdjustmentFactory(booking=party)
    event = g.PaymentEventFactory(occurred_at=before)
    g.PaymentMatchFactory(payment_event=event, booking=party, payment=paid)
    f.ReviewMediaFactory(review=f.CustomerReviewFactory(booking=party))
    assert run_purge(at=AT).failed == 0
    assert (Booking.objects.count(), Payment.objects.count()) == (0, 0)


def test_section_14_the_ledger_of_payments_stays_frozen_without_the_purge():
    """PY-1: nobody else deletes a payment."""
    payment = b.PaymentFactory(booking=old_party(AT))
    with pytest.raises(Exception, match="payments"), transaction.atomic():
        payment.delete()
    old = old_party(AT - timedelta(days=2_556))
    b.PaymentFactory(booking=old)
    assert purge("core.payments") == {"core.payments": (1, 0)}
    with pytest.raises(Exception, match="payments"), transaction.atomic():
        payment.delete()


def test_e1_domain_events_are_never_purged():
    """E-1, section 14: kept."""
    e.DomainEventFactory()
    run_purge(at=AT.replace(year=2094))
    assert DomainEvent.objects.count() == 1


def test_m4_purged_files_go_by_outbox(settings, tmp_path):
    """M-4"""
    settings.VAR_DIR = tmp_path
    file = tmp_path / "objects" / "calls" / "a.mp3"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"hello")
    MAKERS["communications.call_recordings"](AT - timedelta(days=91))
    purge("communications.call_recordings")
    assert DomainEvent.objects.get(event_type="recording.purged").payload == {"files": 1}
    assert file.exists()
    dispatch_outbox(at=AT)
    assert not file.exists()


def test_section_14_media_of_a_rejected_review_go_with_their_files():
    media = MAKERS["feedback.review_media"](AT - timedelta(days=31))
    purge("feedback.review_media")
    message = OutboxMessage.objects.get(target="projection")
    assert message.private_payload == {"files": [{"bucket": "review-media", "key": media.original_key}]}


def test_section_14_batches_reach_every_row():
    for _row in range(5):
        MAKERS["marketing.qr_scans"](AT - timedelta(days=400))
    assert purge("marketing.qr_scans", batch=2) == {"marketing.qr_scans": (5, 0)}


def test_section_14_a_row_in_the_way_is_told_and_the_others_go():
    """Section 16: a failing item is logged, the rest goes on."""
    before = AT - timedelta(days=2_600)
    stuck = old_party(before)
    b.DepositFactory(booking=stuck)
    gone = old_party(before)
    assert purge("core.bookings") == {"core.bookings": (1, 1)}
    assert list(Booking.objects.values_list("pk", flat=True)) == [stuck.pk]
    assert gone.pk != stuck.pk


def test_section_14_other_tables_are_left_alone():
    MAKERS["marketing.qr_scans"](AT - timedelta(days=400))
    rows = purge_retention(at=AT, only=["newsletter.contact_log"])
    assert list(rows) == [Purged("newsletter.contact_log", 0, 0)]


def run(*arguments):
    out = StringIO()
    call_command("purge_retention", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_command_purges_one_table_in_batches():
    """Section 17"""
    for _row in range(3):
        MAKERS["marketing.qr_scans"](AT - timedelta(days=400))
    MAKERS["newsletter.contact_log"](AT - timedelta(days=400))
    report = run("--table", "marketing.qr_scans", "--batch", "2", "--at", AT.isoformat())
    assert report == {"done": {"marketing.qr_scans": 3}, "failed": {}}


def test_command_dry_run_counts_and_keeps():
    """Section 17"""
    MAKERS["newsletter.sms_send_queue"](AT - timedelta(days=400))
    MAKERS["identity.station_audit_logs"](AT - timedelta(days=2_000))
    report = run("--dry-run", "--at", AT.isoformat())
    assert report == {
        "done": {"identity.station_audit_logs": 1, "newsletter.sms_send_queue": 1},
        "failed": {},
        "dry_run": True,
    }
    assert not is_tombstone(SmsQueueItem.objects.get().message)
    assert StationAuditLog.objects.count() == 1


def test_command_exits_1_when_rows_failed():
    """Section 17"""
    b.DepositFactory(booking=old_party(AT - timedelta(days=2_600)))
    with pytest.raises(CommandError, match="1 rows failed") as refused:
        run("--table", "core.bookings", "--at", AT.isoformat())
    assert refused.value.returncode == 1


@pytest.mark.parametrize("flags", [["--batch", "0"], ["--table", "core.nonsense"]])
def test_command_refuses_wrong_flags(flags):
    """Section 17"""
    with pytest.raises(CommandError):
        call_command("purge_retention", *flags)
    assert ReservationHold.objects.count() == 0


def test_purge_is_off_again_after_a_frozen_table():
    """P-7: the permission to delete ends with the batch."""
    MAKERS["identity.station_audit_logs"](AT - timedelta(days=2_000))
    purge("identity.station_audit_logs")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.purge', true)")
        assert cursor.fetchone() == ("off",)

"""P-6: forgetting a person, in every table of the house."""

import pytest
from django.utils import timezone

from bookings.exceptions import ErasureBlocked
from bookings.models import Booking, BookingReminder, Customer, Payment
from bookings.services.privacy import erase_customer, verify_receipt
from common.actors import SystemActor
from common.crypto.tombstone import is_tombstone
from common.exceptions import NotFound, ValidationFailed
from communications.services.purge import purge_recording
from events.models import DomainEvent, OutboxMessage
from events.services.outbox import dispatch_outbox
from identity.models import StationAuditLog, User
from leads.models import Lead
from newsletter.models import ConsentRecord, Subscriber, Suppression
from tests.factories.bookings import (
    BookingFactory,
    BookingReminderFactory,
    CustomerFactory,
    PaymentFactory,
    ReservationHoldFactory,
    SocialIdentityFactory,
)
from tests.factories.communications import CallRecordingFactory
from tests.factories.identity import UserFactory
from tests.factories.leads import LeadContactFactory
from tests.factories.newsletter import SubscriberFactory
from tests.privacy.people import PAST, dump, names_of_tables, plant, revealed

pytestmark = pytest.mark.django_db
REASON = "Asked in writing to be forgotten"
SYSTEM = SystemActor("test")
LEDGERS = {"newsletter.consent_records", "newsletter.contact_log"}


def erase(customer, reason=REASON, by=SYSTEM):
    return erase_customer(customer=customer, reason=reason, by=by, at=timezone.now())


def values_of(row):
    return {column.name: str(getattr(row, column.name)) for column in row._meta.concrete_fields}


def found(values, text):
    return sorted(value for value in values if value in text)


def test_p6_canary_nothing_planted_is_left_in_any_column(person):
    """P-6: planted into every personal column of 42 tables, found in none after the erasure."""
    assert {row._meta.db_table.replace('"', "") for row in person.rows} == names_of_tables()
    planted = plant(person)
    assert len(planted) > 120
    assert found(planted, dump() + revealed()) == sorted(planted)
    receipt = erase(person.customer)
    dispatch_outbox(at=timezone.now())
    assert found(planted, dump()) == []
    assert found(planted, revealed()) == []
    assert receipt.counts.keys() == names_of_tables() - LEDGERS


def test_p6_receipt_is_signed_and_the_second_call_changes_nothing(person):
    """P-6"""
    first = erase(person.customer)
    before = dump()
    second = erase(person.customer, reason="Asked a second time, in writing")
    assert (second, dump()) == (first, before)
    answered = first.as_dict()
    assert verify_receipt(answered)
    assert not verify_receipt({**answered, "counts": {**first.counts, "core.bookings": 7}})
    assert not verify_receipt({**answered, "signature": "0" * 64})
    assert not verify_receipt({"customer_id": "nobody"})


def test_p6_names_are_erased_and_the_account_is_closed(person):
    """P-6, AU-16"""
    erase(person.customer)
    customer = Customer.objects.get(pk=person.customer.pk)
    account = User.objects.get(pk=person.account.pk)
    assert (customer.first_name, customer.last_name, customer.email_bidx) == ("Erased", "Erased", None)
    assert is_tombstone(customer.email)
    assert customer.email != Customer.objects.get(pk=customer.pk).phone
    assert (account.email, account.status, account.is_active, account.full_name) == (
        f"erased-{account.pk}@invalid",
        "deactivated",
        False,
        "Erased",
    )
    assert not account.has_usable_password()
    assert not account.refresh_tokens.exists()


def test_p6_ledgers_events_consents_and_suppressions_stay(person):
    """P-6"""
    events = DomainEvent.objects.count()
    sums = list(Payment.objects.values_list("pk", "amount_cents", "status", "booking"))
    assert erase(person.customer).counts["core.payments"] == 1
    assert list(Payment.objects.values_list("pk", "amount_cents", "status", "booking")) == sums
    assert (ConsentRecord.objects.count(), Suppression.objects.count()) == (1, 1)
    assert (Lead.objects.count(), Subscriber.objects.count()) == (0, 0)
    booking = Booking.objects.get(reference=person.rows[3].reference)
    assert booking.metadata == {"quote": {"total_cents": 10_000}}
    assert booking.version == 2
    told = DomainEvent.objects.filter(event_type__in=("customer.erased", "recording.purged"))
    assert DomainEvent.objects.count() == events + told.count() == events + 2


def test_p7_the_erasure_is_audited_with_its_reason(person):
    """P-7: a deletion, with a reason and counts."""
    receipt = erase(person.customer)
    entry = StationAuditLog.objects.get(action="delete", resource_id=str(person.customer.pk))
    assert (entry.reason, entry.actor_label, entry.station_id) == (
        REASON,
        "system:test",
        person.customer.station_id,
    )
    assert entry.details == {"event": "customer.erased", "counts": dict(receipt.counts)}


def test_p6_files_go_by_outbox_after_the_transaction(person, settings, tmp_path):
    """P-6: recordings and media are removed once the erasure is committed."""
    settings.VAR_DIR = tmp_path
    recording = next(row for row in person.rows if row._meta.model_name == "callrecording")
    file = tmp_path / "objects" / "calls" / recording.storage_key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"hello")
    erase(person.customer)
    assert file.exists()
    assert dispatch_outbox(at=timezone.now()).failed == 0
    assert not file.exists()
    rows = OutboxMessage.objects.filter(target="projection")
    assert set(rows.values_list("status", "destination")) == {("completed", "object_store")}
    assert [row.private_payload for row in rows] == [None, None]


def test_p6_what_was_on_its_way_to_the_person_is_cancelled(person):
    """P-6"""
    erase(person.customer)
    message = OutboxMessage.objects.get(destination="deposit_request")
    assert (message.status, message.private_payload) == ("cancelled", None)


def test_p4_other_people_stay_as_they_are(person, station):
    """P-4: another station's row of the e-mail, a household's phone, a guess about a handle."""
    elsewhere = CustomerFactory(email=person.email, phone=person.phone)
    partner = CustomerFactory(station=station, phone=person.phone)
    others = [
        elsewhere,
        partner,
        BookingFactory(customer=elsewhere, station=elsewhere.station, status="confirmed"),
        ReservationHoldFactory(customer=elsewhere, email=person.email, phone=person.phone),
        SubscriberFactory(phone=person.phone),
        SubscriberFactory(customer=partner, email=None, phone=person.phone),
        LeadContactFactory(lead__customer=partner, channel="phone", handle_or_address=person.phone).lead,
        SocialIdentityFactory(customer=person.customer, verification_status="pending"),
        UserFactory(role="station_manager"),
    ]
    lead = LeadContactFactory(channel="phone", handle_or_address=person.phone).lead
    LeadContactFactory(lead=lead)
    others.append(lead)
    rows = {row: values_of(type(row).objects.get(pk=row.pk)) for row in others}
    erase(person.customer)
    assert {row: values_of(type(row).objects.get(pk=row.pk)) for row in others} == rows


def test_p6_an_employee_who_books_keeps_the_account(station):
    """P-6: it is the customer's account that is deactivated."""
    employee = UserFactory(role="station_manager", email="boss@people.example")
    erase(CustomerFactory(station=station, email=employee.email))
    assert User.objects.get(pk=employee.pk).is_active


def _refund(customer):
    paid = Payment.objects.get(booking__customer=customer)
    PaymentFactory(booking=paid.booking, payment_type="refund", refunded_payment=paid, refund_reason="Late")


BLOCKED = {
    "legal_hold": lambda c: Customer.objects.filter(pk=c.pk).update(legal_hold=True),
    "occupying_booking": lambda c: BookingFactory(customer=c, station=c.station, status="confirmed"),
    "live_hold": lambda c: ReservationHoldFactory(customer=c, station=c.station),
    "open_balance": lambda c: BookingFactory(customer=c, station=c.station, status="completed"),
    "open_refund": _refund,
    "open_dispute": lambda c: PaymentFactory(
        booking=c.bookings.first(), status="completed", completed_at=PAST, metadata={"dispute": {"id": "d"}}
    ),
}


@pytest.mark.parametrize("reason", BLOCKED)
def test_p6_blocked_with_every_reason(person, reason):
    """P-6: nothing is changed while something is open."""
    BLOCKED[reason](person.customer)
    before = dump()
    with pytest.raises(ErasureBlocked) as refused:
        erase(person.customer)
    expected = {"open_dispute": ["open_balance", "open_dispute"]}.get(reason, [reason])
    assert refused.value.extra == {"reasons": expected}
    assert dump() == before


def test_p6_a_recording_on_legal_hold_blocks(person):
    """P-6, M-4"""
    CallRecordingFactory(customer=person.customer, legal_hold=True)
    with pytest.raises(ErasureBlocked) as refused:
        erase(person.customer)
    assert refused.value.extra == {"reasons": ["legal_hold"]}


def test_p6_money_without_a_party_blocks(person):
    """P-6, PY-10"""
    hold = ReservationHoldFactory(
        customer=person.customer,
        station=person.customer.station,
        status="expired",
        cancellation_reason="payment_timeout",
    )
    PaymentFactory(booking=None, hold=hold, status="completed", completed_at=PAST)
    with pytest.raises(ErasureBlocked) as refused:
        erase(person.customer)
    assert refused.value.extra == {"reasons": ["open_balance"]}


def test_p7_a_reason_of_ten_characters_is_asked_for(person):
    """P-7"""
    with pytest.raises(ValidationFailed):
        erase(person.customer, reason="too short")


def test_p6_nobody_is_erased_twice_or_unknown(person):
    """P-6"""
    with pytest.raises(NotFound):
        erase(Customer(pk=person.account.pk))


def test_p6_reminders_that_wait_are_called_off_and_sent_ones_stay_sent(person):
    """P-6: nobody writes to somebody who was forgotten."""
    party = person.rows[3]
    BookingReminderFactory(booking=party, scheduled_for=PAST, status="sent", sent_at=PAST)
    erase(person.customer)
    reminders = BookingReminder.objects.filter(booking=party)
    assert sorted(reminders.values_list("status", flat=True)) == ["cancelled", "sent"]


def test_m4_a_recording_without_a_file_is_purged_once(person):
    """M-4, P-6: what never reached the store leaves nothing to remove."""
    waiting = CallRecordingFactory(customer=person.customer)
    erase(person.customer)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.storage_key) == ("deleted", None)
    told = DomainEvent.objects.get(event_type="recording.purged", aggregate_id=waiting.pk)
    assert told.payload == {"files": 0}
    assert not purge_recording(recording=waiting, by=SYSTEM, at=timezone.now())

"""The reads of bookings go by index on 100,000 rows; plans are read, clocks are not."""

from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from django.utils.dateparse import parse_datetime

from bookings.enums import BookingStatus, MessageChannel, SocialPlatform, SocialThreadStatus
from bookings.models import (
    Booking,
    BookingReminder,
    Chef,
    Customer,
    Deposit,
    Message,
    MessageThread,
    Payment,
    ReservationHold,
    Review,
    SlotClaim,
    SocialIdentity,
    SocialMessage,
    SocialPage,
    SocialThread,
    SystemEvent,
)
from common.crypto.blind_index import blind_index
from identity.models import Station
from tests.plans import FIRST_INSTANT, assert_indexes, fill, index_names, key_of, sorts

pytestmark = pytest.mark.django_db
START: datetime = parse_datetime(FIRST_INSTANT)
JUNE = START + timedelta(days=160)
DAY = date(2026, 6, 6)
EMAIL = [blind_index("ann@people.example", kind="email")]
PHONE = [sha256(b"7").digest()]


def every(*values):
    """Return SQL that takes the values in turn."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + n % {len(values)}]"


def nth(share, expression="now()"):
    """Return SQL that is the expression in every n-th row and NULL in the others."""
    return f"CASE WHEN n % {share} = 0 THEN {expression} END"


INSTANT = f"timestamptz '{FIRST_INSTANT}' + n * interval '5 minutes'"


def test_s2_bookings_by_station_chef_and_customer():
    station, chef, customer = key_of(Station, 7), key_of(Chef, 7), key_of(Customer, 7)
    fill(
        Booking,
        **PARTY,
        status=every("completed", "completed", "completed", "cancelled", "no_show"),
        cancelled_at="CASE WHEN n % 5 = 3 THEN now() END",
        cancellation_reason_code="CASE WHEN n % 5 = 3 THEN 'other' END",
        chef="md5('bookings.chef' || n % 100)",
        lane="1 + n / 7300",
    )
    rows = Booking.objects.all()
    mine = rows.filter(station=station)
    assert_indexes(
        {
            "day": (mine.filter(date=DAY), "idx_booking_station_date"),
            "month": (mine.filter(date__range=(DAY, DAY + timedelta(days=6))), "idx_booking_station_date"),
            "customer at station": (mine.filter(customer=customer), "idx_booking_station_customer"),
            "newest": (mine.order_by("-created_at")[:50], "ix_bookings_station_created"),
            "chef's day": (rows.filter(chef=chef, date=DAY), "ix_bookings_chef_date"),
            "customer": (
                rows.filter(customer=customer).order_by("-starts_at")[:20],
                "ix_bookings_customer_starts",
            ),
            "over": (
                rows.filter(status=BookingStatus.CONFIRMED, ends_at__lt=JUNE),
                "ix_bookings_status_ends",
            ),
            "reference": (rows.filter(reference="MH-0000ABCD"), "uq_bookings_reference"),
        }
    )
    assert not sorts(mine.order_by("-created_at")[:50])


PARTY = {
    "reference": "'MH-' || upper(lpad(to_hex(n), 8, '0'))",
    "party_adults": "8",
    "deposit_due_cents": "10000",
    "total_due_cents": "55000",
    "ends_at": f"{INSTANT} + interval '2 hours'",
}


def test_bk6_the_few_bookings_that_wait_for_somebody():
    fill(
        Booking,
        **PARTY,
        lane="1 + n / 7300",
        status="CASE n % 100 WHEN 0 THEN 'deposit_pending' WHEN 1 THEN 'confirmed' ELSE 'completed' END",
        customer_deposit_deadline=INSTANT,
        internal_deadline=f"{INSTANT} + interval '2 hours'",
        chef="CASE WHEN n % 100 <> 1 THEN md5('bookings.chef' || n % 97)::uuid END",
        slot="time '08:00' + n * interval '1 minute'",
        cancellation_requested_at=nth(500),
        cancellation_reason=nth(500, "'ill'"),
        cancellation_reason_code=nth(500, "'customer_request'"),
    )
    waiting = Booking.objects.live().filter(status__in=("new", "deposit_pending"))
    requests = Booking.objects.filter(cancellation_requested_at__isnull=False, cancelled_at__isnull=True)
    assert_indexes(
        {
            "to cancel": (
                waiting.filter(hold_on_request=False, internal_deadline__lte=START + timedelta(days=9)),
                "ix_bookings_internal_deadline",
            ),
            "to remind": (
                waiting.filter(customer_deposit_deadline__lte=START + timedelta(days=9)),
                "ix_bookings_deposit_deadline",
            ),
            "requests": (requests.order_by("cancellation_requested_at"), "ix_bookings_cancel_requests"),
            "chefless": (
                Booking.objects.live().filter(
                    status="confirmed", chef__isnull=True, starts_at__lte=START + timedelta(days=9)
                ),
                "ix_bookings_chefless",
            ),
        }
    )


def test_p2_customers_by_contact_and_station():
    fill(Customer, phone_bidx="sha256((n / 100 % 500)::text::bytea)")
    rows, station = Customer.objects.all(), key_of(Station, 7)
    assert_indexes(
        {
            "e-mail": (rows.filter(email_bidx__in=EMAIL), "ix_customers_email"),
            "phone": (rows.filter(phone_bidx__in=PHONE), "ix_customers_phone"),
            "phone at station": (
                rows.filter(station=station, phone_bidx=PHONE[0]),
                "idx_customer_station_phone",
            ),
            "newest": (
                rows.filter(station=station).order_by("-created_at")[:50],
                "idx_customer_station_created",
            ),
        }
    )
    known = rows.live().filter(station=station, email_bidx__in=EMAIL)
    assert index_names(known) <= {"idx_customer_station_email", "ix_customers_email"}


def test_h4_holds_to_expire_and_by_contact():
    fill(
        ReservationHold,
        status="CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'converted' END",
        party_adults="8",
        lane="1 + n / 7300",
        signing_deadline_at=INSTANT,
    )
    rows = ReservationHold.objects.all()
    assert_indexes(
        {
            "to expire": (
                rows.occupying().filter(expires_at__lte=START + timedelta(days=9)).order_by("expires_at"),
                "ix_holds_expires",
            ),
            "slot": (
                rows.filter(station=key_of(Station, 7), date=DAY, slot="12:00"),
                "ix_holds_station_slot",
            ),
            "e-mail": (rows.filter(email_bidx__in=EMAIL), "ix_holds_email"),
            "phone": (rows.filter(phone_bidx__in=PHONE), "ix_holds_phone"),
            "token": (rows.filter(signing_token_hash="0" * 64), "uq_holds_token"),
        }
    )


def test_d1_claims_of_a_day():
    fill(SlotClaim, lane="1 + n / 7300", booking="md5('b' || n)")
    rows = SlotClaim.objects.filter(station=key_of(Station, 7), date=DAY)
    assert_indexes(
        {"day": (rows, "uq_slot_claims_lane"), "slot": (rows.filter(slot="12:00"), "uq_slot_claims_lane")}
    )


def test_py1_payments_of_a_booking_and_in_a_state():
    fill(
        Payment,
        booking="md5('bookings.booking' || n % 30000)",
        payment_type="'deposit'",
        payment_method="'zelle'",
        status="CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'completed' END",
        completed_at="now()",
    )
    rows = Payment.objects.all()
    assert_indexes(
        {
            "of a booking": (rows.filter(booking=key_of(Booking, 7)), "ix_payments_booking_status"),
            "pending": (
                rows.filter(status="pending").order_by("created_at")[:50],
                "ix_payments_status_created",
            ),
            "intent": (rows.filter(stripe_payment_intent_id="pi_1"), "uq_payments_intent"),
        }
    )
    fill(
        Deposit,
        requested_at=INSTANT,
        status="CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'confirmed' END",
        settled_at="CASE WHEN n % 100 > 0 THEN now() END",
    )
    due = Deposit.objects.filter(status="pending", requested_at__lt=JUNE).order_by("requested_at")
    assert_indexes({"deposits": (due[:50], "ix_deposits_status")})


def test_bk18_reminders_that_are_due():
    fill(
        BookingReminder,
        booking="md5('bookings.booking' || n % 30000)",
        status="CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'sent' END",
        sent_at="CASE WHEN n % 50 > 0 THEN now() END",
    )
    due = BookingReminder.objects.filter(status="pending", scheduled_for__lte=START + timedelta(days=9))
    assert_indexes(
        {
            "due": (due.order_by("scheduled_for"), "ix_reminders_due"),
            "of a booking": (
                BookingReminder.objects.filter(booking=key_of(Booking, 7)),
                "uq_reminders_once",
            ),
        }
    )


def test_m8_system_events_by_each_of_their_indexes():
    fill(
        SystemEvent,
        service="'service ' || n % 20",
        action="'action ' || n % 500",
        severity=every(*["info"] * 19, "critical"),
        entity_type=every("booking", "hold"),
        entity_id="md5('e' || n % 9000)",
        user_id="md5('u' || n % 900)",
    )
    rows, someone = SystemEvent.objects.all(), key_of(Booking, 7)
    newest = rows.order_by("-timestamp")
    assert_indexes(
        {
            "entity": (
                newest.filter(entity_type="booking", entity_id=someone)[:20],
                "ix_system_events_entity_lookup",
            ),
            "user": (newest.filter(user_id=someone)[:20], "ix_system_events_user_timeline"),
            "service and action": (
                newest.filter(service="service 7", action="action 7")[:20],
                "ix_system_events_svc_action",
            ),
            "severity": (newest.filter(severity="critical")[:20], "ix_system_events_severity_time"),
            "period": (
                newest.filter(timestamp__range=(JUNE, JUNE + timedelta(hours=9))),
                "ix_system_events_chronological",
            ),
            "action": (rows.filter(action="action 7"), "ix_system_events_action"),
            "entity alone": (rows.filter(entity_id=someone), "ix_system_events_entity_id"),
        }
    )


def test_m2_conversations_of_a_station_and_of_a_customer():
    fill(
        MessageThread,
        channel=every("sms", "web_chat", "email"),
        status=every(*["resolved"] * 17, "active", "waiting", "escalated"),
        unread_count="n % 3",
        customer="md5('bookings.customer' || n % 30000)",
        station="md5('identity.station' || n / 7 % 100)",
        external_thread_id="'thread ' || n",
    )
    rows, station = MessageThread.objects.all(), key_of(Station, 7)
    customer = Customer(pk=key_of(Customer, 7))
    assert_indexes(
        {
            "awaiting reply": (rows.awaiting_reply_at(station)[:50], "ix_threads_station_inbox"),
            "open": (rows.open_at(station)[:50], "ix_threads_station_inbox"),
            "latest": (rows.latest_of(customer, MessageChannel.SMS)[:1], "ix_threads_customer"),
            "provider's key": (
                rows.live().filter(channel="sms", external_thread_id="thread 9"),
                "uq_threads_external",
            ),
        }
    )


def test_m1_messages_of_a_conversation():
    fill(
        Message,
        thread="md5('bookings.messagethread' || n % 5000)",
        external_message_id="'message ' || n",
    )
    thread = key_of(MessageThread, 7)
    assert_indexes(
        {
            "newest": (Message.objects.of_thread(thread)[:50], "ix_messages_thread_created"),
            "provider's key": (
                Message.objects.filter(thread=thread, external_message_id="message 9"),
                "uq_messages_external",
            ),
        }
    )


def test_m6_pages_and_people():
    fill(SocialPage)
    fill(SocialIdentity, handle="'guest.' || n")
    page = SocialPage.objects.connected(SocialPlatform.INSTAGRAM, "page_id 9")
    person = SocialIdentity.objects.filter(platform="instagram", handle="guest.9")
    assert_indexes({"page": (page, "uq_core_social_page"), "person": (person, "uq_social_identities_handle")})


def test_m6_social_conversations_by_urgency_and_when_they_come_back():
    fill(
        SocialThread,
        status="CASE n % 100 WHEN 0 THEN 'snoozed' WHEN 1 THEN 'open' ELSE 'resolved' END",
        snoozed_until=nth(100, INSTANT),
        priority="1 + n / 7 % 5",
        last_message_at=INSTANT,
    )
    rows = SocialThread.objects.all()
    assert_indexes(
        {
            "inbox": (rows.inbox()[:50], "ix_social_threads_inbox"),
            "escalated": (rows.inbox(SocialThreadStatus.ESCALATED)[:50], "ix_social_threads_inbox"),
            "due back": (rows.due_back(START + timedelta(days=9)), "ix_social_threads_snoozed"),
            "platform's key": (
                rows.filter(account=key_of(SocialPage, 7), thread_ref="thread_ref 7"),
                "uq_social_threads_ref",
            ),
        }
    )


def test_m6_social_messages_that_wait_for_approval():
    fill(
        SocialMessage,
        thread="md5('bookings.socialthread' || n % 5000)",
        requires_approval="n % 20 = 0",
        approved_at="CASE WHEN n % 400 > 0 THEN now() END",
        message_ref="'message ' || n",
    )
    rows, thread = SocialMessage.objects.all(), key_of(SocialThread, 7)
    assert_indexes(
        {
            "approval": (rows.awaiting_approval()[:50], "ix_social_messages_approval"),
            "newest": (rows.of_thread(thread)[:50], "ix_social_messages_created"),
            "platform's key": (rows.filter(thread=thread, message_ref="message 7"), "uq_social_messages_ref"),
        }
    )


def test_rv9_platform_reviews_to_answer():
    fill(
        Review,
        status=every(*["responded"] * 19, "new"),
        responded_at="CASE WHEN n % 20 <> 0 THEN now() END",
        response_due_at=INSTANT,
    )
    rows = Review.objects.all()
    assert_indexes(
        {
            "to answer": (rows.to_answer()[:50], "ix_reviews_response_due"),
            "overdue": (rows.overdue(START + timedelta(days=9)), "ix_reviews_response_due"),
            "platform": (
                rows.filter(platform=SocialPlatform.YELP, status="escalated"),
                "ix_reviews_platform_status",
            ),
            "platform's key": (
                rows.filter(account=key_of(SocialPage, 7), review_ref="review_ref 7"),
                "uq_reviews_ref",
            ),
        }
    )

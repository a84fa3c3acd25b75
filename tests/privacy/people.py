"""Somebody whom every table knows, and values planted into all columns that can hold something personal."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils import timezone

from bookings.enums import BookingStatus, IdentityVerification
from bookings.models import Customer
from common.actors import SystemActor
from common.crypto.blind_index import blind_index
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedField,
    EncryptedJSONField,
    EncryptedPhoneField,
)
from common.fields import HexField
from events.models import IdempotencyKey, OutboxMessage
from events.registry import subject_tables
from events.services import Delivery, publish
from identity.models import User
from tests.factories import bookings as b
from tests.factories import communications as c
from tests.factories import feedback as f
from tests.factories import identity as i
from tests.factories import integra as g
from tests.factories import leads as l
from tests.factories import marketing as m
from tests.factories import newsletter as n
from tests.factories import support as s
from tests.privacy.rules import KEPT

_numbers = count(1)
PAST = datetime(2026, 3, 7, 20, tzinfo=UTC)


@dataclass
class Person:
    """A customer with a row in every table that knows people; `rows` in the order of making."""

    customer: Customer
    account: User
    email: str
    phone: str
    rows: list[models.Model] = field(default_factory=list)
    planted: set[str] = field(default_factory=set)


def phone_number() -> str:
    """Return a number that nobody had yet."""
    return f"+1415{next(_numbers) + 5_550_000:07}"


def known_everywhere(station: Any) -> Person:
    """Return somebody whose party is over and paid, with rows in all tables."""
    number = next(_numbers)
    email, phone = f"person{number}@known.example", phone_number()
    account = i.UserFactory(email=email)
    customer = b.CustomerFactory(station=station, email=email, phone=phone, notes="x", tags=["vip"])
    person = Person(customer, account, email, phone)
    add = person.rows.append
    add(account)
    add(i.OAuthAccountFactory(user=account))
    add(i.RefreshTokenFactory(user=account))
    done = b.BookingFactory(
        station=station,
        customer=customer,
        status=BookingStatus.COMPLETED,
        starts_at=PAST,
        ends_at=PAST + timedelta(hours=2),
        total_due_cents=10_000,
        metadata={"quote": {"total_cents": 10_000}, "terms": {"by": email}},
    )
    off = b.BookingFactory(
        station=station,
        customer=customer,
        status=BookingStatus.CANCELLED,
        cancelled_at=PAST,
        cancellation_requested_at=PAST,
        cancellation_reason_code="customer_request",
        cancellation_reason="x",
        cancellation_note="x",
        deleted_at=PAST,
        delete_reason="x",
    )
    hold = b.ReservationHoldFactory(
        station=station,
        email=email,
        phone=phone,
        status="cancelled",
        cancellation_reason="user_cancelled",
        signer_name="x",
    )
    paid = b.PaymentFactory(booking=done, status="completed", completed_at=PAST)
    for row in (
        done,
        off,
        hold,
        paid,
        b.DepositFactory(booking=done, status="confirmed", settled_at=PAST, paid_at=PAST),
        b.PriceAdjustmentFactory(booking=done),
        b.BookingReminderFactory(booking=done),
        customer,
    ):
        add(row)
    thread = b.MessageThreadFactory(station=station, customer=customer)
    identity = b.SocialIdentityFactory(customer=customer, verification_status=IdentityVerification.VERIFIED)
    social = b.SocialThreadFactory(customer=customer, social_identity=identity)
    for row in (
        thread,
        b.MessageFactory(thread=thread),
        identity,
        social,
        b.SocialMessageFactory(thread=social),
        b.ReviewFactory(customer=customer),
    ):
        add(row)
    lead = l.LeadFactory(station=station)
    add(lead)
    add(l.LeadContactFactory(lead=lead, handle_or_address=email))
    add(l.LeadContextFactory(lead=lead))
    add(l.LeadEventFactory(lead=lead))
    add(l.LeadSocialAccountFactory(lead=lead))
    add(l.LeadSocialMessageFactory(lead=lead))
    reader = n.SubscriberFactory(email=email, phone=phone)
    told = n.CampaignEventFactory(subscriber=reader)
    queued = n.SmsQueueItemFactory(subscriber=reader)
    for row in (
        reader,
        n.SubscriberPreferenceFactory(subscriber=reader),
        told,
        queued,
        n.SmsDeliveryEventFactory(campaign_event=told, queue_item=queued),
        n.ConsentRecordFactory(contact_bidx=blind_index(email, kind="email")),
        n.SuppressionFactory(contact_bidx=blind_index(email, kind="email")),
        n.ContactLogFactory(contact=email),
    ):
        add(row)
    review = f.CustomerReviewFactory(
        station=station,
        booking=done,
        rating="okay",
        status="submitted",
        submitted_at=PAST,
        complaint_text="x",
    )
    for row in (
        review,
        f.ReviewMediaFactory(review=review),
        f.ReviewEscalationFactory(review=review),
        f.DiscountCouponFactory(station=station, customer=customer),
    ):
        add(row)
    add(m.QrScanFactory(booking=done))
    add(m.QrScanFactory(lead_ref=lead.pk))
    add(s.EscalationFactory(station=station, customer_email=email, customer_phone=phone))
    add(
        c.CallRecordingFactory(
            customer=customer, status="available", storage_bucket="calls", storage_key=f"{number}.mp3"
        )
    )
    call = g.CallSessionFactory(phone=phone)
    event = g.PaymentEventFactory(sender_email=email)
    add(call)
    add(event)
    matched = g.PaymentEventFactory()
    add(matched)
    add(g.PaymentMatchFactory(payment_event=matched, booking=done))
    _remember(person, done)
    return person


def _remember(person: Person, subject: models.Model) -> None:
    """Leave a message on its way and the kept answer of a request."""

    with transaction.atomic():
        told = publish(
            "booking.updated",
            subject=subject,
            by=SystemActor("test"),
            at=timezone.now(),
            deliveries=[
                Delivery(target="email", destination="deposit_request", private={"to": person.email})
            ],
        )
    person.rows.append(OutboxMessage.objects.get(event=told))
    person.rows.append(
        IdempotencyKey.objects.create(
            actor=f"user:{person.account.pk}",
            method="POST",
            path="/api/v1/bookings",
            key=secrets.token_hex(16),
            fingerprint="0" * 64,
            status="completed",
            response_status=201,
            response_body=person.email,
            expires_at=timezone.now() + timedelta(days=7),
        )
    )


FINDERS = {"email", "phone", "handle_or_address", "customer_email", "customer_phone", "sender_email"}
"""What the person's rows are found by is left as the factory made it."""
FROZEN = {"newsletter.consentrecord", "newsletter.contactlog"}
FIXED = {"provider_id", "delete_reason", "private_payload", "response_body"}
STATED = {
    "hold_reason": lambda row: row.hold_on_request,
    "cancellation_rejection_reason": lambda row: row.cancellation_rejected_at is not None,
    "delete_reason": lambda row: row.deleted_at is not None,
}


def plant(person: Person) -> set[str]:
    """Fill every personal column of the person's rows with values of its own; return them."""
    for row in person.rows:
        if row._meta.label_lower in FROZEN:
            continue
        row.refresh_from_db()
        columns = [column for column in row._meta.local_fields if _takes(row, column)]
        for column in columns:
            value = _value(column)
            setattr(row, column.name, value)
            person.planted |= set(_texts(value))
        if columns:
            row.save()
    person.planted |= {person.email, person.phone}
    return person.planted


def _takes(row: Any, column: Any) -> bool:
    if type(row).privacy.of(column.name) != "personal" or column.name in FINDERS | FIXED:
        return False
    if f"{row._meta.label}.{column.name}" in KEPT:
        return False
    if isinstance(column, BlindIndexField) or (column.name in STATED and not STATED[column.name](row)):
        return False
    return not (row._meta.label_lower == "identity.user" and column.name == "delete_reason")


def _value(column: Any) -> Any:
    word = f"canary{next(_numbers):04}"
    made: Any = word
    match column:
        case EncryptedEmailField():
            made = f"{word}@planted.example"
        case EncryptedPhoneField():
            made = phone_number()
        case EncryptedJSONField():
            made = {"said": f"Song of {word}"}
        case EncryptedField():
            made = f"Song of {word}"
        case ArrayField():
            made = [word]
        case models.JSONField():
            made = {"said": word} if column.default is dict else [word]
        case HexField():
            made = secrets.token_hex(32)
    return made


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(item) for item in value.values()]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def dump() -> str:
    """Return every table of the database as text, as pg_dump would copy it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        parts = []
        for (name,) in cursor.fetchall():
            with cursor.copy(f"COPY {name} TO STDOUT") as copied:
                parts.append(b"".join(bytes(block) for block in copied).decode())
    return "\n".join(parts)


def revealed() -> str:
    """Return every encrypted value of every table that knows people, decrypted."""

    lines = []
    for model in apps.get_models():
        sealed = [column for column in model._meta.local_fields if isinstance(column, EncryptedField)]
        if not sealed or model._meta.app_label == "crypto_lab":
            continue
        lines += [str(getattr(row, column.name)) for row in model._default_manager.all() for column in sealed]
    return "\n".join(lines)


def names_of_tables() -> set[str]:
    """Return the tables that the registry knows."""
    return {table.name for table in subject_tables}

"""Calls, money and notices as providers tell them."""

import hashlib
from datetime import UTC, datetime

from factory import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.enums import Direction, PaymentMethod, SocialPlatform
from integra.enums import MatchMethod, PaymentProvider
from integra.models import CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage
from tests.factories.bookings import BookingFactory

TOLD_AT = datetime(2026, 5, 1, 19, tzinfo=UTC)


class CallSessionFactory(DjangoModelFactory):
    """A call that begins to come in."""

    class Meta:
        model = CallSession

    direction = Direction.INBOUND
    phone = Sequence(lambda n: f"+1510555{n % 10_000:04}")
    started_at = TOLD_AT


class PaymentEventFactory(DjangoModelFactory):
    """A deposit by Zelle of which nobody knows yet for what."""

    class Meta:
        model = PaymentEvent

    provider = PaymentProvider.PAYMENT_MAIL
    provider_id = Sequence(lambda n: f"mail-{n}")
    method = PaymentMethod.ZELLE
    amount_cents = 10_000
    occurred_at = TOLD_AT


class PaymentMatchFactory(DjangoModelFactory):
    """A sure match, without its row of the ledger."""

    class Meta:
        model = PaymentMatch

    payment_event = SubFactory(PaymentEventFactory)
    booking = SubFactory(BookingFactory)
    match_method = MatchMethod.AUTOMATIC
    confidence = "0.95"


class SocialInboxMessageFactory(DjangoModelFactory):
    """A notice that nobody has worked on."""

    class Meta:
        model = SocialInboxMessage

    signature = Sequence(lambda n: f"sha256={n:064x}")
    platform = SocialPlatform.INSTAGRAM
    webhook_type = "messages"
    payload = Sequence(lambda n: f'{{"entry": {n}}}')
    payload_hash = LazyAttribute(lambda notice: hashlib.sha256(notice.payload.encode()).hexdigest())

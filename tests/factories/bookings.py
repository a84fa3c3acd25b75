"""Rows of every table of bookings, minimal and valid, and requests for parties.

Factories write rows as they are: a party that must obey the rules of its life is made by `create_booking`.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from factory import Factory, LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.calendar import length, starts_at
from bookings.enums import (
    Direction,
    MenuCategory,
    MessageChannel,
    MessageSenderType,
    PaymentMethod,
    PaymentType,
    PriceAdjustmentKind,
    PriceRuleEffect,
    ReminderType,
    SocialMessageKind,
    SocialPlatform,
)
from bookings.models import (
    AddonItem,
    Booking,
    BookingReminder,
    Chef,
    Customer,
    Deposit,
    DynamicPricingRule,
    MenuItem,
    Message,
    MessageThread,
    Payment,
    PriceAdjustment,
    PricingTier,
    ReservationHold,
    Review,
    SlotClaim,
    SocialIdentity,
    SocialMessage,
    SocialPage,
    SocialThread,
    SystemEvent,
    TravelFeeConfiguration,
)
from bookings.requests import BookingRequest
from bookings.services.agreements import agreement_of
from identity.models import Station
from tests.factories.identity import StationFactory

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)
"""Noon in Los Angeles, five weeks before DAY."""
DAY = date(2026, 6, 6)
NOON = time(12)


class PricingTierFactory(DjangoModelFactory):
    """The company's standard tier of section 4.1."""

    class Meta:
        model = PricingTier
        django_get_or_create = ("station", "level")

    station = None
    name = "Standard"
    level = "standard"
    base_price_cents = 55_000
    price_per_guest_cents = 5_500
    kid_price_cents = 3_000


class MenuItemFactory(DjangoModelFactory):
    class Meta:
        model = MenuItem
        django_get_or_create = ("station", "code")

    station = None
    code = "chicken"
    name = "Chicken"
    category = MenuCategory.POULTRY


class AddonItemFactory(DjangoModelFactory):
    class Meta:
        model = AddonItem
        django_get_or_create = ("station", "code")

    station = None
    code = "gyoza"
    name = "Gyoza"
    price_cents = 1_000


class DynamicPricingRuleFactory(DjangoModelFactory):
    """Saturdays cost fifteen percent more."""

    class Meta:
        model = DynamicPricingRule

    station = SubFactory(StationFactory)
    name = "Saturday"
    effect = PriceRuleEffect.PERCENT
    percent = "15.00"
    weekdays = (6,)


class TravelFeeConfigurationFactory(DjangoModelFactory):
    class Meta:
        model = TravelFeeConfiguration
        django_get_or_create = ("station",)

    station = SubFactory(StationFactory)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    station = SubFactory(StationFactory)
    first_name = "Ann"
    last_name = "Lee"
    email = Sequence(lambda n: f"ann{n}@customers.example")
    phone = Sequence(lambda n: f"+1510556{n % 10_000:04}")


class ChefFactory(DjangoModelFactory):
    class Meta:
        model = Chef

    station = SubFactory(StationFactory)
    name = "Ken"
    email = Sequence(lambda n: f"ken{n}@chefs.example")


class BookingFactory(DjangoModelFactory):
    """Eight adults at noon of DAY, without claim and deposit row."""

    class Meta:
        model = Booking

    reference = Sequence(lambda n: f"MH-{0xFAC00000 + n:08X}")
    station = SubFactory(StationFactory)
    customer = SubFactory(CustomerFactory, station=SelfAttribute("..station"))
    date = DAY
    slot = NOON
    lane = Sequence(lambda n: 1 + n)
    starts_at = LazyAttribute(lambda party: starts_at(party.station.timezone, party.date, party.slot))
    ends_at = LazyAttribute(lambda party: party.starts_at + length(party.party_adults))
    address = "5 Oak Ave, Fremont"
    party_adults = 8
    deposit_due_cents = 10_000
    total_due_cents = 55_000


class ReservationHoldFactory(DjangoModelFactory):
    """A hold that waits for its signature, without claim."""

    class Meta:
        model = ReservationHold

    station = SubFactory(StationFactory)
    date = DAY
    slot = NOON
    lane = Sequence(lambda n: 1 + n)
    starts_at = LazyAttribute(lambda hold: starts_at(hold.station.timezone, hold.date, hold.slot))
    name = "Ann Lee"
    email = Sequence(lambda n: f"ann{n}@holds.example")
    phone = "+15105550111"
    request = LazyAttribute(lambda hold: {"date": hold.date.isoformat()})
    party_adults = 8
    deposit_cents = 10_000
    signing_token_hash = Sequence(lambda n: f"{n:064x}")
    signing_deadline_at = NOW


class SlotClaimFactory(DjangoModelFactory):
    """The claim of a party."""

    class Meta:
        model = SlotClaim

    booking = SubFactory(BookingFactory)
    station = SelfAttribute("booking.station")
    date = SelfAttribute("booking.date")
    slot = SelfAttribute("booking.slot")
    lane = SelfAttribute("booking.lane")


class PaymentFactory(DjangoModelFactory):
    """A deposit that is on its way."""

    class Meta:
        model = Payment

    booking = SubFactory(BookingFactory)
    payment_type = PaymentType.DEPOSIT
    payment_method = PaymentMethod.ZELLE
    amount_cents = 10_000


class DepositFactory(DjangoModelFactory):
    class Meta:
        model = Deposit

    booking = SubFactory(BookingFactory)
    amount_cents = 10_000


class PriceAdjustmentFactory(DjangoModelFactory):
    class Meta:
        model = PriceAdjustment

    booking = SubFactory(BookingFactory)
    kind = PriceAdjustmentKind.MANUAL
    amount_cents = -500
    reason = "Late by an hour"


class BookingReminderFactory(DjangoModelFactory):
    class Meta:
        model = BookingReminder

    booking = SubFactory(BookingFactory)
    reminder_type = ReminderType.EMAIL
    scheduled_for = NOW


class SystemEventFactory(DjangoModelFactory):
    class Meta:
        model = SystemEvent

    service = "bookings"
    action = "test"


class MessageThreadFactory(DjangoModelFactory):
    """A conversation that the assistant answers."""

    class Meta:
        model = MessageThread

    station = SubFactory(StationFactory)
    customer = SubFactory(CustomerFactory, station=SelfAttribute("..station"))
    channel = MessageChannel.SMS


class MessageFactory(DjangoModelFactory):
    """What the customer wrote."""

    class Meta:
        model = Message

    thread = SubFactory(MessageThreadFactory)
    direction = Direction.INBOUND
    sender_type = MessageSenderType.CUSTOMER
    content = "Do you come to Fremont?"


class SocialPageFactory(DjangoModelFactory):
    """A page of one station."""

    class Meta:
        model = SocialPage

    station = SubFactory(StationFactory)
    platform = SocialPlatform.INSTAGRAM
    page_id = Sequence(lambda n: f"page-{n}")
    page_name = "My Hibachi"


class SocialIdentityFactory(DjangoModelFactory):
    """Somebody whom nobody knows as a customer yet."""

    class Meta:
        model = SocialIdentity

    platform = SocialPlatform.INSTAGRAM
    handle = Sequence(lambda n: f"guest.{n}")


class SocialThreadFactory(DjangoModelFactory):
    class Meta:
        model = SocialThread

    account = SubFactory(SocialPageFactory)
    platform = SelfAttribute("account.platform")
    thread_ref = Sequence(lambda n: f"thread-{n}")


class SocialMessageFactory(DjangoModelFactory):
    """What somebody wrote to our page."""

    class Meta:
        model = SocialMessage

    thread = SubFactory(SocialThreadFactory)
    message_ref = Sequence(lambda n: f"message-{n}")
    direction = Direction.INBOUND
    kind = SocialMessageKind.DM
    body = "Are you free on Saturday?"


class ReviewFactory(DjangoModelFactory):
    """Five stars on a platform."""

    class Meta:
        model = Review

    account = SubFactory(SocialPageFactory)
    platform = SelfAttribute("account.platform")
    review_ref = Sequence(lambda n: f"review-{n}")
    rating = 5


class RequestFactory(Factory):
    """Eight adults of Fremont at noon of DAY, each request from an e-mail of its own."""

    class Meta:
        model = BookingRequest

    date = DAY
    slot = NOON
    first_name = "Ann"
    last_name = "Lee"
    email = Sequence(lambda n: f"ann{n}@people.example")
    phone = Sequence(lambda n: f"+1510555{n % 10_000:04}")
    address = "5 Oak Ave, Fremont"
    postal_code = "94539"
    adults = 8
    allergens = ("none",)
    terms_accepted = True


def make_selling_station(**fields: Any) -> Station:
    """Return a station that can quote: itself and the company's price list."""
    PricingTierFactory()
    MenuItemFactory()
    AddonItemFactory()
    station: Station = StationFactory(**fields)
    return station


def signature_of(station, signer_name="Ann Lee"):
    """Return what somebody sends who has read the station's agreement (H-2)."""
    agreement = agreement_of(station)
    return {
        "signer_name": signer_name,
        "agreement_version": agreement.version,
        "agreement_text_hash": agreement.text_hash,
    }


def make_request(station: Station, **fields: Any) -> BookingRequest:
    """Return a request for a party at the station."""
    request: BookingRequest = RequestFactory(station_id=station.pk, **fields)
    return request

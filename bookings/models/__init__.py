from bookings.models.booking import Booking
from bookings.models.booking_reminder import BookingReminder
from bookings.models.booking_rules import OCCUPYING
from bookings.models.chef import Chef
from bookings.models.customer import Customer
from bookings.models.deposit import Deposit
from bookings.models.dynamic_pricing_rule import DynamicPricingRule
from bookings.models.menu import AddonItem, MenuItem
from bookings.models.message_thread import Message, MessageThread
from bookings.models.payment import Payment
from bookings.models.platform_review import Review
from bookings.models.price_adjustment import PriceAdjustment
from bookings.models.pricing_tier import PricingTier
from bookings.models.reservation_hold import ReservationHold
from bookings.models.slot_claim import SlotClaim
from bookings.models.social_identity import SocialIdentity
from bookings.models.social_page import SocialPage
from bookings.models.social_thread import SocialMessage, SocialThread
from bookings.models.system_event import SystemEvent
from bookings.models.travel_fee import TravelFeeConfiguration

__all__ = [
    "OCCUPYING",
    "AddonItem",
    "Booking",
    "BookingReminder",
    "Chef",
    "Customer",
    "Deposit",
    "DynamicPricingRule",
    "MenuItem",
    "Message",
    "MessageThread",
    "Payment",
    "PriceAdjustment",
    "PricingTier",
    "ReservationHold",
    "Review",
    "SlotClaim",
    "SocialIdentity",
    "SocialMessage",
    "SocialPage",
    "SocialThread",
    "SystemEvent",
    "TravelFeeConfiguration",
]

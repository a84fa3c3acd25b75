"""Values of the columns of schema marketing (data model, section 3)."""

from django.db.models import TextChoices


class QrCodeType(TextChoices):
    BUSINESS_CARD = "business_card", "Business card"
    FLYER = "flyer", "Flyer"
    MENU = "menu", "Menu"
    VEHICLE = "vehicle", "Vehicle"
    BANNER = "banner", "Banner"
    BOOKING = "booking", "Booking"
    REVIEW = "review", "Review"
    PROMOTION = "promotion", "Promotion"
    EVENT = "event", "Event"
    OTHER = "other", "Other"


class DeviceType(TextChoices):
    MOBILE = "mobile", "Phone"
    TABLET = "tablet", "Tablet"
    DESKTOP = "desktop", "Computer"
    BOT = "bot", "Bot"
    UNKNOWN = "unknown", "Unknown"

"""Values of the columns of schema core (data model, section 3)."""

from django.db.models import TextChoices


class BookingStatus(TextChoices):
    NEW = "new", "New"
    DEPOSIT_PENDING = "deposit_pending", "Deposit pending"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "No show"


OCCUPYING_STATUSES = (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING, BookingStatus.CONFIRMED)
"""S-2: a booking in one of these holds exactly one lane."""


class BookingSource(TextChoices):
    WEBSITE = "website", "Website"
    PHONE = "phone", "Phone"
    WALK_IN = "walk_in", "Walk-in"
    ADMIN = "admin", "Admin"
    AI = "ai", "AI"
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    SOCIAL = "social", "Social media"
    REFERRAL = "referral", "Referral"
    IMPORT = "import", "Import"


class BookingWindow(TextChoices):
    """Lead time at the instant of booking; `bookings.calendar.booking_window` draws the lines."""

    URGENT = "urgent", "Urgent"
    STANDARD = "standard", "Standard"
    ADVANCE = "advance", "Advance"
    LONG_TERM = "long_term", "Long term"


class CancellationStatus(TextChoices):
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class CancellationReasonCode(TextChoices):
    CUSTOMER_REQUEST = "customer_request", "Customer request"
    COMPANY_CANCELLED = "company_cancelled", "Company cancelled"
    WEATHER_NO_COVER = "weather_no_cover", "Weather, no cover"
    DUPLICATE = "duplicate", "Duplicate"
    DEPOSIT_TIMEOUT = "deposit_timeout", "Deposit timeout"
    OTHER = "other", "Other"


class HoldStatus(TextChoices):
    PENDING = "pending", "Pending"
    SIGNED = "signed", "Signed"
    CONVERTED = "converted", "Converted"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"


LIVE_HOLD_STATUSES = (HoldStatus.PENDING, HoldStatus.SIGNED)
"""S-2: a hold in one of these holds exactly one lane."""


class HoldCancellationReason(TextChoices):
    SIGNING_TIMEOUT = "signing_timeout", "Signing timeout"
    PAYMENT_TIMEOUT = "payment_timeout", "Payment timeout"
    USER_CANCELLED = "user_cancelled", "Cancelled by the customer"
    ADMIN_CANCELLED = "admin_cancelled", "Cancelled by staff"


class ContactPreference(TextChoices):
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"


class PricingTierLevel(TextChoices):
    STANDARD = "standard", "Standard"
    PREMIUM = "premium", "Premium"
    DELUXE = "deluxe", "Deluxe"
    CUSTOM = "custom", "Custom"


class PriceRuleEffect(TextChoices):
    PERCENT = "percent", "Percent"
    FIXED = "fixed", "Fixed amount"


class PriceAdjustmentKind(TextChoices):
    RULE = "rule", "Rule"
    MANUAL = "manual", "Manual"
    COUPON = "coupon", "Coupon"
    RESCHEDULE_FEE = "reschedule_fee", "Reschedule fee"


class MenuCategory(TextChoices):
    POULTRY = "poultry", "Poultry"
    BEEF = "beef", "Beef"
    SEAFOOD = "seafood", "Seafood"
    SPECIALTY = "specialty", "Specialty"
    SIDE = "side", "Side"
    APPETIZER = "appetizer", "Appetizer"
    DESSERT = "dessert", "Dessert"
    DRINK = "drink", "Drink"


PROTEIN_CATEGORIES = (
    MenuCategory.POULTRY,
    MenuCategory.BEEF,
    MenuCategory.SEAFOOD,
    MenuCategory.SPECIALTY,
)


class ReminderType(TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    BOTH = "both", "E-mail and SMS"


class ReminderPurpose(TextChoices):
    EVENT = "event", "Event"
    DEPOSIT = "deposit", "Deposit"
    CUSTOM = "custom", "Custom"


class ReminderStatus(TextChoices):
    PENDING = "pending", "Pending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class PaymentStatus(TextChoices):
    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    REFUNDED = "refunded", "Refunded"
    PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"


class PaymentType(TextChoices):
    DEPOSIT = "deposit", "Deposit"
    FULL_PAYMENT = "full_payment", "Full payment"
    PARTIAL_PAYMENT = "partial_payment", "Partial payment"
    REFUND = "refund", "Refund"


class PaymentMethod(TextChoices):
    CARD = "card", "Card"
    ACH = "ach", "ACH"
    VENMO = "venmo", "Venmo"
    ZELLE = "zelle", "Zelle"
    CASH = "cash", "Cash"
    CHECK = "check", "Check"


class DepositStatus(TextChoices):
    PENDING = "pending", "Pending"
    PAID = "paid", "Paid"
    CONFIRMED = "confirmed", "Confirmed"
    WAIVED = "waived", "Waived"
    REFUNDED = "refunded", "Refunded"
    FORFEITED = "forfeited", "Forfeited"


class SystemEventSeverity(TextChoices):
    DEBUG = "debug", "Debug"
    INFO = "info", "Info"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"
    CRITICAL = "critical", "Critical"


class DeliveryChannel(TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"


class Direction(TextChoices):
    INBOUND = "inbound", "Inbound"
    OUTBOUND = "outbound", "Outbound"


class MessageChannel(TextChoices):
    WEB_CHAT = "web_chat", "Web chat"
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    ADMIN = "admin", "Admin"


class MessageSenderType(TextChoices):
    CUSTOMER = "customer", "Customer"
    AGENT = "agent", "Agent"
    AI = "ai", "AI"
    SYSTEM = "system", "System"


class ThreadStatus(TextChoices):
    ACTIVE = "active", "Active"
    WAITING = "waiting", "Waiting"
    RESOLVED = "resolved", "Resolved"
    ESCALATED = "escalated", "Escalated"


class SocialPlatform(TextChoices):
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    GOOGLE_BUSINESS = "google_business", "Google Business"
    YELP = "yelp", "Yelp"
    TIKTOK = "tiktok", "TikTok"
    TWITTER = "twitter", "Twitter"


class SocialThreadStatus(TextChoices):
    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    RESOLVED = "resolved", "Resolved"
    SNOOZED = "snoozed", "Snoozed"
    ESCALATED = "escalated", "Escalated"


class SocialMessageKind(TextChoices):
    DM = "dm", "Direct message"
    COMMENT = "comment", "Comment"
    REVIEW = "review", "Review"
    REPLY = "reply", "Reply"
    MENTION = "mention", "Mention"
    STORY_REPLY = "story_reply", "Story reply"


class IdentityVerification(TextChoices):
    UNVERIFIED = "unverified", "Unverified"
    PENDING = "pending", "Pending"
    VERIFIED = "verified", "Verified"
    REJECTED = "rejected", "Rejected"


class PlatformReviewStatus(TextChoices):
    NEW = "new", "New"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    RESPONDED = "responded", "Responded"
    ESCALATED = "escalated", "Escalated"
    CLOSED = "closed", "Closed"


class PriorityLevel(TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    URGENT = "urgent", "Urgent"

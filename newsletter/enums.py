"""Values of the columns of schema newsletter (data model, section 3)."""

from django.db.models import TextChoices


class CampaignChannel(TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    BOTH = "both", "E-mail and SMS"


class CampaignStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Cancelled"


class CampaignEventType(TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Clicked"
    REPLIED = "replied", "Replied"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    COMPLAINED = "complained", "Complained"


ONCE_PER_RECIPIENT = (CampaignEventType.QUEUED, CampaignEventType.SENT)
"""Events that happen at most once to a recipient on a channel (N-14)."""


class TemplateCategory(TextChoices):
    REMINDER = "reminder", "Reminder"
    PROMOTION = "promotion", "Promotion"
    TRANSACTIONAL = "transactional", "Transactional"
    NEWSLETTER = "newsletter", "Newsletter"


class TemplateSource(TextChoices):
    ADMIN = "admin", "Staff"
    AI_SUGGESTED = "ai_suggested", "Suggested by AI"
    SYSTEM = "system", "System"


class TemplateStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PENDING_APPROVAL = "pending_approval", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    ARCHIVED = "archived", "Archived"


class SmsQueueStatus(TextChoices):
    PENDING = "pending", "Pending"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class SmsDeliveryStatus(TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    UNDELIVERED = "undelivered", "Undelivered"


class LimitExceededAction(TextChoices):
    PAUSE = "pause", "Pause until next month"
    NOTIFY = "notify", "Alert and go on"
    CONTINUE = "continue", "Go on"


class ConsentPurpose(TextChoices):
    MARKETING = "marketing", "Marketing"
    TRANSACTIONAL = "transactional", "Transactional"


class ConsentAction(TextChoices):
    GRANTED = "granted", "Granted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ConsentMethod(TextChoices):
    CHECKBOX = "checkbox", "Checkbox"
    DOUBLE_OPT_IN = "double_opt_in", "Double opt-in"
    SMS_KEYWORD = "sms_keyword", "SMS keyword"
    UNSUBSCRIBE_LINK = "unsubscribe_link", "Unsubscribe link"
    ONE_CLICK = "one_click", "One-click unsubscribe"
    STAFF = "staff", "Staff"
    BOOKING = "booking", "Booking"
    IMPORT = "import", "Import"
    COMPLAINT = "complaint", "Complaint"


class SuppressionReason(TextChoices):
    STOP = "stop", "STOP keyword"
    UNSUBSCRIBE = "unsubscribe", "Unsubscribed"
    COMPLAINT = "complaint", "Complaint"
    HARD_BOUNCE = "hard_bounce", "Hard bounce"
    SOFT_BOUNCES = "soft_bounces", "Repeated soft bounces"
    INVALID_NUMBER = "invalid_number", "Invalid number"
    CARRIER = "carrier", "Carrier"
    MANUAL = "manual", "By hand"

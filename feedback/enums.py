"""Values of the columns of schema feedback (data model, section 3)."""

from django.db.models import TextChoices


class ReviewRating(TextChoices):
    """RV-2: the last two need a complaint text, the first two refuse one."""

    GREAT = "great", "Great"
    GOOD = "good", "Good"
    OKAY = "okay", "Okay"
    COULD_BE_BETTER = "could_be_better", "Could be better"


HAPPY_RATINGS = (ReviewRating.GREAT, ReviewRating.GOOD)


class CustomerReviewStatus(TextChoices):
    PENDING = "pending", "Waiting for the customer"
    SUBMITTED = "submitted", "Submitted"
    ESCALATED = "escalated", "Escalated"
    RESOLVED = "resolved", "Resolved"
    ARCHIVED = "archived", "Archived"


class SentimentLabel(TextChoices):
    POSITIVE = "positive", "Positive"
    NEUTRAL = "neutral", "Neutral"
    NEGATIVE = "negative", "Negative"


class ModerationStatus(TextChoices):
    PENDING = "pending", "To be read"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    FLAGGED = "flagged", "Flagged"


class ModerationReason(TextChoices):
    """RV-5: the rating is no reason."""

    SPAM = "spam", "Spam"
    PROFANITY = "profanity", "Profanity"
    PERSONAL_DATA = "personal_data", "Personal data"
    OFF_TOPIC = "off_topic", "Off topic"
    LEGAL = "legal", "Legal"


class MediaType(TextChoices):
    IMAGE = "image", "Image"
    VIDEO = "video", "Video"


class MediaStatus(TextChoices):
    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Ready"
    FAILED = "failed", "Failed"


class CouponStatus(TextChoices):
    ACTIVE = "active", "Active"
    USED = "used", "Used up"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"


class CouponReason(TextChoices):
    """RV-6; `negative_review` stands on imported history only."""

    COMPLAINT_RESOLUTION = "complaint_resolution", "Complaint resolved"
    PROMOTION = "promotion", "Promotion"
    NEGATIVE_REVIEW = "negative_review", "Negative review (imported)"


COMPLAINT_REASONS = (CouponReason.COMPLAINT_RESOLUTION, CouponReason.NEGATIVE_REVIEW)
"""RV-7: a customer has at most one active coupon of these."""


class DiscountType(TextChoices):
    PERCENTAGE = "percentage", "Percentage"
    FIXED_AMOUNT = "fixed_amount", "Fixed amount"


class ReviewEscalationType(TextChoices):
    ADMIN_NOTIFICATION = "admin_notification", "Notice to staff"
    AI_AGENT = "ai_agent", "AI agent"
    MANUAL = "manual", "By hand"


class ReviewEscalationStatus(TextChoices):
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


OPEN_ESCALATION_STATUSES = (ReviewEscalationStatus.OPEN, ReviewEscalationStatus.IN_PROGRESS)
ENDED_ESCALATION_STATUSES = (ReviewEscalationStatus.RESOLVED, ReviewEscalationStatus.CLOSED)

"""Values of the columns of schema integra (data model, section 3)."""

from django.db.models import TextChoices


class PaymentProvider(TextChoices):
    STRIPE = "stripe", "Stripe"
    PLAID = "plaid", "Plaid"
    PAYMENT_MAIL = "payment_mail", "Payment mail"
    MANUAL = "manual", "By hand"
    IMPORT = "import", "Import"


class PaymentEventStatus(TextChoices):
    PENDING = "pending", "Pending"
    UNMATCHED = "unmatched", "Unmatched"
    MATCHED = "matched", "Matched"
    IGNORED = "ignored", "Ignored"


QUEUED_PAYMENT_STATUSES = (PaymentEventStatus.PENDING, PaymentEventStatus.UNMATCHED)
"""PY-10: money in one of these waits in the manual queue."""


class MatchMethod(TextChoices):
    AUTOMATIC = "automatic", "Automatic"
    SUGGESTED = "suggested", "Suggested"
    MANUAL = "manual", "By hand"


class MatchStatus(TextChoices):
    AUTO = "auto", "Automatic"
    MANUAL = "manual", "By hand"
    IGNORED = "ignored", "Taken back"


class CallStatus(TextChoices):
    INITIATED = "initiated", "Initiated"
    RINGING = "ringing", "Ringing"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    MISSED = "missed", "Missed"
    VOICEMAIL = "voicemail", "Voicemail"
    BUSY = "busy", "Busy"
    NO_ANSWER = "no_answer", "No answer"

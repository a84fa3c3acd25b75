from django.db.models import TextChoices


class OutboxStatus(TextChoices):
    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


SETTLED = (OutboxStatus.COMPLETED, OutboxStatus.CANCELLED)
"""Nothing waits for a delivery in these states."""


class OutboxTarget(TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    VOICE = "voice", "Voice"
    STRIPE = "stripe", "Stripe"
    WEBHOOK = "webhook", "Webhook"
    PROJECTION = "projection", "Projection"
    INTERNAL = "internal", "Internal handler"
    BROKER = "broker", "Broker"


class InboxStatus(TextChoices):
    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    PROCESSED = "processed", "Processed"
    IGNORED = "ignored", "Ignored"
    FAILED = "failed", "Failed"


class IdempotencyStatus(TextChoices):
    IN_FLIGHT = "in_flight", "In flight"
    COMPLETED = "completed", "Completed"


class ActorType(TextChoices):
    USER = "user", "User"
    GUEST = "guest", "Guest"
    SYSTEM = "system", "System"
    WEBHOOK = "webhook", "Webhook"


MAX_ATTEMPTS: dict[str, int] = {
    OutboxTarget.SMS: 5,
    OutboxTarget.EMAIL: 3,
    OutboxTarget.STRIPE: 3,
    OutboxTarget.VOICE: 3,
    OutboxTarget.WEBHOOK: 8,
    OutboxTarget.BROKER: 8,
    OutboxTarget.PROJECTION: 5,
    OutboxTarget.INTERNAL: 5,
}
"""E-5: attempts after which a row is parked."""

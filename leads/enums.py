"""Values of the columns of schema lead (data model, section 3)."""

from django.db.models import TextChoices


class LeadSource(TextChoices):
    """L-1: where a lead came from; the score counts it (L-4)."""

    WEB_QUOTE = "web_quote", "Quote on the website"
    CHAT = "chat", "Chat"
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    GOOGLE = "google", "Google"
    YELP = "yelp", "Yelp"
    SMS = "sms", "SMS"
    PHONE = "phone", "Phone"
    REFERRAL = "referral", "Referral"
    EVENT = "event", "Event"
    WEBSITE = "website", "Website"
    BOOKING_FAILED = "booking_failed", "Booking that failed"
    GOOGLE_MY_BUSINESS = "google_my_business", "Google Business Profile"
    PAYMENT = "payment", "Payment"
    QR_SCAN = "qr_scan", "QR code"
    IMPORT = "import", "Import"


class LeadStatus(TextChoices):
    """L-6: the pipeline; converted is its end."""

    NEW = "new", "New"
    WORKING = "working", "Working"
    QUALIFIED = "qualified", "Qualified"
    DISQUALIFIED = "disqualified", "Disqualified"
    CONVERTED = "converted", "Converted"
    NURTURING = "nurturing", "Nurturing"


OPEN_LEAD_STATUSES = (LeadStatus.NEW, LeadStatus.WORKING, LeadStatus.QUALIFIED, LeadStatus.NURTURING)
"""L-2: a lead in one of these may still become a booking."""


class LeadQuality(TextChoices):
    """L-5: 70 points and more are hot, 40 and more warm."""

    HOT = "hot", "Hot"
    WARM = "warm", "Warm"
    COLD = "cold", "Cold"


class ContactChannel(TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    PHONE = "phone", "Phone"
    WEB = "web", "Website"
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    GOOGLE = "google", "Google"
    YELP = "yelp", "Yelp"
    WHATSAPP = "whatsapp", "WhatsApp"
    IN_APP = "in_app", "In the app"


class LeadEventType(TextChoices):
    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    STATUS_CHANGED = "status_changed", "Status changed"
    ASSIGNED = "assigned", "Assigned"
    SCORED = "scored", "Scored"
    NOTE = "note", "Note"
    CONTACT_ADDED = "contact_added", "Contact added"
    DUPLICATE_CAPTURE = "duplicate_capture", "Asked again"
    BOOKING_FAILED = "booking_failed", "Booking failed"
    FUNNEL_CHECKED_AVAILABILITY = "funnel_checked_availability", "Checked availability"
    FUNNEL_STARTED_BOOKING = "funnel_started_booking", "Started booking"
    FUNNEL_COMPLETED_BOOKING = "funnel_completed_booking", "Completed booking"
    FUNNEL_DROPPED = "funnel_dropped", "Dropped out of booking"
    SOCIAL_INQUIRY = "social_inquiry", "Social inquiry"
    PHONE_CALL = "phone_call", "Phone call"
    SMS_RECEIVED = "sms_received", "SMS received"
    SMS_SENT = "sms_sent", "SMS sent"
    EMAIL_RECEIVED = "email_received", "E-mail received"
    EMAIL_SENT = "email_sent", "E-mail sent"
    NURTURE_ENROLLED = "nurture_enrolled", "Enrolled in a sequence"
    NURTURE_STEP = "nurture_step", "Sequence step"
    NURTURE_STOPPED = "nurture_stopped", "Sequence stopped"
    SLA_MISSED = "sla_missed", "Answered too late"

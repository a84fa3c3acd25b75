"""Coloured words for the states of leads."""

from datetime import datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.models.customer import COMPANY_ZONE
from common.admin.display import badge, local_time
from identity.models import User
from leads.enums import OPEN_LEAD_STATUSES, LeadQuality, LeadStatus
from leads.models import Lead

STATUS_TONES = {
    LeadStatus.NEW: "info",
    LeadStatus.WORKING: "warning",
    LeadStatus.QUALIFIED: "success",
    LeadStatus.CONVERTED: "success",
    LeadStatus.DISQUALIFIED: "danger",
}
QUALITY_TONES = {LeadQuality.HOT: "danger", LeadQuality.WARM: "warning", LeadQuality.COLD: "info"}


def link_to(row: Model, text: str) -> SafeString:
    """Return a link to the row's own page."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), text)


def lead_badge(lead: Lead) -> SafeString:
    """Return a lead's place in the pipeline as a label."""
    return badge(lead.get_status_display(), STATUS_TONES.get(lead.status, "default"))


def quality_badge(lead: Lead) -> SafeString | str:
    """Return how promising a lead is as a label with its points, a dash before it is scored."""
    if lead.quality is None:
        return "-"
    return badge(f"{lead.get_quality_display()} {lead.score:.0f}", QUALITY_TONES[LeadQuality(lead.quality)])


def zone_of(lead: Lead) -> str:
    """Return the zone of the lead's station, of the company where it has none."""
    return lead.station.timezone if lead.station else COMPANY_ZONE


def follow_up_badge(lead: Lead, *, at: datetime) -> SafeString | str:
    """Return when somebody should get in touch, in red when that is over."""
    words = local_time(lead.follow_up_date, zone_of(lead))
    late = lead.follow_up_date is not None and lead.follow_up_date <= at and lead.status in OPEN_LEAD_STATUSES
    return badge(words, "danger") if late else words


def answer_badge(lead: Lead, *, at: datetime) -> SafeString | str:
    """Return when the first answer is due, in red when that is over; or that it came (L-10)."""
    if lead.answered_at is not None:
        return "Answered"
    words = local_time(lead.answer_due_at, zone_of(lead))
    late = lead.answer_due_at is not None and lead.answer_due_at <= at
    return badge(words, "danger") if late else words


def name_of(user: User) -> str:
    """Return how pages name a colleague."""
    return str(user.full_name or "-")

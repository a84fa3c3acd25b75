"""How long leads are kept (section 14)."""

from datetime import datetime

from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Coalesce

from events.retention import Retention
from leads.enums import LeadStatus
from leads.models import Lead, LeadSocialMessage


def _idle(before: datetime) -> QuerySet[Lead]:
    """Return leads, disqualified or not, with whom nobody was in touch since; converted ones stay."""
    return (
        Lead.objects.exclude(status=LeadStatus.CONVERTED)
        .exclude(customer__legal_hold=True)
        .alias(last=Coalesce("last_contact_date", "created_at", output_field=DateTimeField()))
        .filter(last__lt=before)
    )


RETENTIONS = (
    Retention(
        name="lead.social_messages",
        model=LeadSocialMessage,
        days=1_095,
        does="deletes old messages",
        due=lambda before: LeadSocialMessage.objects.filter(created_at__lt=before).exclude(
            lead__customer__legal_hold=True
        ),
    ),
    Retention(
        name="lead.leads",
        model=Lead,
        days=730,
        does="deletes disqualified and idle leads",
        due=_idle,
    ),
    Retention(
        name="lead.leads.deleted",
        model=Lead,
        days=30,
        does="purges deleted leads",
        due=lambda before: Lead.objects.filter(deleted_at__lt=before).exclude(customer__legal_hold=True),
    ),
)

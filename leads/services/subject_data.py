"""A person's leads: an erasure removes them with everything that hangs on them (P-6)."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.enums import IdentityVerification
from events.subjects import Moment, Remove, Subject, SubjectTable
from leads.enums import ContactChannel
from leads.models import Lead, LeadContact, LeadContext, LeadEvent, LeadSocialAccount, LeadSocialMessage


def list_leads(subject: Subject) -> QuerySet[Lead]:
    """Return the person's leads: by customer, else by party, e-mail, verified handle, or phone alone."""
    contacts = LeadContact.objects.filter(lead=OuterRef("pk"))
    handles = LeadSocialAccount.objects.filter(
        lead=OuterRef("pk"),
        identity__customer__in=subject.customers,
        identity__verification_status=IdentityVerification.VERIFIED,
    )
    by_phone = Exists(contacts.filter(handle_or_address_bidx__in=subject.phones)) & ~Exists(
        contacts.filter(channel=ContactChannel.EMAIL)
    )
    linked = (
        Q(converted_booking__customer__in=subject.customers)
        | Exists(contacts.filter(handle_or_address_bidx__in=subject.emails))
        | Exists(handles)
        | by_phone
    )
    return Lead.objects.filter(Q(customer__in=subject.customers) | (Q(customer=None) & linked))


def _station(row: LeadEvent) -> UUID | None:
    return row.lead.station_id


TABLES = (
    SubjectTable(
        model=LeadSocialMessage,
        rows=lambda subject: LeadSocialMessage.objects.filter(lead__in=list_leads(subject)),
        erase=Remove(),
    ),
    SubjectTable(
        model=LeadSocialAccount,
        rows=lambda subject: LeadSocialAccount.objects.filter(lead__in=list_leads(subject)),
        erase=Remove(),
    ),
    SubjectTable(
        model=LeadEvent,
        rows=lambda subject: LeadEvent.objects.filter(lead__in=list_leads(subject)).select_related("lead"),
        erase=Remove(),
        moments=(Moment(at="occurred_at", what="lead.event", shows=("type",)),),
        station=_station,
    ),
    SubjectTable(
        model=LeadContext,
        rows=lambda subject: LeadContext.objects.filter(lead__in=list_leads(subject)),
        erase=Remove(),
    ),
    SubjectTable(
        model=LeadContact,
        rows=lambda subject: LeadContact.objects.filter(lead__in=list_leads(subject)),
        erase=Remove(),
    ),
    SubjectTable(
        model=Lead,
        rows=list_leads,
        erase=Remove(),
        moments=(
            Moment(at="created_at", what="lead.captured", shows=("source", "status")),
            Moment(at="conversion_date", what="lead.converted"),
        ),
    ),
)

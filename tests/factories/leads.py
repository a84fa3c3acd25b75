"""Leads and what hangs on them."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.enums import Direction, SocialMessageKind, SocialPlatform
from leads.enums import ContactChannel, LeadEventType, LeadSource
from leads.models import (
    Lead,
    LeadContact,
    LeadContext,
    LeadEvent,
    LeadSocialAccount,
    LeadSocialMessage,
    SocialMediaAccount,
)
from tests.factories.identity import StationFactory


class LeadFactory(DjangoModelFactory):
    """A new lead of a station, from the website."""

    class Meta:
        model = Lead

    station = SubFactory(StationFactory)
    source = LeadSource.WEBSITE


class LeadContactFactory(DjangoModelFactory):
    """An e-mail address of its own."""

    class Meta:
        model = LeadContact

    lead = SubFactory(LeadFactory)
    channel = ContactChannel.EMAIL
    handle_or_address = Sequence(lambda n: f"lead{n}@people.example")


class LeadContextFactory(DjangoModelFactory):
    """Nothing but that there is one."""

    class Meta:
        model = LeadContext

    lead = SubFactory(LeadFactory)


class LeadEventFactory(DjangoModelFactory):
    class Meta:
        model = LeadEvent

    lead = SubFactory(LeadFactory)
    type = LeadEventType.CREATED


class LeadSocialAccountFactory(DjangoModelFactory):
    """An Instagram handle of its own."""

    class Meta:
        model = LeadSocialAccount

    lead = SubFactory(LeadFactory)
    platform = SocialPlatform.INSTAGRAM
    handle = Sequence(lambda n: f"lead_{n}")


class SocialMediaAccountFactory(DjangoModelFactory):
    """A page of its own."""

    class Meta:
        model = SocialMediaAccount

    station = SubFactory(StationFactory)
    platform = SocialPlatform.INSTAGRAM
    page_id = Sequence(lambda n: f"page-{n}")
    page_name = "Hibachi Fremont"


class LeadSocialMessageFactory(DjangoModelFactory):
    """A private message of the lead."""

    class Meta:
        model = LeadSocialMessage

    lead = SubFactory(LeadFactory)
    platform = SocialPlatform.INSTAGRAM
    direction = Direction.INBOUND
    kind = SocialMessageKind.DM

from leads.models.lead import Lead
from leads.models.lead_contact import LeadContact
from leads.models.lead_context import LeadContext
from leads.models.lead_event import LeadEvent
from leads.models.lead_social_account import LeadSocialAccount
from leads.models.lead_social_message import LeadSocialMessage
from leads.models.social_media_account import SocialMediaAccount

__all__ = [
    "Lead",
    "LeadContact",
    "LeadContext",
    "LeadEvent",
    "LeadSocialAccount",
    "LeadSocialMessage",
    "SocialMediaAccount",
]

from newsletter.models.campaign import Campaign, CampaignEvent
from newsletter.models.campaign_sms_limit import CampaignSmsLimit
from newsletter.models.consent_record import ConsentRecord
from newsletter.models.contact import ContactLog, Suppression
from newsletter.models.sms_queue_item import SmsDeliveryEvent, SmsQueueItem
from newsletter.models.sms_template import SmsTemplate
from newsletter.models.subscriber import Subscriber, SubscriberPreference

__all__ = [
    "Campaign",
    "CampaignEvent",
    "CampaignSmsLimit",
    "ConsentRecord",
    "ContactLog",
    "SmsDeliveryEvent",
    "SmsQueueItem",
    "SmsTemplate",
    "Subscriber",
    "SubscriberPreference",
    "Suppression",
]

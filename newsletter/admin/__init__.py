"""Staff pages of the newsletter; importing the package registers them."""

from newsletter.admin import campaign, campaign_logs, contacts, sms_template, subscriber

__all__ = ["campaign", "campaign_logs", "contacts", "sms_template", "subscriber"]

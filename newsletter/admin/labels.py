"""Coloured words for the states of the newsletter's rows."""

from typing import Any

from django.utils.safestring import SafeString

from common.admin.display import badge
from newsletter.enums import (
    CampaignEventType,
    CampaignStatus,
    ConsentAction,
    SmsDeliveryStatus,
    SmsQueueStatus,
    TemplateStatus,
)

TONES: dict[str, dict[Any, str]] = {
    "campaign": {
        CampaignStatus.SCHEDULED: "info",
        CampaignStatus.SENDING: "warning",
        CampaignStatus.SENT: "success",
        CampaignStatus.CANCELLED: "danger",
    },
    "template": {
        TemplateStatus.PENDING_APPROVAL: "warning",
        TemplateStatus.APPROVED: "success",
        TemplateStatus.REJECTED: "danger",
    },
    "event": {
        CampaignEventType.DELIVERED: "success",
        CampaignEventType.OPENED: "success",
        CampaignEventType.CLICKED: "success",
        CampaignEventType.REPLIED: "info",
        CampaignEventType.BOUNCED: "danger",
        CampaignEventType.FAILED: "danger",
        CampaignEventType.UNSUBSCRIBED: "warning",
        CampaignEventType.COMPLAINED: "danger",
    },
    "queue": {
        SmsQueueStatus.PENDING: "info",
        SmsQueueStatus.SENDING: "warning",
        SmsQueueStatus.SENT: "success",
        SmsQueueStatus.FAILED: "danger",
    },
    "delivery": {
        SmsDeliveryStatus.DELIVERED: "success",
        SmsDeliveryStatus.FAILED: "danger",
        SmsDeliveryStatus.UNDELIVERED: "danger",
    },
    "consent": {ConsentAction.GRANTED: "success", ConsentAction.WITHDRAWN: "danger"},
}


def state_badge(kind: str, value: str, label: str) -> SafeString:
    """Return a state as a label; `kind` is one of TONES."""
    return badge(label, TONES[kind].get(value, "default"))


def dollars_of_centicents(centicents: int) -> str:
    """Return hundredths of a cent as dollars with four decimals."""
    return f"${centicents / 10_000:,.4f}"

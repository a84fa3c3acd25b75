"""How many SMS a campaign may send, and what they cost."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from newsletter.enums import LimitExceededAction
from newsletter.models.campaign import Campaign
from newsletter.models.fields import counter_field, instant_field

MONTHLY_SMS_LIMIT = 1_000
SEGMENT_CENTICENTS = 75
ALERT_PERCENTAGE = 80


class CampaignSmsLimit(TimestampedModel):
    """How many SMS a campaign may send in a month and in all, and what they have cost."""

    privacy = Classification(
        public="campaign current_month monthly_sms_limit monthly_sms_used campaign_sms_limit "
        "campaign_sms_sent campaign_sms_queued campaign_sms_failed cost_per_segment_centicents "
        "total_cost_centicents limit_exceeded_action monthly_limit_exceeded_at "
        "campaign_limit_exceeded_at alert_at_percentage alert_sent_at"
    )

    campaign = models.OneToOneField(
        Campaign,
        on_delete=models.CASCADE,
        related_name="campaign_sms_limit",
        help_text="The campaign that is limited.",
    )
    current_month = models.CharField(
        max_length=7, help_text="Month in the company's zone that the monthly count is of, as YYYY-MM."
    )
    monthly_sms_limit = models.PositiveIntegerField(
        "monthly SMS limit",
        default=MONTHLY_SMS_LIMIT,
        db_default=MONTHLY_SMS_LIMIT,
        help_text="Most SMS of the campaign in a month.",
    )
    monthly_sms_used = counter_field("Number of SMS reserved in the current month.", "monthly SMS used")
    campaign_sms_limit = models.PositiveIntegerField(
        "campaign SMS limit",
        null=True,
        blank=True,
        help_text="Most SMS of the campaign in all; empty for no such limit.",
    )
    campaign_sms_sent = counter_field("Number of SMS handed to the provider.", "campaign SMS sent")
    campaign_sms_queued = counter_field("Number of SMS waiting in the queue.", "campaign SMS queued")
    campaign_sms_failed = counter_field("Number of SMS given up.", "campaign SMS failed")
    cost_per_segment_centicents = models.PositiveIntegerField(
        default=SEGMENT_CENTICENTS,
        db_default=SEGMENT_CENTICENTS,
        help_text="Price of one segment, in hundredths of a cent.",
    )
    total_cost_centicents = models.BigIntegerField(
        default=0, db_default=0, help_text="What the campaign's SMS have cost, in hundredths of a cent."
    )
    limit_exceeded_action = EnumField(
        LimitExceededAction,
        default=LimitExceededAction.PAUSE,
        help_text="What happens when a limit is reached.",
    )
    monthly_limit_exceeded_at = instant_field("When the monthly limit was reached.")
    campaign_limit_exceeded_at = instant_field("When the limit of the whole campaign was reached.")
    alert_at_percentage = models.PositiveSmallIntegerField(
        default=ALERT_PERCENTAGE,
        db_default=ALERT_PERCENTAGE,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Percentage of a limit at which staff are alerted, from 1 to 100.",
    )
    alert_sent_at = instant_field("When that alert was sent.")

    class Meta:
        db_table = table("newsletter", "campaign_sms_limits")
        verbose_name = "campaign SMS limit"
        constraints = [
            models.CheckConstraint(
                condition=Q(current_month__regex="^[0-9]{4}-(0[1-9]|1[0-2])$"), name="ck_sms_limits_month"
            ),
            models.CheckConstraint(
                condition=Q(alert_at_percentage__range=(1, 100)), name="ck_sms_limits_alert"
            ),
        ]

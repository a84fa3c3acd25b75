"""Texts that messages are made of."""

from django.db import models
from django.db.models import F, Q

from common.db import table
from common.fields import EnumField, RatioField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User
from newsletter.enums import TemplateCategory, TemplateSource, TemplateStatus
from newsletter.models.fields import counter_field, instant_field


class SmsTemplateQuerySet(models.QuerySet["SmsTemplate"]):
    def usable(self) -> "SmsTemplateQuerySet":
        """Keep the texts that a campaign may send: approved and in use (N-6, N-13)."""
        return self.filter(status=TemplateStatus.APPROVED, is_active=True)

    def awaiting_approval(self) -> "SmsTemplateQuerySet":
        """Keep the texts that somebody other than their author must decide on (N-13)."""
        return self.filter(status=TemplateStatus.PENDING_APPROVAL)


class SmsTemplate(TimestampedModel):
    """A text with variables that messages are made of, sent only after another person approved it."""

    privacy = Classification(
        public="name content category source status variables example_data ai_prompt ai_confidence ai_model "
        "created_by approved_by approved_at rejection_reason usage_count last_used_at is_active"
    )

    name = models.CharField(max_length=100, help_text="The name staff choose the text by, unique.")
    content = models.TextField(help_text="The text; a variable stands in double curly brackets.")
    category = EnumField(TemplateCategory, help_text="What the text is for.")
    source = EnumField(TemplateSource, default=TemplateSource.ADMIN, help_text="Who wrote the text first.")
    status = EnumField(
        TemplateStatus,
        default=TemplateStatus.DRAFT,
        help_text="Where the text stands on its way to approval.",
    )
    variables = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Names of the variables in the text, as a list."
    )
    example_data = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="A made-up value per variable, for previews."
    )
    ai_prompt = models.TextField(
        null=True, blank=True, help_text="What the assistant was asked when it suggested the text."
    )
    ai_confidence = RatioField(
        null=True, blank=True, help_text="How sure the assistant was of its suggestion, from 0 to 1."
    )
    ai_model = models.CharField(
        max_length=50, null=True, blank=True, help_text="Name of the model that suggested the text."
    )
    created_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_created_by",
        help_text="The employee who wrote the text.",
    )
    approved_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_approved_by",
        help_text="The employee who approved the text, never its author.",
    )
    approved_at = instant_field("When the text was approved.")
    rejection_reason = models.TextField(
        null=True, blank=True, help_text="Why the text was rejected, for its author."
    )
    usage_count = counter_field("Number of messages made of the text.")
    last_used_at = instant_field("When a message was last made of the text.")
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether new campaigns may choose the text."
    )

    objects = SmsTemplateQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "sms_templates")
        verbose_name = "SMS template"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="uq_sms_templates_name"),
            models.CheckConstraint(
                condition=(~Q(status=TemplateStatus.APPROVED) | Q(approved_at__isnull=False))
                & ~Q(approved_by=F("created_by")),
                name="ck_sms_templates_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.name

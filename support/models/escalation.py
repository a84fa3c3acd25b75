"""A conversation that a person has to take over (M-7, M-9)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Range
from django.utils import timezone

from bookings.enums import PriorityLevel
from bookings.models import Customer, MessageThread
from bookings.models.querysets import ScopedQuerySet
from common.crypto.blind_index import blind_indexes
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedPhoneField,
    EncryptedTextField,
)
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station, User
from support.enums import SETTLED_STATUSES, EscalationMethod, EscalationStatus

REASON_LENGTHS = (10, 1_000)
OPEN = ~Q(status__in=SETTLED_STATUSES)


class EscalationQuerySet(ScopedQuerySet["Escalation"]):
    read_code = "support.read"
    has_company_rows = True

    def open(self) -> Self:
        """Keep what nobody has resolved (M-7)."""
        return self.filter(OPEN)

    def unanswered(self, at: datetime) -> Self:
        """Keep what should have had its first answer by the instant, the longest overdue first (M-9)."""
        return (
            self.open()
            .filter(sla_due_at__lte=at, first_response_at__isnull=True)
            .order_by("sla_due_at", "pk")
        )

    def of_conversation(self, conversation_id: str) -> Self:
        """Keep the escalations of one conversation, of which one may be open (M-7)."""
        return self.filter(conversation_id=conversation_id)

    def in_state(self, station: Station, status: EscalationStatus) -> Self:
        """Keep one station's escalations of a state."""
        return self.filter(station=station, status=status)

    def assigned_to(self, user: User) -> Self:
        """Keep the open escalations of an employee."""
        return self.open().filter(assigned_to=user)

    def with_phone(self, phone: str) -> Self:
        """Keep the escalations of a phone number; ValueError for an impossible one."""
        return self.filter(customer_phone_bidx__in=blind_indexes(phone, kind="phone"))

    def with_email(self, email: str) -> Self:
        """Keep the escalations of an e-mail address; ValueError for an impossible one."""
        return self.filter(customer_email_bidx__in=blind_indexes(email, kind="email"))


class Escalation(TimestampedModel):
    """A conversation that a person has to take over, with its deadlines and how it ended."""

    privacy = Classification(
        public="conversation_id station customer thread priority method status status_before_error "
        "assigned_to assigned_at escalated_at first_response_at last_customer_response_at "
        "resolved_at sla_due_at solution_due_at sla_step resume_ai_chat sms_sent call_initiated "
        "sms_sent_at call_initiated_at retry_count",
        personal="customer_name customer_phone customer_email customer_phone_bidx customer_email_bidx "
        "reason resolution_notes error_message metadata",
    )

    conversation_id = models.CharField(
        max_length=255, help_text="Key of the conversation, in the channel where it was held."
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="escalations",
        db_index=False,
        help_text="The station whose staff take over; empty for the company.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="escalations",
        help_text="The customer, where the person is known as one.",
    )
    thread = models.ForeignKey(
        MessageThread,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="escalations",
        help_text="The message thread of the conversation.",
    )
    customer_name = EncryptedTextField(help_text="Name of the person, encrypted.")
    customer_phone = EncryptedPhoneField(help_text="Phone number of the person, encrypted.")
    customer_email = EncryptedEmailField(
        null=True, blank=True, help_text="E-mail address of the person, encrypted."
    )
    customer_phone_bidx = BlindIndexField(
        source="customer_phone", kind="phone", help_text="Keyed hash by which the phone number is found."
    )
    customer_email_bidx = BlindIndexField(
        source="customer_email", kind="email", help_text="Keyed hash by which the e-mail address is found."
    )
    reason = models.TextField(help_text="Why a person is needed, in 10 to 1,000 characters.")
    priority = EnumField(
        PriorityLevel,
        default=PriorityLevel.MEDIUM,
        help_text="How urgent it is; the deadlines follow from it.",
    )
    method = EnumField(
        EscalationMethod, default=EscalationMethod.PHONE, help_text="How the person wishes to be reached."
    )
    status = EnumField(
        EscalationStatus, default=EscalationStatus.PENDING, help_text="Where the escalation stands."
    )
    status_before_error = EnumField(
        EscalationStatus,
        null=True,
        blank=True,
        help_text="The state to return to once the notice went out; set exactly while it has failed.",
    )
    assigned_to = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_to",
        db_index=False,
        help_text="The employee who takes care of it.",
    )
    assigned_at = models.DateTimeField(null=True, blank=True, help_text="When it was given to that employee.")
    escalated_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When a person was asked for."
    )
    first_response_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person was first written to or called."
    )
    last_customer_response_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person last wrote or called."
    )
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When it was resolved.")
    sla_due_at = models.DateTimeField("first answer due", help_text="When the first answer is due.")
    solution_due_at = models.DateTimeField("solution due", help_text="When the solution is due.")
    sla_step = models.PositiveSmallIntegerField(
        "overdue alerts", default=0, db_default=0, help_text="Number of overdue alerts raised so far."
    )
    resolution_notes = models.TextField(
        null=True, blank=True, help_text="What was done; needed to resolve it."
    )
    resume_ai_chat = models.BooleanField(
        "resume AI chat",
        default=False,
        db_default=False,
        help_text="Whether the assistant answers again once it is resolved.",
    )
    sms_sent = models.BooleanField(
        "SMS sent", default=False, db_default=False, help_text="Whether an SMS went to the person."
    )
    call_initiated = models.BooleanField(
        default=False, db_default=False, help_text="Whether a call to the person was started."
    )
    sms_sent_at = models.DateTimeField(
        "SMS sent at", null=True, blank=True, help_text="When the last SMS went out."
    )
    call_initiated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last call was started."
    )
    error_message = models.TextField(null=True, blank=True, help_text="Why the notice to staff failed.")
    retry_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of times the notice was tried again."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the channel told beside the conversation."
    )

    objects = EscalationQuerySet.as_manager()

    class Meta:
        db_table = table("support", "escalations")
        constraints = [
            models.UniqueConstraint(fields=["conversation_id"], condition=OPEN, name="uq_escalations_open"),
            models.CheckConstraint(
                condition=Q(Range(Length("reason"), REASON_LENGTHS)), name="ck_escalations_reason"
            ),
            models.CheckConstraint(
                condition=OPEN | Q(resolved_at__isnull=False, resolution_notes__isnull=False),
                name="ck_escalations_resolved",
            ),
            models.CheckConstraint(
                condition=Q(status=EscalationStatus.ERROR, status_before_error__isnull=False)
                | (~Q(status=EscalationStatus.ERROR) & Q(status_before_error__isnull=True)),
                name="ck_escalations_error",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation_id"], name="ix_escalations_conversation"),
            models.Index(fields=["customer_phone_bidx"], name="ix_escalations_phone"),
            models.Index(fields=["customer_email_bidx"], name="ix_escalations_email"),
            models.Index(fields=["station", "status", "priority"], name="ix_escalations_station"),
            models.Index(fields=["assigned_to", "status"], name="ix_escalations_assignee"),
            models.Index(fields=["sla_due_at"], condition=OPEN, name="ix_escalations_sla"),
        ]

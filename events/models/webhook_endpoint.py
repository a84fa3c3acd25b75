from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.crypto.fields import EncryptedTextField
from common.db import table
from common.models import TimestampedModel
from common.privacy import Classification


class WebhookEndpoint(TimestampedModel):
    """A receiver of outgoing webhooks.

    Two secrets live while one is rotated (E-9).
    """

    name = models.CharField(max_length=100, help_text="Unique name, by which deliveries are addressed to it.")
    url = models.CharField(max_length=500, help_text="Web address that events are posted to.")
    event_types: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=100),
        default=list,
        db_default=[],
        blank=True,
        help_text="Types of events that it gets, such as booking.confirmed.",
    )
    secret = EncryptedTextField(help_text="Secret that signs what is sent, stored encrypted.")
    previous_secret = EncryptedTextField(
        null=True,
        blank=True,
        help_text="Former secret, stored encrypted, which signs too until it is dropped; empty: none.",
    )
    is_active = models.BooleanField(default=True, db_default=True, help_text="Whether events are sent to it.")
    disabled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was switched off; empty while active."
    )
    disabled_reason = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        help_text="Why it was switched off, such as its answer 410; empty: nothing said.",
    )

    privacy = Classification(
        public="name url event_types is_active disabled_at disabled_reason",
        secret="secret previous_secret",  # noqa: S106 -- names of fields
    )

    class Meta:
        db_table = table("events", "webhook_endpoints")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="uq_webhook_endpoints_name"),
            models.CheckConstraint(
                condition=Q(is_active=True, disabled_at__isnull=True)
                | Q(is_active=False, disabled_at__isnull=False),
                name="ck_webhook_endpoints_disabled",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_rotating(self) -> bool:
        """Whether the secret before the present one signs too."""
        return self.previous_secret is not None

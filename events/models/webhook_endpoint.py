from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.crypto.fields import EncryptedTextField
from common.db import table
from common.models import TimestampedModel
from common.privacy import Classification


class WebhookEndpoint(TimestampedModel):
    """A receiver of outgoing webhooks; two secrets live while one is rotated (E-9)."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    event_types: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=100), default=list, db_default=[], blank=True
    )
    secret = EncryptedTextField()
    previous_secret = EncryptedTextField(null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, null=True, blank=True)

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

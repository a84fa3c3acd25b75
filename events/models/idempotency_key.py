from django.db import models
from django.db.models import Q

from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField, HexField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import IdempotencyStatus


class IdempotencyKey(TimestampedModel):
    """A client's key for one effect and, once it happened, its answer (API-6)."""

    actor = models.CharField(max_length=100)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=255, help_text="Tokens in it are hashed.")
    key = models.CharField(max_length=128)
    fingerprint = HexField(help_text="Of the canonical body.")
    request_id = models.CharField(max_length=64, null=True, blank=True)
    status = EnumField(IdempotencyStatus, default=IdempotencyStatus.IN_FLIGHT)
    locked_until = models.DateTimeField(null=True, blank=True, help_text="The lease of the running request.")
    expires_at = models.DateTimeField()
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_headers = models.JSONField(default=dict, db_default={}, blank=True)
    response_body = EncryptedTextField(null=True, blank=True)

    privacy = Classification(
        public="actor method path fingerprint request_id status locked_until expires_at response_status"
        " response_headers",
        personal="response_body",
        secret="key",  # noqa: S106 -- names of fields
    )

    class Meta:
        db_table = table("events", "idempotency_keys")
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "method", "path", "key"], name="uq_idempotency_scope_key"
            ),
            models.CheckConstraint(
                condition=Q(status=IdempotencyStatus.COMPLETED, response_status__isnull=False)
                | (~Q(status=IdempotencyStatus.COMPLETED) & Q(response_status__isnull=True)),
                name="ck_idempotency_answer",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="ix_idempotency_expires")]

from django.db import models
from django.db.models import Q

from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField, HexField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import IdempotencyStatus


class IdempotencyKey(TimestampedModel):
    """A client's key for one effect and, once it happened, the answer that a repeat gets.

    Follows API-6.
    """

    actor = models.CharField(
        max_length=100,
        help_text="Who sent the key: user and account, or guest and a keyed hash of the network.",
    )
    method = models.CharField(max_length=10, help_text="HTTP method of the request, in practice POST.")
    path = models.CharField(max_length=255, help_text="Path of the request; secret tokens in it are hashed.")
    key = models.CharField(
        max_length=128,
        help_text="What the client chose as Idempotency-Key; unique per actor, method and path.",
    )
    fingerprint = HexField(help_text="Keyed hash of the body; a repeat with another body is refused.")
    request_id = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        help_text="Id of the request that took the key; empty: it had none.",
    )
    status = EnumField(
        IdempotencyStatus,
        default=IdempotencyStatus.IN_FLIGHT,
        help_text="Whether the request still runs or has its answer.",
    )
    locked_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when the running request owns the key; empty once it is answered.",
    )
    expires_at = models.DateTimeField(help_text="From this instant on the key may be used anew.")
    response_status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the answer; empty while the request runs."
    )
    response_headers = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Headers of the answer that a repeat gets too, as JSON.",
    )
    response_body = EncryptedTextField(
        null=True, blank=True, help_text="Body of the answer, stored encrypted; empty while the request runs."
    )

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

from django.db import models

from common.db import table
from common.models import CreatedModel
from common.privacy import Classification


class Counter(CreatedModel):
    """Hits of one key in one fixed window; an UNLOGGED table, emptied by a crash of the server."""

    key = models.CharField(max_length=200, help_text="Holds hashes only.")
    window_start = models.DateTimeField()
    hits = models.IntegerField()
    expires_at = models.DateTimeField()

    privacy = Classification(public="key window_start hits expires_at")

    class Meta:
        db_table = table("events", "counters")
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="uq_counters")]
        indexes = [models.Index(fields=["expires_at"], name="ix_counters_expires")]

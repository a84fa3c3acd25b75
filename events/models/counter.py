from django.db import models

from common.db import table
from common.models import CreatedModel
from common.privacy import Classification


class Counter(CreatedModel):
    """Hits of one key in one span of time, for rate limits and lockouts.

    An UNLOGGED table, emptied by a crash of the server.
    """

    key = models.CharField(
        max_length=200,
        help_text="What is counted, such as a rate limit; addresses and e-mails in it are keyed hashes.",
    )
    window_start = models.DateTimeField(help_text="Start of the span of time that is counted.")
    hits = models.IntegerField(help_text="Hits within the span so far.")
    expires_at = models.DateTimeField(
        help_text="From this instant on the count is of no use and may be deleted."
    )

    privacy = Classification(public="key window_start hits expires_at")

    class Meta:
        db_table = table("events", "counters")
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="uq_counters")]
        indexes = [models.Index(fields=["expires_at"], name="ix_counters_expires")]

from django.db import models

from common.db import table
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station, User


class Consumer(TimestampedModel):
    """A restaurant, hotel or station of ours that buys on the exchange, one per account."""

    privacy = Classification(public="user organization_name station")

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        related_name="consumer",
        help_text="Account that asks for links, orders and complains for the consumer.",
    )
    organization_name = models.CharField(max_length=255, help_text="Name under which suppliers know it.")
    station = models.OneToOneField(
        Station,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="consumer",
        help_text="Station of ours for which this consumer buys; empty for strangers.",
    )

    class Meta:
        db_table = table("supply", "consumers")

"""Which booking a payment event belongs to, and why (section 7)."""

from typing import Self

from django.db import models
from django.db.models import Q

from bookings.models import Booking, Payment
from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import EnumField, RatioField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User
from integra.enums import MatchMethod, MatchStatus
from integra.models.payment_event import PaymentEvent

LIVE_MATCH = ~Q(status=MatchStatus.IGNORED)


class PaymentMatchQuerySet(ScopedQuerySet["PaymentMatch"]):
    read_code = "payment.match"
    station_paths = ("booking__station",)

    def live(self) -> Self:
        """Keep the matches that nobody took back: one per event at most."""
        return self.filter(LIVE_MATCH)


class PaymentMatch(TimestampedModel):
    """The booking that a payment event was found to belong to; taking it back leaves the row as ignored."""

    privacy = Classification(
        public="payment_event booking payment status match_method confidence evidence reviewed_by "
        "reviewed_at",
        personal="notes",
    )

    payment_event = models.ForeignKey(
        PaymentEvent,
        on_delete=models.PROTECT,
        related_name="payment_matches",
        help_text="The money.",
    )
    booking = models.ForeignKey(
        Booking,
        on_delete=models.PROTECT,
        related_name="payment_matches",
        help_text="The booking it pays for.",
    )
    payment = models.ForeignKey(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payment_matches",
        help_text="The row of the ledger that the match wrote.",
    )
    status = EnumField(
        MatchStatus, default=MatchStatus.AUTO, help_text="Who made the match, or that it was taken back."
    )
    match_method = EnumField(MatchMethod, help_text="How the booking was found.")
    confidence = RatioField(help_text="Sum of the evidence, from 0 to 1.")
    evidence = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Points per kind of evidence."
    )
    reviewed_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(app_label)s_%(class)s_reviewed_by",
        help_text="The employee who confirmed the match or took it back.",
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="When that was.")
    notes = models.TextField(
        null=True, blank=True, help_text="Remark of that employee; needed to take a match back."
    )

    objects = PaymentMatchQuerySet.as_manager()

    class Meta:
        db_table = table("integra", "payment_matches")
        verbose_name_plural = "payment matches"
        constraints = [
            models.UniqueConstraint(
                fields=["payment_event"], condition=LIVE_MATCH, name="uq_payment_matches_live"
            ),
            models.CheckConstraint(
                condition=LIVE_MATCH | Q(notes__isnull=False), name="ck_payment_matches_ignored"
            ),
        ]

"""The proof that a lane is taken; written by `services/slots.py` alone (D-1, D-3)."""

from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking
from bookings.models.reservation_hold import ReservationHold
from common.db import table
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import Station


class SlotClaim(CreatedModel):
    """The proof that a lane of a slot is taken, by a booking or by a hold.

    Exists exactly while its booking is occupying and live, or its hold pending or signed (S-2).
    """

    privacy = Classification(
        public="station date slot lane booking hold",
    )

    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="slot_claims",
        db_index=False,
        help_text="Station whose slot is taken.",
    )
    date = models.DateField(help_text="Day of the slot, in the station's time zone.")
    slot = models.TimeField(help_text="Time of day of the slot, in the station's time zone.")
    lane = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Which of the slot's parallel places is taken, from 1."
    )
    booking = models.OneToOneField(
        Booking,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="slot_claim",
        help_text="Booking that takes the lane; empty: a hold does.",
    )
    hold = models.OneToOneField(
        ReservationHold,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="slot_claim",
        help_text="Hold that takes the lane; empty: a booking does.",
    )

    class Meta:
        db_table = table("core", "slot_claims")
        constraints = [
            models.UniqueConstraint(fields=["station", "date", "slot", "lane"], name="uq_slot_claims_lane"),
            models.CheckConstraint(
                condition=Q(booking__isnull=True, hold__isnull=False)
                | Q(booking__isnull=False, hold__isnull=True),
                name="ck_slot_claims_one_owner",
            ),
            models.CheckConstraint(condition=Q(lane__gte=1), name="ck_slot_claims_lane"),
        ]

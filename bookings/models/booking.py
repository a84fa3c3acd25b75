"""A party at a customer's home: one slot, one lane, one price, one life cycle (section 5)."""

from django.db import models
from django.db.models import Case, F, Q, Value, When

from bookings.enums import (
    OCCUPYING_STATUSES,
    BookingSource,
    BookingStatus,
    BookingWindow,
    CancellationReasonCode,
    CancellationStatus,
)
from bookings.models.chef import Chef
from bookings.models.customer import Customer
from bookings.models.fields import words_field
from bookings.models.querysets import BookingQuerySet
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import CurrencyField, EnumField
from common.models import LIVE, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User

OCCUPYING = Q(status__in=OCCUPYING_STATUSES)
AWAITING_DEPOSIT = Q(status__in=(BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING))


def _user_key(attribute: str) -> "models.ForeignKey[User | None, User | None]":
    """Return a key to the user who did something; it outlives the user as NULL."""
    return models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name=f"bookings_booking_{attribute}"
    )


class Booking(SoftDeleteModel, TimestampedModel):
    """Keeps its last lane after leaving the occupying states; `slot_claims` alone says what is occupied."""

    privacy = Classification(
        public="reference station customer chef created_by date slot lane starts_at ends_at status "
        "version source zone party_adults party_kids party_toddlers menu_items deposit_due_cents "
        "total_due_cents currency customer_deposit_deadline internal_deadline deposit_deadline "
        "deposit_confirmed_at deposit_confirmed_by hold_on_request held_by held_at "
        "cancellation_requested_at cancellation_requested_by cancellation_reason_code "
        "cancelled_at cancelled_by cancellation_rejected_at cancellation_rejected_by "
        "cancellation_status is_urgent booking_window urgency_alert_sent_at urgency_alert_count "
        "urgency_escalated_at sms_consent sms_consent_timestamp",
        personal="address postal_code allergens hold_reason cancellation_reason cancellation_note "
        "cancellation_rejection_reason override_reason special_requests notes delete_reason metadata",
    )

    reference = models.CharField(max_length=11)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    chef = models.ForeignKey(
        Chef, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings", db_index=False
    )
    created_by = _user_key("created_by")
    date = models.DateField(help_text="Station-local")
    slot = models.TimeField(help_text="Station-local")
    lane = models.PositiveSmallIntegerField(default=1, db_default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = EnumField(BookingStatus, default=BookingStatus.NEW)
    version = models.IntegerField(default=1, db_default=1)
    source = EnumField(BookingSource, default=BookingSource.WEBSITE)
    address = EncryptedTextField()
    postal_code = models.CharField(max_length=10, null=True, blank=True)
    zone = models.CharField(max_length=50, default="primary", db_default="primary")
    party_adults = models.IntegerField()
    party_kids = models.IntegerField(default=0, db_default=0)
    party_toddlers = models.IntegerField(default=0, db_default=0)
    menu_items = models.JSONField(default=list, db_default=[], blank=True)
    allergens = words_field()
    deposit_due_cents = models.IntegerField()
    total_due_cents = models.IntegerField()
    currency = CurrencyField(default="USD")

    customer_deposit_deadline = models.DateTimeField(null=True, blank=True)
    internal_deadline = models.DateTimeField(null=True, blank=True)
    deposit_deadline = models.GeneratedField(
        expression=F("customer_deposit_deadline"),  # type: ignore[arg-type]  # the stubs forget F
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        help_text="Kept for old readers",
    )
    deposit_confirmed_at = models.DateTimeField(null=True, blank=True)
    deposit_confirmed_by = _user_key("deposit_confirmed_by")

    hold_on_request = models.BooleanField(default=False, db_default=False, help_text="Not auto-cancelled")
    held_by = _user_key("held_by")
    held_at = models.DateTimeField(null=True, blank=True)
    hold_reason = models.TextField(null=True, blank=True)

    cancellation_requested_at = models.DateTimeField(null=True, blank=True)
    cancellation_requested_by = _user_key("cancellation_requested_by")
    cancellation_reason_code = EnumField(CancellationReasonCode, null=True, blank=True)
    cancellation_reason = models.TextField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = _user_key("cancelled_by")
    cancellation_note = models.TextField(null=True, blank=True)
    cancellation_rejected_at = models.DateTimeField(null=True, blank=True)
    cancellation_rejected_by = _user_key("cancellation_rejected_by")
    cancellation_rejection_reason = models.TextField(null=True, blank=True)
    cancellation_status = models.GeneratedField(
        expression=Case(
            When(
                cancellation_requested_at__isnull=False,
                cancelled_at__isnull=False,
                then=Value(CancellationStatus.APPROVED.value),
            ),
            When(cancellation_requested_at__isnull=False, then=Value(CancellationStatus.REQUESTED.value)),
            When(cancellation_rejected_at__isnull=False, then=Value(CancellationStatus.REJECTED.value)),
        ),
        output_field=EnumField(CancellationStatus, null=True),
        db_persist=True,
    )

    is_urgent = models.BooleanField(default=False, db_default=False, help_text="Near and without chef")
    booking_window = EnumField(BookingWindow, default=BookingWindow.STANDARD)
    urgency_alert_sent_at = models.DateTimeField(null=True, blank=True)
    urgency_alert_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    urgency_escalated_at = models.DateTimeField(null=True, blank=True)

    sms_consent = models.BooleanField(default=False, db_default=False)
    sms_consent_timestamp = models.DateTimeField(null=True, blank=True)
    override_reason = models.TextField(null=True, blank=True)
    special_requests = models.TextField(null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="quote, qr_session, reschedule_count, deposit_locked, requested_*, terms",
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        db_table = table("core", "bookings")
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="uq_bookings_reference"),
            models.CheckConstraint(
                condition=Q(reference__regex="^MH-[0-9A-F]{8}$"), name="ck_bookings_reference"
            ),
            models.UniqueConstraint(
                fields=["station", "date", "slot", "lane"],
                condition=OCCUPYING & LIVE,
                name="idx_booking_date_slot_active",
            ),
            models.UniqueConstraint(
                fields=["chef", "date", "slot"],
                condition=OCCUPYING & LIVE,
                name="ix_core_bookings_chef_slot_unique",
            ),
            models.CheckConstraint(condition=Q(deposit_due_cents__gte=0), name="check_deposit_non_negative"),
            models.CheckConstraint(
                condition=Q(total_due_cents__gte=F("deposit_due_cents")), name="check_total_gte_deposit"
            ),
            models.CheckConstraint(condition=Q(party_adults__gt=0), name="check_party_adults_positive"),
            models.CheckConstraint(condition=Q(party_kids__gte=0), name="check_party_kids_non_negative"),
            models.CheckConstraint(condition=Q(party_toddlers__gte=0), name="ck_bookings_party_toddlers"),
            models.CheckConstraint(condition=Q(lane__gte=1, version__gte=1), name="ck_bookings_lane_version"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="ck_bookings_times"),
            models.CheckConstraint(
                condition=Q(internal_deadline__isnull=True)
                | Q(customer_deposit_deadline__isnull=True)
                | Q(internal_deadline__gte=F("customer_deposit_deadline")),
                name="ck_bookings_deadlines",
            ),
            models.CheckConstraint(
                condition=Q(hold_on_request=True, held_at__isnull=False, hold_reason__isnull=False)
                | Q(
                    hold_on_request=False,
                    held_at__isnull=True,
                    hold_reason__isnull=True,
                    held_by__isnull=True,
                ),
                name="ck_bookings_hold",
            ),
            models.CheckConstraint(
                condition=Q(status=BookingStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=BookingStatus.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="ck_bookings_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled_at__isnull=True,
                    cancellation_requested_at__isnull=True,
                    cancellation_reason_code__isnull=True,
                )
                | (
                    (Q(cancelled_at__isnull=False) | Q(cancellation_requested_at__isnull=False))
                    & Q(cancellation_reason_code__isnull=False)
                ),
                name="ck_bookings_cancel_reason",
            ),
            models.CheckConstraint(
                condition=Q(cancellation_requested_at__isnull=True) | Q(cancellation_reason__isnull=False),
                name="ck_bookings_cancel_request",
            ),
            models.CheckConstraint(
                condition=Q(cancellation_rejected_at__isnull=True, cancellation_rejection_reason__isnull=True)
                | Q(cancellation_rejected_at__isnull=False, cancellation_rejection_reason__isnull=False),
                name="ck_bookings_cancel_rejected",
            ),
            models.CheckConstraint(
                condition=Q(sms_consent=False) | Q(sms_consent_timestamp__isnull=False),
                name="ck_bookings_sms_consent",
            ),
            models.CheckConstraint(
                condition=Q(cancellation_status__in=CancellationStatus.values),
                name="ck_core_bookings_cancellation_status",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "date", "slot"], name="idx_booking_station_date"),
            models.Index(fields=["station", "customer"], name="idx_booking_station_customer"),
            models.Index(fields=["station", "created_at"], name="ix_bookings_station_created"),
            models.Index(fields=["customer", "starts_at"], name="ix_bookings_customer_starts"),
            models.Index(fields=["chef", "date"], name="ix_bookings_chef_date"),
            models.Index(fields=["status", "ends_at"], name="ix_bookings_status_ends"),
            models.Index(
                fields=["internal_deadline"],
                condition=AWAITING_DEPOSIT & Q(hold_on_request=False) & LIVE,
                name="ix_bookings_internal_deadline",
            ),
            models.Index(
                fields=["customer_deposit_deadline"],
                condition=AWAITING_DEPOSIT & LIVE,
                name="ix_bookings_deposit_deadline",
            ),
            models.Index(
                fields=["cancellation_requested_at"],
                condition=Q(cancellation_requested_at__isnull=False, cancelled_at__isnull=True),
                name="ix_bookings_cancel_requests",
            ),
            models.Index(
                fields=["starts_at"],
                condition=Q(status=BookingStatus.CONFIRMED, chef__isnull=True) & LIVE,
                name="ix_bookings_chefless",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

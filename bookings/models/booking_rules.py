"""What the table of bookings can hold and how it is read: its constraints and indexes."""

from django.db import models
from django.db.models import F, Q

from bookings.enums import OCCUPYING_STATUSES, BookingStatus, CancellationStatus
from common.models import LIVE

OCCUPYING = Q(status__in=OCCUPYING_STATUSES)
AWAITING_DEPOSIT = Q(status__in=(BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING))

CONSTRAINTS: list[models.BaseConstraint] = [
    models.UniqueConstraint(fields=["reference"], name="uq_bookings_reference"),
    models.CheckConstraint(condition=Q(reference__regex="^MH-[0-9A-F]{8}$"), name="ck_bookings_reference"),
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

INDEXES: list[models.Index] = [
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

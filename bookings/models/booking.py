"""A party at a customer's home: one slot, one lane, one price, one life cycle (section 5)."""

from django.db import models
from django.db.models import Case, F, Value, When

from bookings.enums import (
    BookingSource,
    BookingStatus,
    BookingWindow,
    CancellationReasonCode,
    CancellationStatus,
)
from bookings.models.booking_rules import CONSTRAINTS, INDEXES
from bookings.models.chef import Chef
from bookings.models.customer import Customer
from bookings.models.fields import words_field
from bookings.models.querysets import BookingQuerySet
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import CurrencyField, EnumField
from common.models import SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User


def _user_key(attribute: str, help_text: str) -> "models.ForeignKey[User | None, User | None]":
    """Return a key to the user who did something; it outlives the user as NULL."""
    return models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name=f"bookings_booking_{attribute}",
        help_text=help_text,
    )


class Booking(SoftDeleteModel, TimestampedModel):
    """A party at a customer's home: one slot, one lane, one price, one life cycle.

    Keeps its last lane after leaving the occupying states; `slot_claims` alone says what is occupied.
    """

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

    reference = models.CharField(
        max_length=11, help_text="Number that people use: MH- and eight hexadecimal digits; never used twice."
    )
    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="bookings",
        db_index=False,
        help_text="Station that serves the party; its slots and prices apply.",
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="bookings",
        db_index=False,
        help_text="Who booked the party.",
    )
    chef = models.ForeignKey(
        Chef,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bookings",
        db_index=False,
        help_text="Who cooks; empty: nobody is assigned.",
    )
    created_by = _user_key("created_by", "Account that entered the booking; empty: a guest or the system.")
    date = models.DateField(help_text="Day of the party, in the station's time zone.")
    slot = models.TimeField(
        help_text="Time of day that the party was booked for, in the station's time zone."
    )
    lane = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        help_text="Which of the slot's parallel places the booking takes or last took, from 1.",
    )
    starts_at = models.DateTimeField(
        help_text="Start of the party in UTC; it follows from date, slot and the station's zone."
    )
    ends_at = models.DateTimeField(
        help_text="End of the party in UTC; its length follows from the number of guests."
    )
    status = EnumField(
        BookingStatus,
        default=BookingStatus.NEW,
        help_text="Where the booking stands in its life; it moves by actions only.",
    )
    version = models.IntegerField(
        default=1,
        db_default=1,
        help_text="Number of the present state, raised by every change; a change names the one it saw.",
    )
    source = EnumField(
        BookingSource, default=BookingSource.WEBSITE, help_text="Way in which the booking came to us."
    )
    address = EncryptedTextField(help_text="Where the party takes place, stored encrypted.")
    postal_code = models.CharField(
        max_length=10,
        null=True,
        blank=True,
        help_text="ZIP code of the venue, by which miles are reckoned; empty: unknown.",
    )
    zone = models.CharField(
        max_length=50,
        default="primary",
        db_default="primary",
        help_text="Part of the station's area, for price rules and the choice of a chef.",
    )
    party_adults = models.IntegerField(help_text="Guests of 13 years and older; at least one.")
    party_kids = models.IntegerField(default=0, db_default=0, help_text="Guests from 6 to 12 years.")
    party_toddlers = models.IntegerField(
        default=0, db_default=0, help_text="Guests under 6 years, who eat for free."
    )
    menu_items = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Chosen portions as a JSON list of kind, code and quantity; []: chosen later.",
    )
    allergens = words_field(help_text="What the guests must not eat, as short words; none if they said so.")
    deposit_due_cents = models.IntegerField(
        help_text="Deposit in cents that confirms the booking; part of the total."
    )
    total_due_cents = models.IntegerField(
        help_text="Price of the party in cents with tax, travel and fees, without tip."
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amounts, as a three-letter ISO code.")

    customer_deposit_deadline = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when the customer is asked to pay the deposit; empty: nothing to pay.",
    )
    internal_deadline = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Unpaid after this instant, the booking is cancelled by the system; empty: never.",
    )
    deposit_deadline = models.GeneratedField(
        expression=F("customer_deposit_deadline"),  # type: ignore[arg-type]  # the stubs forget F
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        help_text="Same as the customer's deposit deadline, kept for older programs.",
    )
    deposit_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the booking was confirmed; empty: not yet."
    )
    deposit_confirmed_by = _user_key(
        "deposit_confirmed_by", "Account that confirmed the deposit; empty: the system did, or nobody yet."
    )

    hold_on_request = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether staff keep the booking although unpaid: it is not cancelled by the system.",
    )
    held_by = _user_key("held_by", "Account that put the booking on hold; empty: not held, or by the system.")
    held_at = models.DateTimeField(
        null=True, blank=True, help_text="When the booking was put on hold; empty: it is not held."
    )
    hold_reason = models.TextField(
        null=True, blank=True, help_text="Why the booking is kept on hold; empty: it is not held."
    )

    cancellation_requested_at = models.DateTimeField(
        null=True, blank=True, help_text="When the open request to cancel was made; empty: there is none."
    )
    cancellation_requested_by = _user_key(
        "cancellation_requested_by", "Account that asked to cancel; empty: a guest, the system or nobody."
    )
    cancellation_reason_code = EnumField(
        CancellationReasonCode,
        null=True,
        blank=True,
        help_text="Kind of the reason, which decides the refund; empty: not cancelled or asked for.",
    )
    cancellation_reason = models.TextField(
        null=True,
        blank=True,
        help_text="Why the booking shall be cancelled, in the words of whoever asked; empty: not asked.",
    )
    cancelled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the booking was cancelled; empty: it was not."
    )
    cancelled_by = _user_key(
        "cancelled_by", "Account that approved the cancellation; empty: the system, or not cancelled."
    )
    cancellation_note = models.TextField(
        null=True, blank=True, help_text="Remarks of staff on the cancellation; empty: none."
    )
    cancellation_rejected_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last request to cancel was rejected; empty: none was."
    )
    cancellation_rejected_by = _user_key(
        "cancellation_rejected_by", "Account that rejected the last request to cancel; empty: none."
    )
    cancellation_rejection_reason = models.TextField(
        null=True, blank=True, help_text="Why the last request to cancel was rejected; empty: none was."
    )
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
        help_text="Where the cancellation stands; empty: nobody asked for it.",
    )

    is_urgent = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the party is near and has no chef yet; kept by the system.",
    )
    booking_window = EnumField(
        BookingWindow,
        default=BookingWindow.STANDARD,
        help_text="How far ahead the party was booked: up to 7, 30, 90 days or more.",
    )
    urgency_alert_sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff were last told that a chef is missing; empty: never."
    )
    urgency_alert_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often staff were told that a chef is missing."
    )
    urgency_escalated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the owners were told that a chef is missing; empty: never."
    )

    sms_consent = models.BooleanField(
        default=False, db_default=False, help_text="Whether the customer agreed to SMS about this party."
    )
    sms_consent_timestamp = models.DateTimeField(
        null=True, blank=True, help_text="When the customer agreed to SMS; empty without consent."
    )
    override_reason = models.TextField(
        null=True,
        blank=True,
        help_text="Why staff booked against the notice that the station asks for; empty: they did not.",
    )
    special_requests = models.TextField(
        null=True, blank=True, help_text="Wishes of the customer, for chef and staff; empty: none."
    )
    notes = models.TextField(
        null=True, blank=True, help_text="Internal remarks, never shown to the customer; empty: none."
    )
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Accepted quote, agreed terms, wished time and chef, marks of reschedules, as JSON.",
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        db_table = table("core", "bookings")
        constraints = CONSTRAINTS
        indexes = INDEXES

    def __str__(self) -> str:
        return str(self.reference)

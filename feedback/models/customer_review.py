"""Our own reviews: one request per party, answered by the customer, moderated before it is shown."""

from typing import Self

from django.db import models
from django.db.models import Q

from bookings.enums import DeliveryChannel
from bookings.models import Booking, Customer
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField, PolarityField
from common.models import TimestampedModel
from common.privacy import Classification
from feedback.enums import (
    HAPPY_RATINGS,
    CustomerReviewStatus,
    ModerationReason,
    ModerationStatus,
    ReviewRating,
    SentimentLabel,
)
from identity.models import Station, User

UNSENT = Q(status=CustomerReviewStatus.PENDING, request_sent_at__isnull=True)
AWAITING_MODERATION = Q(moderation_status=ModerationStatus.PENDING, submitted_at__isnull=False)


class CustomerReviewQuerySet(ScopedQuerySet["CustomerReview"]):
    read_code = "review.read"
    customer_path = "customer"
    chef_path = "booking__chef"

    def requests_to_send(self) -> Self:
        """Keep the requests that nobody sent yet, oldest first (RV-1)."""
        return self.filter(UNSENT).order_by("created_at", "pk")

    def awaiting_moderation(self) -> Self:
        """Answers that nobody judged yet, oldest first (RV-5)."""
        return self.filter(AWAITING_MODERATION).order_by("created_at", "pk")

    def of_station(self, station: Station, status: CustomerReviewStatus) -> Self:
        """Reviews of a station in one state, newest first."""
        return self.filter(station=station, status=status).order_by("-created_at", "-pk")


class CustomerReview(TimestampedModel):
    """What a customer said about a party: asked for once, submitted once, shown after moderation."""

    privacy = Classification(
        public="station booking customer status rating request_channel request_sent_at reminded_at "
        "submitted_at sentiment_score sentiment_label admin_notified_at ai_escalated_at "
        "moderation_status moderation_reason moderated_by moderated_at publish_consent "
        "display_on_website is_featured left_google_review left_yelp_review external_review_date "
        "resolved_by resolved_at",
        personal="review_text complaint_text improvement_suggestions request_message_id moderation_notes "
        "resolution_notes ip_hash user_agent metadata",
    )

    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="customer_reviews",
        db_index=False,
        help_text="The station that cooked.",
    )
    booking = models.ForeignKey(
        Booking,
        on_delete=models.PROTECT,
        related_name="customer_reviews",
        db_index=False,
        help_text="The party under review; one review each.",
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="customer_reviews",
        help_text="Who was asked for the review.",
    )
    status = EnumField(
        CustomerReviewStatus,
        default=CustomerReviewStatus.PENDING,
        help_text="Where the review stands, from the request to its end.",
    )
    rating = EnumField(
        ReviewRating, null=True, blank=True, help_text="The customer's verdict; empty until submitted."
    )
    review_text = models.TextField(null=True, blank=True, help_text="The review in the customer's words.")
    complaint_text = models.TextField(
        null=True, blank=True, help_text="What went wrong; required for the two lower ratings only."
    )
    improvement_suggestions = models.TextField(
        null=True, blank=True, help_text="What the customer would do better."
    )
    request_channel = EnumField(DeliveryChannel, null=True, blank=True, help_text="How the request was sent.")
    request_sent_at = models.DateTimeField(null=True, blank=True, help_text="When the request was sent.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When the only reminder was sent.")
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="When the customer answered.")
    request_message_id = models.CharField(
        max_length=100, null=True, blank=True, help_text="The provider's id of the sent request."
    )
    sentiment_score = PolarityField(
        null=True, blank=True, help_text="Tone of the text, from -1 (angry) to 1 (delighted)."
    )
    sentiment_label = EnumField(SentimentLabel, null=True, blank=True, help_text="The tone in a word.")
    admin_notified_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff were told of a complaint."
    )
    ai_escalated_at = models.DateTimeField(
        "AI escalated at", null=True, blank=True, help_text="When the AI agent passed the review on."
    )
    moderation_status = EnumField(
        ModerationStatus,
        default=ModerationStatus.PENDING,
        help_text="Whether the text may be published; the rating has no say.",
    )
    moderation_reason = EnumField(
        ModerationReason, null=True, blank=True, help_text="Why it was rejected or flagged."
    )
    moderation_notes = models.TextField(null=True, blank=True, help_text="Notes of the moderator.")
    moderated_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_moderated_by",
        help_text="Who judged the text last.",
    )
    moderated_at = models.DateTimeField(null=True, blank=True, help_text="When the text was judged last.")
    publish_consent = models.BooleanField(
        default=False, db_default=False, help_text="The customer allows us to publish the text."
    )
    display_on_website = models.BooleanField(
        default=False, db_default=False, help_text="Shown on the website; needs consent and approval."
    )
    is_featured = models.BooleanField(
        default=False, db_default=False, help_text="Shown before other published reviews."
    )
    left_google_review = models.BooleanField(
        "left Google review",
        default=False,
        db_default=False,
        help_text="The link to Google was followed.",
    )
    left_yelp_review = models.BooleanField(
        "left Yelp review",
        default=False,
        db_default=False,
        help_text="The link to Yelp was followed.",
    )
    external_review_date = models.DateTimeField(
        null=True, blank=True, help_text="When a link to another platform was followed."
    )
    resolved_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_resolved_by",
        help_text="Who settled the complaint.",
    )
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When the complaint was settled.")
    resolution_notes = models.TextField(null=True, blank=True, help_text="How the complaint was settled.")
    ip_hash = BlindIndexField(kind="ip", help_text="Keyed hash of the address that submitted the review.")
    user_agent = models.CharField(
        max_length=500, null=True, blank=True, help_text="Browser that submitted the review."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the request, by name."
    )

    objects = CustomerReviewQuerySet.as_manager()

    class Meta:
        db_table = table("feedback", "customer_reviews")
        constraints = [
            models.UniqueConstraint(fields=["booking"], name="uq_own_reviews_booking"),
            models.CheckConstraint(
                condition=Q(status__in=(CustomerReviewStatus.PENDING, CustomerReviewStatus.ARCHIVED))
                | Q(rating__isnull=False, submitted_at__isnull=False),
                name="ck_own_reviews_submitted",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True)
                | Q(rating__in=HAPPY_RATINGS, complaint_text__isnull=True)
                | (~Q(rating__in=HAPPY_RATINGS) & Q(complaint_text__isnull=False)),
                name="check_complaint_required_for_negative",
            ),
            models.CheckConstraint(
                condition=Q(display_on_website=False)
                | Q(publish_consent=True, moderation_status=ModerationStatus.APPROVED),
                name="ck_own_reviews_published",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "created_at"], name="ix_own_reviews_station"),
            models.Index(fields=["created_at"], condition=UNSENT, name="ix_own_reviews_unsent"),
            models.Index(
                fields=["created_at"], condition=AWAITING_MODERATION, name="ix_own_reviews_moderation"
            ),
        ]

"""Reviews that guests leave on platforms (RV-9); those on our own pages belong to feedback."""

from django.db import models
from django.db.models import F, Q

from bookings.enums import PlatformReviewStatus, SocialPlatform
from bookings.models.booking import Booking
from bookings.models.customer import Customer
from bookings.models.fields import words_field
from bookings.models.message_querysets import UNANSWERED, ReviewQuerySet
from bookings.models.social_page import SocialPage
from bookings.models.social_thread import SocialThread
from common.db import table
from common.fields import EnumField, PolarityField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User


class Review(TimestampedModel):
    """A review that somebody left on a platform, with our answer to it (RV-9)."""

    privacy = Classification(
        public="account platform thread customer booking status rating sentiment_score keywords assigned_to "
        "response_due_at responded_at reply_drafted_by reply_approved_by reply_approved_at",
        personal="review_ref title body review_url author_handle author_name escalation_reason reply_body "
        "metadata",
    )

    account = models.ForeignKey(
        SocialPage,
        on_delete=models.CASCADE,
        related_name="reviews",
        db_index=False,
        help_text="Our page on which the review stands.",
    )
    platform = EnumField(SocialPlatform, help_text="The platform of the page.")
    review_ref = models.CharField(
        max_length=255, help_text="The platform's own key of the review, unique per page."
    )
    thread = models.ForeignKey(
        SocialThread,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        help_text="The conversation that the review started.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        help_text="The customer who wrote the review, once known.",
    )
    booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        help_text="The party that the review is about, once known.",
    )
    status = EnumField(
        PlatformReviewStatus,
        default=PlatformReviewStatus.NEW,
        help_text="Where the review stands for staff.",
    )
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Stars from 1 to 5; empty where the platform has none."
    )
    title = models.CharField(max_length=255, null=True, blank=True, help_text="Headline of the review.")
    body = models.TextField(null=True, blank=True, help_text="The review as it was written.")
    review_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the review on the web."
    )
    author_handle = models.CharField(
        max_length=100, null=True, blank=True, help_text="Short name of the author on the platform."
    )
    author_name = models.CharField(
        max_length=255, null=True, blank=True, help_text="Name that the author shows to others."
    )
    sentiment_score = PolarityField(
        null=True, blank=True, help_text="Mood of the text, from -1, angry, to 1, happy."
    )
    keywords = words_field(help_text="What the review speaks of, as short words.")
    assigned_to = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_to",
        help_text="The employee who takes care of the review.",
    )
    escalation_reason = models.CharField(
        max_length=255, null=True, blank=True, help_text="Why the review was passed on to a manager."
    )
    response_due_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when the review must be answered."
    )
    responded_at = models.DateTimeField(
        null=True, blank=True, help_text="When our answer appeared on the platform."
    )
    reply_body = models.TextField(
        null=True, blank=True, help_text="Our answer; a draft until somebody approves it."
    )
    reply_drafted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_reply_drafted_by",
        help_text="The employee who wrote the answer.",
    )
    reply_approved_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_reply_approved_by",
        help_text="The employee who approved the answer, never its author.",
    )
    reply_approved_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was approved.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the platform told beside the review."
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        db_table = table("core", "reviews")
        verbose_name = "platform review"
        constraints = [
            models.UniqueConstraint(fields=["account", "review_ref"], name="uq_reviews_ref"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="ck_reviews_rating"),
            models.CheckConstraint(
                condition=~Q(reply_approved_by=F("reply_drafted_by")), name="ck_reviews_reply"
            ),
        ]
        indexes = [
            models.Index(fields=["platform", "status"], name="ix_reviews_platform_status"),
            models.Index(
                fields=["response_due_at"],
                condition=UNANSWERED,
                name="ix_reviews_response_due",
            ),
        ]

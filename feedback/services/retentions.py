"""How long reviews and the media of rejected ones are kept (section 14)."""

from datetime import datetime

from django.db.models import QuerySet

from bookings.services.privacy.retentions import BOOKING_DAYS
from common.actors import SystemActor
from events.retention import Retention, delete_rows
from events.services import publish
from events.services.files import removal_of
from feedback.enums import ModerationStatus
from feedback.models import CustomerReview, ReviewMedia
from feedback.services.subject_data import files_of

PURGER = SystemActor("purge_retention")


def _remove_media(rows: QuerySet[ReviewMedia], at: datetime) -> int:
    """Delete media and have their files removed; emits review.media_purged per review."""
    for review in CustomerReview.objects.filter(review_media__in=rows).distinct().order_by("pk"):
        media = [*rows.filter(review=review)]
        publish(
            "review.media_purged",
            subject=review,
            by=PURGER,
            at=at,
            payload={"files": len(media)},
            station_id=review.station_id,
            deliveries=removal_of([file for item in media for file in files_of(item)]),
        )
    return delete_rows(rows, at)


def _remove_reviews(rows: QuerySet[CustomerReview], at: datetime) -> int:
    _remove_media(ReviewMedia.objects.filter(review__in=rows), at)
    return delete_rows(rows, at)


RETENTIONS = (
    Retention(
        name="feedback.review_media",
        model=ReviewMedia,
        days=30,
        does="removes media of rejected reviews with their files",
        due=lambda before: ReviewMedia.objects.filter(
            review__moderation_status=ModerationStatus.REJECTED, review__moderated_at__lt=before
        ).exclude(review__customer__legal_hold=True),
        end=_remove_media,
    ),
    Retention(
        name="feedback.customer_reviews",
        model=CustomerReview,
        days=BOOKING_DAYS,
        does="deletes the reviews of parties that are purged",
        due=lambda before: CustomerReview.objects.filter(booking__ends_at__lt=before).exclude(
            customer__legal_hold=True
        ),
        end=_remove_reviews,
    ),
)

"""A person's reviews, their media and coupons (P-6): ratings stay, words and pictures go."""

from collections.abc import Iterator, Sequence
from typing import Any

from events.subjects import (
    Erasing,
    Moment,
    Overwrite,
    Remove,
    StoredFile,
    Subject,
    SubjectTable,
    empty,
    gone,
    word,
)
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation, ReviewMedia


def files_of(media: ReviewMedia) -> Iterator[StoredFile]:
    """Yield the upload and the copies made of it."""
    for key in (media.original_key, media.optimized_key, media.thumbnail_key):
        if key:
            yield StoredFile(bucket="review-media", key=key)


def _withdraw(review: CustomerReview, _erasing: Erasing) -> Sequence[str]:
    review.display_on_website = review.publish_consent = review.is_featured = False
    return ("display_on_website", "publish_consent", "is_featured")


def _of_person(model: Any, path: str) -> Any:
    def rows(subject: Subject) -> Any:
        return model.objects.filter(**{f"{path}__in": subject.customers})

    return rows


TABLES = (
    SubjectTable(
        model=ReviewMedia, rows=_of_person(ReviewMedia, "review__customer"), erase=Remove(files=files_of)
    ),
    SubjectTable(
        model=ReviewEscalation,
        rows=_of_person(ReviewEscalation, "review__customer"),
        erase=Overwrite(values={"escalation_reason": word, "action_taken": word}),
    ),
    SubjectTable(
        model=DiscountCoupon,
        rows=_of_person(DiscountCoupon, "customer"),
        erase=Overwrite(values={"description": gone}),
        moments=(
            Moment(at="created_at", what="coupon.issued", shows=("coupon_code", "issue_reason", "status")),
            Moment(at="used_at", what="coupon.redeemed", shows=("coupon_code",)),
        ),
    ),
    SubjectTable(
        model=CustomerReview,
        rows=_of_person(CustomerReview, "customer"),
        erase=Overwrite(
            values={
                "review_text": word,
                "complaint_text": word,
                "improvement_suggestions": gone,
                "request_message_id": gone,
                "moderation_notes": gone,
                "resolution_notes": word,
                "ip_hash": gone,
                "user_agent": gone,
                "metadata": empty,
            },
            then=_withdraw,
        ),
        moments=(
            Moment(at="request_sent_at", what="review.requested"),
            Moment(at="submitted_at", what="review.submitted", shows=("rating", "status")),
        ),
    ),
)

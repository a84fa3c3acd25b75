"""Coloured words for the states of reviews, escalations and coupons."""

from datetime import datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.enums import PriorityLevel
from common.admin.display import badge, local_time
from feedback.enums import (
    OPEN_ESCALATION_STATUSES,
    CouponStatus,
    CustomerReviewStatus,
    ModerationStatus,
    ReviewEscalationStatus,
    ReviewRating,
)
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation

REVIEW_TONES = {
    CustomerReviewStatus.SUBMITTED: "info",
    CustomerReviewStatus.ESCALATED: "danger",
    CustomerReviewStatus.RESOLVED: "success",
}
RATING_TONES = {
    ReviewRating.GREAT: "success",
    ReviewRating.GOOD: "success",
    ReviewRating.OKAY: "warning",
    ReviewRating.COULD_BE_BETTER: "danger",
}
MODERATION_TONES = {
    ModerationStatus.PENDING: "info",
    ModerationStatus.APPROVED: "success",
    ModerationStatus.REJECTED: "danger",
    ModerationStatus.FLAGGED: "warning",
}
ESCALATION_TONES = {
    ReviewEscalationStatus.OPEN: "warning",
    ReviewEscalationStatus.IN_PROGRESS: "info",
    ReviewEscalationStatus.RESOLVED: "success",
}
PRIORITY_TONES = {
    PriorityLevel.URGENT: "danger",
    PriorityLevel.HIGH: "warning",
    PriorityLevel.MEDIUM: "info",
}
COUPON_TONES = {CouponStatus.ACTIVE: "success", CouponStatus.USED: "info", CouponStatus.CANCELLED: "danger"}


def link_to(row: Model, text: str) -> SafeString:
    """Return a link to the row's own page."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), text)


def review_badge(review: CustomerReview) -> SafeString:
    """Return the state of a review as a label."""
    return badge(review.get_status_display(), REVIEW_TONES.get(review.status, "default"))


def rating_badge(review: CustomerReview) -> SafeString | str:
    """Return the rating as a label, a dash before there is one."""
    if review.rating is None:
        return "-"
    return badge(review.get_rating_display(), RATING_TONES[ReviewRating(review.rating)])


def moderation_badge(review: CustomerReview) -> SafeString | str:
    """Return where moderation stands, a dash before there is anything to moderate."""
    if review.submitted_at is None:
        return "-"
    return badge(
        review.get_moderation_status_display(), MODERATION_TONES[ModerationStatus(review.moderation_status)]
    )


def escalation_badge(escalation: ReviewEscalation) -> SafeString:
    """Return the state of an escalation as a label."""
    return badge(escalation.get_status_display(), ESCALATION_TONES.get(escalation.status, "default"))


def priority_badge(escalation: ReviewEscalation) -> SafeString:
    """Return the priority of an escalation as a label."""
    return badge(escalation.get_priority_display(), PRIORITY_TONES.get(escalation.priority, "default"))


def due_badge(escalation: ReviewEscalation, *, zone: str, at: datetime) -> SafeString | str:
    """Return when an escalation is due in the station's time, in red when that is over."""
    words = local_time(escalation.sla_due_at, zone)
    late = escalation.status in OPEN_ESCALATION_STATUSES and escalation.sla_due_at <= at
    return badge(words, "danger") if late else words


def coupon_badge(coupon: DiscountCoupon) -> SafeString:
    """Return the state of a coupon as a label."""
    return badge(coupon.get_status_display(), COUPON_TONES.get(coupon.status, "default"))

"""What the tables of schema feedback refuse, whoever writes (data model, section 9)."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.enums import PriorityLevel
from feedback.enums import CouponStatus, CustomerReviewStatus, ReviewEscalationStatus
from feedback.models import CustomerReview, DiscountCoupon
from tests.common.db import catalogue
from tests.factories.feedback import (
    CustomerReviewFactory,
    DiscountCouponFactory,
    ReviewEscalationFactory,
    ReviewMediaFactory,
)
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)
MB = 1024**2


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_own_reviews_submitted", {"status": "submitted"}),
        ("ck_own_reviews_submitted", {"status": "escalated", "rating": "great"}),
        ("ck_own_reviews_submitted", {"status": "resolved", "submitted_at": NOW}),
        ("check_complaint_required_for_negative", {"rating": "okay"}),
        ("check_complaint_required_for_negative", {"rating": "could_be_better"}),
        ("check_complaint_required_for_negative", {"rating": "great", "complaint_text": "Cold."}),
        ("check_complaint_required_for_negative", {"rating": "good", "complaint_text": ""}),
        ("ck_own_reviews_published", {"display_on_website": True}),
        ("ck_own_reviews_published", {"display_on_website": True, "publish_consent": True}),
        ("ck_own_reviews_published", {"display_on_website": True, "moderation_status": "approved"}),
        ("ck_feedback_customer_reviews_status", {"status": "lost"}),
        ("ck_feedback_customer_reviews_rating", {"rating": "bad", "complaint_text": "Cold."}),
        ("ck_feedback_customer_reviews_request_channel", {"request_channel": "pigeon"}),
        ("ck_feedback_customer_reviews_sentiment_label", {"sentiment_label": "odd"}),
        ("ck_feedback_customer_reviews_sentiment_score", {"sentiment_score": "1.01"}),
        ("ck_feedback_customer_reviews_sentiment_score", {"sentiment_score": "-1.01"}),
        ("ck_feedback_customer_reviews_moderation_status", {"moderation_status": "odd"}),
        ("ck_feedback_customer_reviews_moderation_reason", {"moderation_reason": "rating"}),
        ("ck_feedback_customer_reviews_ip_hash", {"ip_hash": b"short"}),
    ],
)
def test_reviews(name, values):
    assert broken_by(update(CustomerReviewFactory(), **values)) == name


@pytest.mark.parametrize(
    "values",
    [
        {"status": "archived"},
        {"status": "submitted", "rating": "great", "submitted_at": NOW},
        {"status": "escalated", "rating": "could_be_better", "complaint_text": "Cold.", "submitted_at": NOW},
        {"display_on_website": True, "publish_consent": True, "moderation_status": "approved"},
        {"sentiment_score": "-1.00"},
    ],
)
def test_reviews_allow(values):
    """RV-2, RV-4, RV-5."""
    update(CustomerReviewFactory(), **values)()


def test_rv1_one_review_per_booking():
    review = CustomerReviewFactory()
    again = lambda: CustomerReviewFactory(station=review.station, booking=review.booking)  # noqa: E731 -- one case
    assert broken_by(again) == "uq_own_reviews_booking"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_review_media_order", {"display_order": 5}),
        ("ck_review_media_size", {"file_size_bytes": 10 * MB + 1}),
        ("ck_review_media_size", {"media_type": "video", "file_size_bytes": 100 * MB + 1}),
        ("ck_feedback_review_media_media_type", {"media_type": "sound", "file_size_bytes": 1}),
        ("ck_feedback_review_media_processing_status", {"processing_status": "odd"}),
    ],
)
def test_media(name, values):
    assert broken_by(update(ReviewMediaFactory(), **values)) == name


def test_rv2_media_of_a_review():
    first = ReviewMediaFactory()
    update(first, file_size_bytes=10 * MB)()
    update(first, media_type="video", file_size_bytes=100 * MB)()
    assert broken_by(lambda: ReviewMediaFactory(review=first.review)) == "uq_review_media_order"
    for place in range(1, 5):
        ReviewMediaFactory(review=first.review, display_order=place)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_review_esc_resolved", {"status": "resolved"}),
        ("ck_review_esc_resolved", {"status": "closed", "resolved_at": NOW}),
        ("ck_review_esc_resolved", {"status": "resolved", "action_taken": "Called."}),
        ("ck_review_esc_resolved", {"resolved_at": NOW, "action_taken": "Called."}),
        ("ck_feedback_review_escalations_status", {"status": "odd"}),
        ("ck_feedback_review_escalations_priority", {"priority": "odd"}),
        ("ck_feedback_review_escalations_escalation_type", {"escalation_type": "odd"}),
    ],
)
def test_escalations(name, values):
    assert broken_by(update(ReviewEscalationFactory(), **values)) == name


def test_rv4_an_escalation_is_resolved_with_what_was_done():
    update(ReviewEscalationFactory(), status="resolved", resolved_at=NOW, action_taken="Called.")()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_coupons_code", {"coupon_code": "abcDEF"}),
        ("ck_coupons_value", {"discount_value": 0}),
        ("ck_coupons_value", {"discount_value": 101}),
        ("ck_coupons_period", {"valid_until": NOW, "valid_from": NOW}),
        ("ck_coupons_uses", {"max_uses": 0}),
        ("ck_coupons_uses", {"times_used": 2}),
        ("ck_coupons_uses", {"status": "used"}),
        ("ck_feedback_discount_coupons_status", {"status": "odd"}),
        ("ck_feedback_discount_coupons_issue_reason", {"issue_reason": "bribe"}),
        ("ck_feedback_discount_coupons_discount_type", {"discount_type": "free"}),
        ("ck_feedback_discount_coupons_currency", {"currency": "usd"}),
    ],
)
def test_coupons(name, values):
    assert broken_by(update(DiscountCouponFactory(), **values)) == name


def test_coupons_allow():
    coupon = DiscountCouponFactory()
    update(coupon, discount_type="fixed_amount", discount_value=5_000)()
    update(coupon, status="used", times_used=1, used_at=NOW)()


def test_rv7_codes_and_complaint_coupons():
    first = DiscountCouponFactory(issue_reason="complaint_resolution")
    same = {"station": first.station, "customer": first.customer}
    assert broken_by(lambda: DiscountCouponFactory(coupon_code=first.coupon_code)) == "uq_coupons_code"
    for reason in ("complaint_resolution", "negative_review"):
        again = lambda reason=reason: DiscountCouponFactory(issue_reason=reason, **same)  # noqa: E731 -- one case
        assert broken_by(again) == "uq_coupons_complaint"
    DiscountCouponFactory(issue_reason="promotion", **same)
    update(first, status="cancelled")()
    DiscountCouponFactory(issue_reason="negative_review", **same)


def test_rows_made_by_hand_in_sql_get_the_defaults():
    """Every column of the factories' rows that has a default has it in PostgreSQL too."""
    review = CustomerReviewFactory()
    row = catalogue.rows(
        "INSERT INTO feedback.review_escalations (review_id, escalation_type, escalation_reason, sla_due_at) "
        "VALUES (%s, 'manual', 'By hand', now()) RETURNING priority, status, sla_step, "
        "created_at IS NOT NULL, updated_at IS NOT NULL, id IS NOT NULL",
        review.pk,
    )
    assert row == [(PriorityLevel.MEDIUM, ReviewEscalationStatus.OPEN, 0, True, True, True)]
    row = catalogue.rows(
        "INSERT INTO feedback.discount_coupons (station_id, customer_id, issue_reason, coupon_code, "
        "discount_type, discount_value, valid_until) VALUES (%s, %s, 'promotion', 'A', 'percentage', 10, "
        "now() + interval '1 day') RETURNING status, minimum_order_cents, max_uses, times_used, currency, "
        "metadata::text, valid_from = statement_timestamp()",
        review.station_id,
        review.customer_id,
    )
    assert row == [(CouponStatus.ACTIVE, 0, 1, 0, "USD", "{}", True)]
    review.delete()
    row = catalogue.rows(
        "INSERT INTO feedback.customer_reviews (station_id, booking_id, customer_id) VALUES (%s, %s, %s) "
        "RETURNING status, moderation_status, publish_consent, display_on_website, is_featured, "
        "left_google_review, left_yelp_review, metadata::text",
        review.station_id,
        review.booking_id,
        review.customer_id,
    )
    assert row == [(CustomerReviewStatus.PENDING, "pending", False, False, False, False, False, "{}")]


def test_a_deleted_review_takes_its_parts_along_and_leaves_the_coupon():
    """CASCADE for parts, SET NULL for references, in the catalogue as in Django."""
    media = ReviewMediaFactory()
    escalation = ReviewEscalationFactory(review=media.review)
    coupon = DiscountCouponFactory(review=media.review, escalation=escalation)
    catalogue.rows("DELETE FROM feedback.customer_reviews WHERE id = %s RETURNING 1", media.review_id)
    coupon.refresh_from_db()
    assert (coupon.review_id, coupon.escalation_id, CustomerReview.objects.count()) == (None, None, 0)
    assert DiscountCoupon.objects.count() == 1
    assert catalogue.foreign_keys("feedback", "discount_coupons") == {
        "station_id": ("identity.stations", "RESTRICT", True),
        "customer_id": ("core.customers", "RESTRICT", True),
        "review_id": ("feedback.customer_reviews", "SET NULL", True),
        "escalation_id": ("feedback.review_escalations", "SET NULL", True),
        "issued_by_id": ("identity.users", "SET NULL", True),
        "used_in_booking_id": ("core.bookings", "SET NULL", True),
    }


def test_rows_are_named_without_personal_data():
    coupon = DiscountCouponFactory(valid_until=datetime.now(tz=UTC) + timedelta(days=1))
    assert str(coupon) == f"discount coupon {coupon.pk}"

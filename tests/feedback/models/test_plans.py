"""Which index answers which question, by the plan on 100,000 rows."""

from datetime import UTC, datetime

import pytest

from bookings.models import Customer
from feedback.enums import CustomerReviewStatus
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation
from identity.models import Station
from tests.plans import fill, index_names, key_of, seq_scans

pytestmark = pytest.mark.django_db
SPRING = datetime(2026, 3, 1, tzinfo=UTC)


def test_reviews_are_read_by_index():
    """RV-1, RV-5."""
    fill(
        CustomerReview,
        booking="md5('booking' || n)",
        status="(ARRAY['pending', 'submitted', 'escalated', 'resolved'])[1 + n % 4]",
        rating="CASE WHEN n % 4 > 0 THEN 'great' END",
        submitted_at="CASE WHEN n % 4 > 0 THEN timestamptz '2026-01-01' END",
        request_sent_at="CASE WHEN n % 100 > 0 THEN timestamptz '2026-01-01' END",
        moderation_status="CASE WHEN n % 100 = 1 THEN 'pending' ELSE 'approved' END",
    )
    reviews = CustomerReview.objects
    unsent = reviews.requests_to_send()[:100]
    assert index_names(unsent) == {"ix_own_reviews_unsent"}
    waiting = reviews.awaiting_moderation()[:100]
    assert index_names(waiting) == {"ix_own_reviews_moderation"}
    station = Station(pk=key_of(Station, 7))
    listed = reviews.of_station(station, CustomerReviewStatus.ESCALATED)[:50]
    assert index_names(listed) == {"ix_own_reviews_station"}
    assert seq_scans(unsent) | seq_scans(waiting) | seq_scans(listed) == set()


def test_overdue_escalations_are_read_by_index():
    """RV-4."""
    fill(
        ReviewEscalation,
        status="CASE WHEN n % 100 = 0 THEN 'open' ELSE 'closed' END",
        resolved_at="CASE WHEN n % 100 > 0 THEN timestamptz '2026-01-01' END",
        action_taken="'Called.'",
    )
    due = ReviewEscalation.objects.due_by(SPRING)
    assert (index_names(due), seq_scans(due)) == ({"ix_review_esc_due"}, set())


def test_coupons_are_read_by_index():
    """RV-7, RV-8."""
    fill(
        DiscountCoupon,
        coupon_code="'C' || n",
        issue_reason="'promotion'",
        status="CASE WHEN n % 100 = 0 THEN 'active' ELSE 'expired' END",
        valid_until="timestamptz '2026-01-01' + n * interval '5 minutes'",
        valid_from="timestamptz '2025-01-01'",
        discount_type="'percentage'",
    )
    coupons = DiscountCoupon.objects
    over = coupons.expired_by(SPRING)
    assert index_names(over) == {"ix_coupons_expiry"}
    customer = Customer(pk=key_of(Customer, 3), station_id=key_of(Station, 3))
    assert index_names(coupons.of_customer(customer)) == {"ix_coupons_station_customer"}
    typed = coupons.with_code(" c77 ")
    assert index_names(typed) == {"uq_coupons_code"}
    assert seq_scans(over) | seq_scans(coupons.of_customer(customer)) | seq_scans(typed) == set()

"""RV-1 to RV-8, R-4: which rows the reads return, with rows beside them that must not come."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback.enums import CustomerReviewStatus
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation
from identity.enums import UserRole
from identity.selectors import actor_for
from tests.bookings.parties import make_booking, make_chef
from tests.factories.feedback import CustomerReviewFactory, DiscountCouponFactory, ReviewEscalationFactory
from tests.factories.identity import StationFactory, UserFactory, make_actor

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 19, tzinfo=UTC)
HOUR = timedelta(hours=1)
DONE = {"rating": "great", "submitted_at": AT}


def test_rv1_requests_to_send_oldest_first():
    late = CustomerReviewFactory(created_at=AT)
    early = CustomerReviewFactory(created_at=AT - HOUR)
    CustomerReviewFactory(request_sent_at=AT)
    CustomerReviewFactory(status="archived")
    assert list(CustomerReview.objects.requests_to_send()) == [early, late]


def test_rv5_answers_that_nobody_judged_oldest_first():
    late = CustomerReviewFactory(status="submitted", created_at=AT, **DONE)
    early = CustomerReviewFactory(status="submitted", created_at=AT - HOUR, **DONE)
    CustomerReviewFactory()
    CustomerReviewFactory(status="submitted", moderation_status="rejected", **DONE)
    assert list(CustomerReview.objects.awaiting_moderation()) == [early, late]


def test_reviews_of_a_station_newest_first():
    first = CustomerReviewFactory(created_at=AT - HOUR)
    second = CustomerReviewFactory(station=first.station, created_at=AT)
    CustomerReviewFactory(station=first.station, status="archived")
    CustomerReviewFactory()
    assert list(CustomerReview.objects.of_station(first.station, CustomerReviewStatus.PENDING)) == [
        second,
        first,
    ]


def test_rv4_escalations_due():
    review = CustomerReviewFactory()
    late = ReviewEscalationFactory(review=review, sla_due_at=AT - HOUR)
    now = ReviewEscalationFactory(review=review, sla_due_at=AT, status="in_progress")
    ReviewEscalationFactory(review=review, sla_due_at=AT + HOUR)
    ReviewEscalationFactory(
        review=review, sla_due_at=AT - HOUR, status="closed", resolved_at=AT, action_taken="Called."
    )
    assert list(ReviewEscalation.objects.due_by(AT)) == [late, now]


def test_rv8_coupons_over_of_a_customer_and_by_code():
    over = DiscountCouponFactory(valid_from=AT - 2 * HOUR, valid_until=AT)
    same = {"station": over.station, "customer": over.customer}
    used = DiscountCouponFactory(**same, status="used", times_used=1, valid_from=AT - HOUR, valid_until=AT)
    DiscountCouponFactory(valid_from=AT, valid_until=AT + HOUR)
    assert list(DiscountCoupon.objects.expired_by(AT)) == [over]
    assert list(DiscountCoupon.objects.of_customer(over.customer)) == [used, over]
    assert DiscountCoupon.objects.with_code(f" {over.coupon_code.lower()} ").get() == over


def test_r4_staff_chefs_and_customers_reach_their_own():
    station = StationFactory()
    chef = make_chef(station, email="ken@people.example")
    booking = make_booking(station, status="completed", chef=chef)
    mine = CustomerReviewFactory(station=station, booking=booking)
    other = CustomerReviewFactory(station=station)
    theirs = CustomerReviewFactory()
    coupon = DiscountCouponFactory(station=station, customer=mine.customer)
    DiscountCouponFactory()
    escalation = ReviewEscalationFactory(review=mine)
    ReviewEscalationFactory(review=theirs)
    support = make_actor(UserRole.CUSTOMER_SUPPORT, station)
    cook = actor_for(UserFactory(role=UserRole.CHEF, email="ken@people.example"))
    guest = actor_for(UserFactory(email=mine.customer.email))
    assert set(CustomerReview.objects.visible_to(support)) == {mine, other}
    assert list(CustomerReview.objects.visible_to(cook)) == [mine]
    assert list(CustomerReview.objects.visible_to(guest)) == [mine]
    assert list(DiscountCoupon.objects.visible_to(support)) == [coupon]
    assert list(DiscountCoupon.objects.visible_to(guest)) == [coupon]
    assert not DiscountCoupon.objects.visible_to(cook).exists()
    assert list(ReviewEscalation.objects.visible_to(support)) == [escalation]
    assert not ReviewEscalation.objects.visible_to(guest).exists()

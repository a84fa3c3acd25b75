"""Reviews and what hangs on them; the party of a review is over."""

from datetime import timedelta

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.enums import BookingStatus
from feedback.enums import CouponReason, DiscountType, MediaType, ReviewEscalationType
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation, ReviewMedia
from tests.bookings.parties import make_booking, make_customer
from tests.factories.identity import StationFactory


class CustomerReviewFactory(DjangoModelFactory):
    """A request that nobody sent yet."""

    class Meta:
        model = CustomerReview

    station = SubFactory(StationFactory)
    booking = LazyAttribute(lambda review: make_booking(review.station, status=BookingStatus.COMPLETED))
    customer = SelfAttribute("booking.customer")


class ReviewMediaFactory(DjangoModelFactory):
    """The first picture of a review."""

    class Meta:
        model = ReviewMedia

    review = SubFactory(CustomerReviewFactory)
    media_type = MediaType.IMAGE
    original_filename = "table.jpg"
    content_type = "image/jpeg"
    file_size_bytes = 200_000
    original_key = Sequence(lambda n: f"reviews/{n}/table.jpg")


class ReviewEscalationFactory(DjangoModelFactory):
    """An open escalation, due in a day."""

    class Meta:
        model = ReviewEscalation

    review = SubFactory(CustomerReviewFactory)
    escalation_type = ReviewEscalationType.ADMIN_NOTIFICATION
    escalation_reason = "The grill was cold."
    sla_due_at = LazyFunction(lambda: timezone.now() + timedelta(days=1))


class DiscountCouponFactory(DjangoModelFactory):
    """An active coupon of ten percent with the terms of RV-7."""

    class Meta:
        model = DiscountCoupon

    station = SubFactory(StationFactory)
    customer = LazyAttribute(lambda coupon: make_customer(coupon.station))
    issue_reason = CouponReason.PROMOTION
    coupon_code = Sequence(lambda n: f"TEST{n:06}")
    discount_type = DiscountType.PERCENTAGE
    discount_value = 10
    max_discount_cents = 10_000
    minimum_order_cents = 55_000
    valid_until = LazyFunction(lambda: timezone.now() + timedelta(days=180))

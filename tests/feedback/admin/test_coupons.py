"""RV-6 and RV-7 in the back office: who issues coupons, with which terms, and what the form refuses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.codes import ALPHABET
from feedback.models import DiscountCoupon
from identity.enums import UserRole
from tests.bookings.parties import make_customer
from tests.factories.feedback import CustomerReviewFactory, DiscountCouponFactory, ReviewEscalationFactory
from tests.factories.identity import make_staff
from tests.pages import enter, errors_of, listed, url


@pytest.fixture
def customer(station):
    return make_customer(station)


@pytest.fixture
def settled(station, customer):
    """An escalation that was resolved."""
    review = CustomerReviewFactory(station=station, customer=customer)
    return ReviewEscalationFactory(
        review=review, status="resolved", resolved_at=timezone.now(), action_taken="Called."
    )


def form(customer, **values):
    now = timezone.now()
    until = now + timedelta(days=30)
    return {
        "station": customer.station_id,
        "customer": customer.pk,
        "issue_reason": "promotion",
        "coupon_code": "hello2026",
        "discount_type": "percentage",
        "discount_value": 10,
        "max_discount_cents": 10_000,
        "minimum_order_cents": 55_000,
        "valid_from_0": f"{now:%Y-%m-%d}",
        "valid_from_1": "00:00:00",
        "valid_until_0": f"{until:%Y-%m-%d}",
        "valid_until_1": "00:00:00",
        "max_uses": 1,
        **values,
    }


def test_rv7_the_form_opens_with_the_usual_terms(support):
    initial = support.get(url(DiscountCoupon, "add")).context["adminform"].form.initial
    assert (
        initial["discount_type"],
        initial["discount_value"],
        initial["max_discount_cents"],
        initial["minimum_order_cents"],
        initial["valid_until"] - initial["valid_from"],
    ) == ("percentage", 10, 10_000, 55_000, timedelta(days=180))
    assert len(initial["coupon_code"]) == 10
    assert set(initial["coupon_code"]) <= set(ALPHABET)


def test_rv6_a_promotion_is_issued_by_its_issuer(support, customer):
    assert support.post(url(DiscountCoupon, "add"), form(customer)).status_code == 302
    coupon = DiscountCoupon.objects.get()
    assert (coupon.coupon_code, coupon.status, coupon.times_used, coupon.review, coupon.escalation) == (
        "HELLO2026",
        "active",
        0,
        None,
        None,
    )
    assert coupon.issued_by is not None
    page = support.get(url(DiscountCoupon, "change", coupon.pk))
    assert page.context["has_change_permission"] is False
    assert "HELLO2026" in page.content.decode()


def test_rv6_a_complaint_is_made_good_once_it_is_settled(support, customer, settled):
    complaint = {"issue_reason": "complaint_resolution", "escalation": settled.pk}
    assert support.post(url(DiscountCoupon, "add"), form(customer, **complaint)).status_code == 302
    coupon = DiscountCoupon.objects.get()
    assert (coupon.escalation, coupon.review) == (settled, settled.review)
    again = support.post(url(DiscountCoupon, "add"), form(customer, **complaint, coupon_code="AGAIN"))
    assert errors_of(again) == {"__all__": ["The customer has an active coupon for a complaint already."]}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"coupon_code": "taken1"}, {"__all__": ["Another coupon has this code."]}),
        (
            {"discount_value": 101},
            {"__all__": ["The discount is more than nothing, and at most 100 percent."]},
        ),
        ({"discount_value": 0}, {"__all__": ["The discount is more than nothing, and at most 100 percent."]}),
        ({"valid_until_0": "2020-01-01"}, {"__all__": ["The coupon ends before it begins."]}),
        ({"max_uses": 0}, {"__all__": ["A coupon has at least one use."]}),
        (
            {"max_uses": 32_768},
            {"max_uses": ["Ensure this value is less than or equal to 32767."]},
        ),
        (
            {"issue_reason": "complaint_resolution"},
            {"escalation": ["A coupon for a complaint needs its settled escalation."]},
        ),
        (
            {"issue_reason": "negative_review"},
            {"issue_reason": ["Select a valid choice. negative_review is not one of the available choices."]},
        ),
    ],
)
def test_rv7_what_is_wrong_is_said_in_the_form(support, customer, values, errors):
    DiscountCouponFactory(coupon_code="TAKEN1")
    assert errors_of(support.post(url(DiscountCoupon, "add"), form(customer, **values))) == errors
    assert DiscountCoupon.objects.count() == 1


def test_rv6_an_escalation_must_be_settled_and_the_customers_own(support, station, customer, settled):
    open_one = ReviewEscalationFactory(review=CustomerReviewFactory(station=station, customer=customer))
    refused = form(customer, issue_reason="complaint_resolution", escalation=open_one.pk)
    assert errors_of(support.post(url(DiscountCoupon, "add"), refused)) == {
        "escalation": ["The escalation is not settled yet."]
    }
    stranger = form(make_customer(station), issue_reason="complaint_resolution", escalation=settled.pk)
    assert errors_of(support.post(url(DiscountCoupon, "add"), stranger)) == {
        "escalation": ["The escalation is one of another customer."]
    }


def test_rv7_customer_and_station_belong_together(customer):
    owner = enter(make_staff(UserRole.SUPER_ADMIN))
    other = DiscountCouponFactory()
    refused = form(customer, station=other.station_id)
    assert errors_of(owner.post(url(DiscountCoupon, "add"), refused)) == {
        "customer": ["The customer is one of another station."]
    }


def test_the_list_says_what_a_coupon_is_worth(support, station):
    DiscountCouponFactory(station=station)
    DiscountCouponFactory(station=station, max_discount_cents=None)
    DiscountCouponFactory(station=station, discount_type="fixed_amount", discount_value=5_000)
    assert len(listed(support, DiscountCoupon)) == 3
    text = support.get(url(DiscountCoupon, "changelist")).content.decode()
    for words in ("10 %, at most $100.00", ">10 %<", "$50.00", "0 of 1"):
        assert words in text


def test_rv6_the_form_offers_customers_and_escalations_of_the_station(support, customer, settled):
    ReviewEscalationFactory()

    def offered(name, term):
        query = {"app_label": "feedback", "model_name": "discountcoupon", "field_name": name, "term": term}
        answer = support.get(reverse("admin:autocomplete"), query)
        return [(row["id"], row["text"]) for row in answer.json()["results"]]

    reference = settled.review.booking.reference
    assert offered("escalation", "") == [(str(settled.pk), f"{reference}, resolved")]
    assert offered("escalation", reference) == offered("escalation", "")
    assert offered("customer", customer.email) == [
        (str(customer.pk), f"Ann Lee, a•••@e•••.com, •••• {customer.phone[-2:]}")
    ]

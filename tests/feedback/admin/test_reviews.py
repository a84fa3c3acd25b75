"""RV-1 to RV-5 in the back office: what staff read, note and cannot touch."""

from datetime import timedelta

from django.utils import timezone

from common.admin.forms import stamp
from feedback.models import CustomerReview, DiscountCoupon, ReviewEscalation, ReviewMedia
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.factories.feedback import (
    CustomerReviewFactory,
    DiscountCouponFactory,
    ReviewEscalationFactory,
    ReviewMediaFactory,
)
from tests.factories.identity import make_staff
from tests.pages import empty_inlines, errors_of, found, listed, queries, url

MODELS = (CustomerReview, ReviewEscalation, ReviewMedia, DiscountCoupon)


def submitted(**values):
    return CustomerReviewFactory(
        **{"status": "submitted", "rating": "great", "submitted_at": timezone.now(), **values}
    )


def test_r4_staff_see_rows_of_their_station(support, station):
    mine, theirs = submitted(station=station), submitted()
    rows = {}
    for review in (mine, theirs):
        escalation = ReviewEscalationFactory(review=review)
        rows[review] = {
            CustomerReview: review,
            ReviewEscalation: escalation,
            ReviewMedia: ReviewMediaFactory(review=review),
            DiscountCoupon: DiscountCouponFactory(station=review.station, customer=review.customer),
        }
    assert {model: listed(support, model) for model in MODELS} == {
        model: [rows[mine][model]] for model in MODELS
    }
    for model in MODELS:
        assert support.get(url(model, "change", rows[mine][model].pk)).status_code == 200
        assert support.get(url(model, "change", rows[theirs][model].pk)).status_code == 302
        assert support.get(url(model, "delete", rows[mine][model].pk)).status_code == 403
    assert [support.get(url(model, "add")).status_code for model in MODELS] == [403, 403, 403, 200]


def test_p2_a_pasted_contact_finds_reviews_escalations_and_coupons(support, station):
    review = submitted(station=station)
    CustomerReviewFactory(station=station)
    escalation = ReviewEscalationFactory(review=review)
    coupon = DiscountCouponFactory(station=station, customer=review.customer)
    for term in (review.customer.email.upper(), review.customer.phone):
        assert [
            found(support, model, term) for model in (CustomerReview, ReviewEscalation, DiscountCoupon)
        ] == [
            [review],
            [escalation],
            [coupon],
        ]
    assert found(support, CustomerReview, review.booking.reference) == [review]
    assert found(support, DiscountCoupon, coupon.coupon_code) == [coupon]


def test_lists_and_pages_cost_the_same_whatever_they_hold(support, station):
    def fill(rows):
        for review in [submitted(station=station) for _ in range(rows)]:
            escalation = ReviewEscalationFactory(
                review=review, assigned_to=make_staff(UserRole.ADMIN, station)
            )
            ReviewMediaFactory(review=review)
            DiscountCouponFactory(station=station, customer=review.customer, escalation=escalation)

    fill(1)
    review = CustomerReview.objects.get()
    page = url(CustomerReview, "change", review.pk)
    few = {model: queries(support, url(model, "changelist")) for model in MODELS}
    one = queries(support, page)
    fill(2)
    for place in (1, 2):
        ReviewMediaFactory(review=review, display_order=place)
        ReviewEscalationFactory(review=review)
    assert {model: queries(support, url(model, "changelist")) for model in MODELS} == few
    assert queries(support, page) == one
    assert list(few.values()) == [6, 6, 5, 6]
    assert one == 9


def test_rv5_filters_find_what_waits_for_somebody(support, station):
    unsent = CustomerReviewFactory(station=station)
    waiting = submitted(station=station)
    judged = submitted(station=station, moderation_status="approved")
    assert listed(support, CustomerReview, "needs=moderation") == [waiting]
    assert listed(support, CustomerReview, "needs=request") == [unsent]
    assert listed(support, CustomerReview, "needs=nonsense") == [judged, waiting, unsent]
    text = support.get(url(CustomerReview, "changelist")).content.decode()
    assert ("To be read" in text, "Approved" in text, "Great" in text) == (True, True, True)


def test_rv4_filters_find_what_is_late(support, station):
    now = timezone.now()
    late = ReviewEscalationFactory(review=submitted(station=station), sla_due_at=now - timedelta(hours=1))
    soon = ReviewEscalationFactory(review=late.review)
    done = ReviewEscalationFactory(
        review=late.review,
        sla_due_at=now - timedelta(hours=1),
        status="resolved",
        resolved_at=now,
        action_taken="Called.",
    )
    assert listed(support, ReviewEscalation, "due=open") == [soon, late]
    assert listed(support, ReviewEscalation, "due=overdue") == [late]
    assert listed(support, ReviewEscalation, "due=nonsense") == [done, soon, late]


def test_rv5_a_moderator_notes_and_features_but_moves_no_state(admin, support, station):
    review = submitted(station=station, review_text="Lovely.")
    page = url(CustomerReview, "change", review.pk)
    assert support.get(page).context["has_change_permission"] is False
    assert url(ReviewEscalation, "change", ReviewEscalationFactory(review=review).pk) in (
        support.get(page).content.decode()
    )
    forged = {
        "seen": stamp(review),
        "moderation_notes": "Read twice.",
        "is_featured": "on",
        "status": "archived",
        "moderation_status": "approved",
        "display_on_website": "on",
        **empty_inlines(admin, page),
    }
    assert admin.post(page, forged).status_code == 302
    review.refresh_from_db()
    assert (review.moderation_notes, review.is_featured) == ("Read twice.", True)
    assert (review.status, review.moderation_status, review.display_on_website) == (
        "submitted",
        "pending",
        False,
    )
    audited = StationAuditLog.objects.get(resource_type="customerreview")
    assert audited.details == {
        "changed": {"is_featured": {"old": False, "new": True}, "moderation_notes": "changed"}
    }


def test_rv4_an_escalation_is_assigned_and_described_until_it_is_settled(support, station):
    colleague = make_staff(UserRole.STATION_MANAGER, station, full_name="Mona")
    stranger = make_staff(UserRole.STATION_MANAGER)
    escalation = ReviewEscalationFactory(review=submitted(station=station))
    page = url(ReviewEscalation, "change", escalation.pk)
    form = {
        "seen": stamp(escalation),
        "priority": "urgent",
        "assigned_to": colleague.pk,
        "action_taken": "Called, no answer.",
        "status": "closed",
    }
    assert list(errors_of(support.post(page, {**form, "assigned_to": stranger.pk}))) == ["assigned_to"]
    assert support.post(page, form).status_code == 302
    escalation.refresh_from_db()
    assert (escalation.priority, escalation.assigned_to, escalation.action_taken, escalation.status) == (
        "urgent",
        colleague,
        "Called, no answer.",
        "open",
    )
    assert "Mona" in support.get(url(ReviewEscalation, "changelist")).content.decode()
    ReviewEscalation.objects.update(status="resolved", resolved_at=timezone.now())
    assert support.get(page).context["has_change_permission"] is False


def test_media_are_read_only(admin, station):
    media = ReviewMediaFactory(review=submitted(station=station))
    page = admin.get(url(ReviewMedia, "change", media.pk))
    assert page.context["has_change_permission"] is False
    assert "195.3\xa0KB" in page.content.decode()

"""What staff decide about bookings and their money (BK-10, BK-17, PY-7, PY-10, RV-9, M-6)."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse

from bookings.enums import OCCUPYING_STATUSES, BookingStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Payment, Review, SocialMessage
from bookings.selectors.payments import UNPLACED
from common.actors import Actor
from common.admin.display import local_time, money
from common.admin.to_do import Item, ToDo, to_dos

CHEF_NEEDED_WITHIN = timedelta(days=7)


def _all(model: str, query: str = "") -> str:
    return reverse(f"admin:bookings_{model}_changelist") + query


def _party(booking: Booking) -> str:
    host = f"{booking.customer.first_name} {booking.customer.last_name[:1]}."
    return f"{booking.reference} {host}, {local_time(booking.starts_at, booking.station.timezone)}"


def _bookings(actor: Actor, code: str) -> QuerySet[Booking]:
    return Booking.objects.live().visible_to(actor, code).select_related("station", "customer")


def cancellations(actor: Actor, at: datetime) -> QuerySet[Booking]:
    """Return bookings whose cancellation was asked for and not decided (BK-10)."""
    del at
    open_requests = _bookings(actor, "booking.approve_cancel").filter(
        cancellation_requested_at__isnull=False, cancelled_at__isnull=True, status__in=OCCUPYING_STATUSES
    )
    return open_requests.order_by("cancellation_requested_at", "pk")


def _cancellation(booking: Booking, actor: Actor) -> Item:
    own = actor.id is not None and booking.cancellation_requested_by_id == actor.id
    kind = booking.get_cancellation_reason_code_display()
    return Item(
        text=_party(booking),
        url=reverse("admin:bookings_booking_change", args=[booking.pk]),
        since=booking.cancellation_requested_at or booking.updated_at,
        note=f"{kind}; asked by yourself, so somebody else decides" if own else kind,
    )


def chefless(actor: Actor, at: datetime) -> QuerySet[Booking]:
    """Return confirmed parties of the next 7 days without a chef, the nearest first (BK-17)."""
    near = _bookings(actor, "booking.assign_chef").filter(
        status=BookingStatus.CONFIRMED,
        chef__isnull=True,
        starts_at__gte=at,
        starts_at__lte=at + CHEF_NEEDED_WITHIN,
    )
    return near.order_by("starts_at", "pk")


def _chefless(booking: Booking, actor: Actor) -> Item:
    del actor
    return Item(
        text=_party(booking),
        url=reverse("admin:bookings_booking_change", args=[booking.pk]),
        since=booking.deposit_confirmed_at or booking.created_at,
    )


def _payments(actor: Actor) -> QuerySet[Payment]:
    return Payment.objects.visible_to(actor, "payment.refund").select_related("booking", "hold")


def unplaced(actor: Actor, at: datetime) -> QuerySet[Payment]:
    """Return money whose party is gone (PY-10)."""
    del at
    return _payments(actor).filter(UNPLACED).order_by("completed_at", "pk")


def unfinished_refunds(actor: Actor, at: datetime) -> QuerySet[Payment]:
    """Return refunds that staff pay out themselves and have not completed (PY-7)."""
    del at
    by_hand = _payments(actor).filter(payment_type=PaymentType.REFUND, status=PaymentStatus.PENDING)
    return by_hand.exclude(payment_method=PaymentMethod.CARD).order_by("created_at", "pk")


def _payment(payment: Payment, actor: Actor) -> Item:
    del actor
    whose = payment.booking.reference if payment.booking else "a hold"
    amount = money(payment.amount_cents, payment.currency)
    return Item(
        text=f"{amount} by {payment.get_payment_method_display()}, {whose}",
        url=reverse("admin:bookings_payment_change", args=[payment.pk]),
        since=payment.completed_at or payment.created_at,
    )


def social_replies(actor: Actor, at: datetime) -> QuerySet[SocialMessage]:
    """Return replies that wait for a second person (M-6)."""
    del at
    waiting = SocialMessage.objects.visible_to(actor, "social.approve").awaiting_approval()
    return waiting.select_related("thread__account")


def _social_reply(message: SocialMessage, actor: Actor) -> Item:
    own = actor.id is not None and message.drafted_by_id == actor.id
    return Item(
        text=f"Reply on {message.thread.account.page_name}",
        url=reverse("admin:bookings_socialmessage_change", args=[message.pk]),
        since=message.created_at,
        note="drafted by yourself, so somebody else decides" if own else "",
    )


def review_replies(actor: Actor, at: datetime) -> QuerySet[Review]:
    """Return answers to platform reviews that wait for a second person (RV-9)."""
    del at
    drafts = Review.objects.visible_to(actor, "social.approve").filter(
        reply_body__isnull=False, reply_approved_at__isnull=True, responded_at__isnull=True
    )
    return drafts.select_related("account").order_by(F("response_due_at").asc(nulls_last=True), "pk")


def _review_reply(review: Review, actor: Actor) -> Item:
    own = actor.id is not None and review.reply_drafted_by_id == actor.id
    return Item(
        text=f"Answer to {review.rating} of 5 on {review.account.page_name}",
        url=reverse("admin:bookings_review_change", args=[review.pk]),
        since=review.updated_at,
        note="drafted by yourself, so somebody else decides" if own else "",
    )


for kind in (
    ToDo(
        name="cancellations",
        title="Cancellations to decide",
        icon="event_busy",
        code="booking.approve_cancel",
        rows=cancellations,
        item=_cancellation,
        all_url=lambda: _all("booking", "?needs=cancellation"),
    ),
    ToDo(
        name="chefs",
        title="Parties without a chef",
        icon="outdoor_grill",
        code="booking.assign_chef",
        rows=chefless,
        item=_chefless,
        all_url=lambda: _all("booking", "?needs=chef"),
    ),
    ToDo(
        name="unplaced",
        title="Money without a party",
        icon="money_off",
        code="payment.refund",
        rows=unplaced,
        item=_payment,
        all_url=lambda: _all("payment", "?unplaced=yes"),
    ),
    ToDo(
        name="refunds",
        title="Refunds to pay out",
        icon="currency_exchange",
        code="payment.refund",
        rows=unfinished_refunds,
        item=_payment,
        all_url=lambda: _all("payment", "?payment_type__exact=refund&status__exact=pending"),
    ),
    ToDo(
        name="social",
        title="Replies to approve",
        icon="sms",
        code="social.approve",
        rows=social_replies,
        item=_social_reply,
        all_url=lambda: _all("socialmessage", "?requires_approval__exact=1"),
    ),
    ToDo(
        name="reviews",
        title="Answers to reviews to approve",
        icon="reviews",
        code="social.approve",
        rows=review_replies,
        item=_review_reply,
        all_url=lambda: _all("review"),
    ),
):
    to_dos.register("bookings", kind)

"""What waits for whom: the page of decisions and its numbers on the first page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bookings.enums import (
    BookingStatus,
    DepositStatus,
    PaymentMethod,
    PaymentStatus,
    PaymentType,
)
from bookings.models import Payment, Review, SocialMessage
from common.admin.to_do import COUNTED, SHOWN, read_to_do
from identity.enums import UserRole, UserStatus
from identity.models import User
from identity.selectors import actor_for
from integra.enums import PaymentEventStatus
from integra.models import PaymentEvent
from tests.bookings.parties import make_booking
from tests.common.admin.every_row import make_row
from tests.common.admin.world_rows import soon
from tests.factories.identity import make_staff

pytestmark = pytest.mark.django_db
URL = "/admin/to-do/"


def as_user(user):
    client = Client()
    client.force_login(user, backend="identity.backends.StaffBackend")
    return client


def waiting(user):
    kinds = read_to_do(actor=actor_for(user), at=soon())
    return {kind.kind.name: [item.text for item in kind.items] for kind in kinds}


def notes(user, name):
    kinds = read_to_do(actor=actor_for(user), at=soon())
    return [item.note for kind in kinds if kind.kind.name == name for item in kind.items]


def ask_to_cancel(station, by, **values):
    return make_booking(
        station,
        date=soon(days=20).date(),
        created_at=soon(days=-1),
        status=values.pop("status", BookingStatus.CONFIRMED),
        cancellation_requested_at=values.pop("at", soon(hours=-2)),
        cancellation_requested_by=by,
        cancellation_reason="the garden is under water",
        cancellation_reason_code="customer_request",
        **values,
    )


def pay(booking, **values):
    return Payment.objects.create(
        **{
            "booking": booking,
            "payment_type": PaymentType.DEPOSIT,
            "payment_method": PaymentMethod.ZELLE,
            "status": PaymentStatus.COMPLETED,
            "amount_cents": 10_000,
            "completed_at": soon(days=-1),
            "payment_reference": "Z-1",
            **values,
        }
    )


def test_bk10_open_requests_wait_for_somebody_else_the_oldest_first(world):
    a = world.a.station
    younger = ask_to_cancel(a, world.manager)
    older = ask_to_cancel(a, world.support, at=soon(days=-3), lane=2)
    ask_to_cancel(world.b.station, None)
    assert [text[:11] for text in waiting(world.manager)["cancellations"]] == [
        older.reference,
        younger.reference,
    ]
    assert notes(world.manager, "cancellations") == [
        "Customer request",
        "Customer request; asked by yourself, so somebody else decides",
    ]
    assert len(waiting(world.owner)["cancellations"]) == 3
    assert "cancellations" not in waiting(world.support)


def test_a_decided_request_waits_no_longer(world):
    ask_to_cancel(world.a.station, None, status=BookingStatus.CANCELLED, cancelled_at=soon())
    assert waiting(world.manager)["cancellations"] == []


def test_bk17_parties_of_the_next_seven_days_without_a_chef(world):
    station = world.a.station
    near, far = (
        make_booking(
            station,
            date=soon(days=days).date(),
            starts_at=soon(days=days),
            created_at=soon(days=-9),
            status=BookingStatus.CONFIRMED,
        )
        for days in (3, 9)
    )
    make_booking(station, date=soon(days=4).date(), created_at=soon(days=-9), chef=world.a.rows["chef"])
    assert [text[:11] for text in waiting(world.manager)["chefs"]] == [near.reference]
    assert far.reference not in str(waiting(world.manager))


def test_py10_money_without_a_party_and_py7_refunds_to_pay_out(world):
    gone = make_booking(
        world.a.station,
        status=BookingStatus.CANCELLED,
        cancelled_at=soon(days=-2),
        cancellation_reason_code="deposit_timeout",
    )
    gone.deposit.__class__.objects.filter(pk=gone.deposit.pk).update(
        status=DepositStatus.PAID, paid_at=soon()
    )
    paid = pay(gone)
    for method in (PaymentMethod.ZELLE, PaymentMethod.CARD):
        pay(
            world.a.rows["confirmed"],
            payment_type=PaymentType.REFUND,
            payment_method=method,
            status=PaymentStatus.PENDING,
            completed_at=None,
            amount_cents=4_000,
            refunded_payment=paid,
            refund_reason="moved away for good",
        )
    found = waiting(world.admin)
    assert found["unplaced"] == [f"$100.00 by Zelle, {gone.reference}"]
    assert found["refunds"] == [f"$40.00 by Zelle, {world.a.rows['confirmed'].reference}"]
    assert "unplaced" not in waiting(world.manager)


def test_m6_rv9_replies_wait_for_a_second_person(world):
    reply = make_row(SocialMessage, world.a.station)
    SocialMessage.objects.filter(pk=reply.pk).update(
        requires_approval=True, approved_at=None, approved_by=None, drafted_by=world.admin
    )
    review = make_row(Review, world.a.station)
    Review.objects.filter(pk=review.pk).update(
        reply_body="Thank you", reply_approved_at=None, reply_drafted_by=world.support, responded_at=None
    )
    assert len(waiting(world.admin)["social"]) == 1
    assert notes(world.admin, "social") == ["drafted by yourself, so somebody else decides"]
    assert notes(world.admin, "reviews") == [""]


def test_py10_the_payment_queue_is_linked(world):
    event = make_row(PaymentEvent, world.a.station)
    PaymentEvent.objects.filter(pk=event.pk).update(status=PaymentEventStatus.UNMATCHED)
    assert len(waiting(world.admin)["money"]) == 1
    text = as_user(world.admin).get(URL).content.decode()
    assert reverse("admin:integra_paymentevent_change", args=[event.pk]) in text


def test_au12_applications_wait_for_the_owner(world):
    User.objects.filter(pk=make_staff(UserRole.CUSTOMER_SUPPORT, full_name="Nia New").pk).update(
        status=UserStatus.PENDING, is_active=False, metadata={"applied_as": "staff"}
    )
    User.objects.filter(pk=make_staff(UserRole.CUSTOMER_SUPPORT, full_name="Ian Invited").pk).update(
        status=UserStatus.PENDING, is_active=False
    )
    assert waiting(world.owner)["applicants"] == ["Nia New"]
    assert "applicants" not in waiting(world.admin)


def test_r4_who_decides_nothing_has_no_such_page(world):
    assert as_user(world.manager).get(URL).status_code == 200
    assert f'href="{URL}"' in as_user(world.manager).get("/admin/").content.decode()
    assert as_user(world.support).get(URL).status_code == 403
    assert f'href="{URL}"' not in as_user(world.support).get("/admin/").content.decode()


def test_the_first_page_shows_the_numbers(world):
    client = as_user(world.manager)
    assert "Nothing waits for a decision." in client.get("/admin/").content.decode()
    ask_to_cancel(world.a.station, None)
    text = client.get("/admin/").content.decode()
    assert f'href="{URL}#cancellations"' in text
    assert "Cancellations to decide" in text


def test_a_long_list_is_cut_and_its_number_capped(world):
    station = world.a.station
    for number in range(SHOWN + 1):
        ask_to_cancel(station, None, lane=number + 1)
    kinds = read_to_do(actor=actor_for(world.manager), at=soon())
    found = next(kind for kind in kinds if kind.kind.name == "cancellations")
    assert (found.count, len(found.items), found.label) == (SHOWN + 1, SHOWN, "13")
    text = as_user(world.manager).get(URL).content.decode()
    assert f"{reverse('admin:bookings_booking_changelist')}?needs=cancellation" in text
    assert type(found)(found.kind, COUNTED + 1, []).label == "99+"


@pytest.mark.parametrize("path", [URL, "/admin/"])
def test_the_number_of_queries_does_not_grow(world, django_assert_max_num_queries, path):
    client, counts = as_user(world.owner), []
    client.get(path)
    for lanes in ((1,), (2, 3)):
        for lane in lanes:
            ask_to_cancel(world.a.station, None, lane=lane, at=soon() - timedelta(hours=lane))
        with django_assert_max_num_queries(24) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]

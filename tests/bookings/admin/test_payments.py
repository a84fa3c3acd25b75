import pytest
from django.urls import reverse

from bookings.models import Payment
from identity.enums import UserRole
from tests.bookings.admin.pages import messages_of
from tests.bookings.parties import NOW
from tests.factories.bookings import DepositFactory, PaymentFactory
from tests.factories.identity import make_staff


@pytest.fixture
def admin(client, world):
    user = make_staff(UserRole.ADMIN, world.a.station)
    client.force_login(user, backend="identity.backends.StaffBackend")
    return client


@pytest.fixture
def payment(confirmed):
    return PaymentFactory(booking=confirmed, status="completed", completed_at=NOW, amount_cents=10_000)


def page(payment):
    return reverse("admin:bookings_payment_change", args=[payment.pk])


def do(client, payment, action, **data):
    payment.refresh_from_db()
    address = reverse("admin:bookings_payment_do", args=[payment.pk, action])
    return client.post(address, {"seen": payment.updated_at.isoformat(), **data})


def buttons(client, payment):
    return [button["title"] for button in client.get(page(payment)).context["actions_detail"]]


def test_py7_a_refund_and_its_completion(admin, payment):
    assert "Refund" in buttons(admin, payment)
    form = admin.get(reverse("admin:bookings_payment_do", args=[payment.pk, "refund"])).context["form"]
    assert (str(form.fields["amount"].initial), form.fields["amount"].help_text) == (
        "100",
        "At most $100.00.",
    )
    answer = do(admin, payment, "refund", amount="40.00", reason="Guests fell ill")
    assert messages_of(answer) == ["The refund of $40.00 waits to be sent by you."]
    refund = Payment.objects.get(payment_type="refund")
    assert (refund.amount_cents, refund.status) == (4_000, "pending")
    assert "Refund was sent" in buttons(admin, refund)
    assert "Refund" not in buttons(admin, refund)
    answer = do(admin, refund, "complete-refund", reference="Check 12")
    assert messages_of(answer) == ["$40.00 went back."]
    refund.refresh_from_db()
    assert (refund.status, refund.payment_reference) == ("completed", "Check 12")


def test_py7_a_refusal_is_shown(admin, payment):
    answer = do(admin, payment, "refund", amount="100.01", reason="Guests fell ill")
    assert "At most 10000 cents can be given back." in str(answer.context["form"].errors)
    assert not Payment.objects.filter(payment_type="refund").exists()


def test_managers_do_not_refund(client, payment):
    assert "Refund" not in buttons(client, payment)
    assert do(client, payment, "refund", amount="1.00", reason="Guests fell ill").status_code == 403


def test_card_money_is_not_sent_by_staff(admin, payment):
    Payment.objects.filter(pk=payment.pk).update(payment_method="card", stripe_payment_intent_id="pi_1")
    answer = do(admin, payment, "refund", amount="40.00", reason="Guests fell ill")
    assert messages_of(answer) == ["The refund of $40.00 is on its way."]
    assert "Refund was sent" not in buttons(admin, Payment.objects.get(payment_type="refund"))


def test_py10_the_list_of_what_waits(admin, world, payment):
    gone = payment.booking
    lists = reverse("admin:bookings_payment_changelist")
    assert admin.get(lists, {"unplaced": "yes"}).context["cl"].result_count == 0
    gone.slot_claim.delete()
    type(gone).objects.filter(pk=gone.pk).update(
        status="cancelled", cancelled_at=NOW, cancellation_reason_code="deposit_timeout"
    )
    if not hasattr(gone, "deposit"):
        DepositFactory(booking=gone)
    type(gone.deposit).objects.filter(booking=gone).update(status="paid", paid_at=NOW, settled_at=None)
    rows = admin.get(lists, {"unplaced": "yes"}).context["cl"].result_list
    assert {row.booking_id for row in rows} == {gone.pk}
    assert payment in rows
